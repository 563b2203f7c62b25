import fc from 'fast-check';

// LAWS_RUNS=1000 npm test: laws draw more examples. LAWS_SEED=42: those that a run with that seed drew.
const { LAWS_RUNS, LAWS_SEED, LAWS_SECONDS } = process.env;
fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  ...(LAWS_RUNS && { numRuns: Number(LAWS_RUNS) }),
  ...(LAWS_SEED && { seed: Number(LAWS_SEED) }),
  ...(LAWS_SECONDS && { interruptAfterTimeLimit: 1000 * Number(LAWS_SECONDS) }),
});
