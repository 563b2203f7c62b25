import fc from 'fast-check';

// FC_NUM_RUNS=1000 npm test: the nightly run draws more examples per property.
const numRuns = Number(process.env.FC_NUM_RUNS);
if (numRuns > 0) fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns });

// FC_SEED=42 npm test: draws what a run with that seed drew.
const seed = process.env.FC_SEED;
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
