// Prints "<passed> <failed>" for a JSON report of vitest and the exit code of the run.
// What failed without a failed test (a file that does not load, a crash, no report at all) counts as one failure.
import { readFileSync } from 'node:fs';

const [, , report, exitCode] = process.argv;
let passed = 0;
let failed = 0;
try {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const unloadable = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  passed = numPassedTests;
  failed = numFailedTests + unloadable.length;
} catch (error) {
  console.error(`no report of the tests: ${error.message}`);
}
if (exitCode !== '0' && failed === 0) failed = 1;
console.log(passed, failed);
