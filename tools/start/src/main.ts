/** `npm start`: what is asked for, then the run. */
import { HELP, type Options, readOptions, UsageError } from './options.ts';
import { checkWritable } from './writable.ts';

const USAGE_CODE = 2;

// `npm start | head`: whoever read along has seen enough.
process.stdout.on('error', () => process.exit(1));

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options | 'help';
  try {
    options = readOptions(args);
    if (options !== 'help' && options.report) checkWritable(options.out);
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
