/** `npm start`: what is asked for, then the run. */
import { HELP, type Options, readOptions, UsageError } from './options.ts';

const USAGE_CODE = 2;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options | 'help';
  try {
    options = readOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`npm start: ${error.message}`);
    return USAGE_CODE;
  }
  if (options === 'help') {
    console.log(HELP);
    return 0;
  }
  // Only now: help and errors need no kernels.
  const { run } = await import('./run.ts');
  return run(options);
}
