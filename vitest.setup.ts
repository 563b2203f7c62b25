import fc from 'fast-check';

// FC_NUM_RUNS=1000 npm test: the nightly run draws more examples per property.
const numRuns = Number(process.env.FC_NUM_RUNS);
if (numRuns > 0) fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns });
