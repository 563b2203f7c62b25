/** What can be asked for on the command line. */
import { parseArgs } from 'node:util';

export interface Options {
  /** Of the MLP. */
  readonly epochs: number;
  readonly lr: number;
  /** Of the attention classifier; 0 leaves it out. */
  readonly attentionEpochs: number;
  readonly attentionLr: number;
  readonly batchSize: number;
  readonly seed: number;
  /** undefined: as many as the machine runs at once. */
  readonly threads: number | undefined;
  readonly out: string;
  readonly report: boolean;
}

/** Something on the command line that cannot be understood: one line for the user, exit code 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

export const DEFAULTS: Options = {
  epochs: 8,
  lr: 2e-3,
  attentionEpochs: 2,
  attentionLr: 3e-3,
  batchSize: 128,
  seed: 0,
  threads: undefined,
  out: 'report/index.html',
  report: true,
};

export const HELP: string = `Usage: npm start -- [options]

Runs the notebook's chapters beside the library, then trains two networks on the 60,000 MNIST digits, an MLP
and a small attention classifier, judges them by the other 10,000, and writes a report to look at.

Options:
  --epochs <n>            times that the MLP goes through the digits (default ${DEFAULTS.epochs})
  --lr <x>                its highest learning rate (default ${DEFAULTS.lr})
  --attention-epochs <n>  the same for the attention classifier; 0 leaves it out (default ${DEFAULTS.attentionEpochs})
  --attention-lr <x>      its highest learning rate (default ${DEFAULTS.attentionLr})
  --batch-size <n>        digits in one step (default ${DEFAULTS.batchSize})
  --seed <n>              of every random number; the same seed gives the same digits right (default ${DEFAULTS.seed})
  --threads <n>           threads to compute on (default: all)
  --out <file>            where the report goes (default ${DEFAULTS.out})
  --no-report             do not write one
  -h, --help              show this

Ctrl-C stops in good order, with a report of what was reached; a second one stops at once.`;

const KNOWN = {
  epochs: { type: 'string' },
  lr: { type: 'string' },
  'attention-epochs': { type: 'string' },
  'attention-lr': { type: 'string' },
  'batch-size': { type: 'string' },
  seed: { type: 'string' },
  threads: { type: 'string' },
  out: { type: 'string' },
  'no-report': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The options that `args` ask for; 'help' when that is asked. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const { threads, out } = values;
  if (out === '') throw new UsageError('--out must be a file name; got ""; try --out report/index.html');
  return {
    epochs: wholeNumber('--epochs', values.epochs, 1, 1000) ?? DEFAULTS.epochs,
    lr: positive('--lr', values.lr) ?? DEFAULTS.lr,
    attentionEpochs: wholeNumber('--attention-epochs', values['attention-epochs'], 0, 1000) ?? DEFAULTS.attentionEpochs,
    attentionLr: positive('--attention-lr', values['attention-lr']) ?? DEFAULTS.attentionLr,
    batchSize: wholeNumber('--batch-size', values['batch-size'], 1, 60_000) ?? DEFAULTS.batchSize,
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 32 - 1) ?? DEFAULTS.seed,
    threads: wholeNumber('--threads', threads, 1, 64),
    out: out ?? DEFAULTS.out,
    report: !values['no-report'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: KNOWN, allowPositionals: false });
  } catch (error) {
    // Node's message names the option and goes on about positionals: its first sentence is what helps.
    const [first = ''] = (error as Error).message.split(/\.\s/);
    throw new UsageError(`${first.replace(/argument (is ambiguous|missing)/, 'needs a value')}; try --help`);
  }
}

function wholeNumber(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${option} must be a whole number from ${least} to ${most}; got "${text}"; try --help`);
}

function positive(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < Infinity) return value;
  throw new UsageError(`${option} must be a number above 0; got "${text}"; try --help`);
}
