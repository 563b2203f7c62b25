import { expect, test } from 'vitest';
import { DEFAULTS, HELP, readOptions, UsageError } from '../src/options.ts';

test('without options: the defaults', () => {
  expect(readOptions([])).toEqual(DEFAULTS);
});

test('takes every option', () => {
  const args =
    '--epochs 3 --batch-size=64 --lr 1e-3 --attention-epochs 0 --attention-lr 0.5 --seed 7 --threads 1 --out x.html --no-report'.split(
      ' ',
    );
  expect(readOptions(args)).toEqual({
    epochs: 3,
    batchSize: 64,
    lr: 1e-3,
    attentionEpochs: 0,
    attentionLr: 0.5,
    seed: 7,
    threads: 1,
    out: 'x.html',
    report: false,
  });
});

test('help is asked for, whatever else is', () => {
  expect(readOptions(['-h'])).toBe('help');
  expect(readOptions(['--epochs', 'many', '--help'])).toBe('help');
});

test.each([
  [['--bogus'], "'--bogus'"],
  [['--epochs', 'x'], '--epochs must be a whole number from 1 to 1000; got "x"'],
  [['--epochs', '0'], '--epochs'],
  [['--epochs', '1.5'], '--epochs'],
  [['--epochs', ''], '--epochs'],
  [['--epochs', '1e2'], '--epochs'],
  [['--epochs'], '--epochs'],
  [['--batch-size', '60001'], '--batch-size'],
  [['--lr', '0'], '--lr'],
  [['--lr=-1'], '--lr must be a number above 0; got "-1"'],
  [['--lr', '-1'], '--lr'],
  [['--lr', 'NaN'], '--lr'],
  [['--lr', 'Infinity'], '--lr'],
  [['--lr', ' '], '--lr'],
  [['--attention-epochs', '-1'], '--attention-epochs'],
  [['--attention-lr', '0'], '--attention-lr must be a number above 0'],
  [['--seed', '4294967296'], '--seed'],
  [['--threads', '65'], '--threads'],
  [['--out='], '--out'],
  [['--no-report=1'], '--no-report'],
  [['extra'], "'extra'"],
])('refuses %j in one line that names it', (args, named) => {
  expect(() => readOptions(args)).toThrow(UsageError);
  expect(() => readOptions(args)).toThrow(named);
  expect(() => readOptions(args)).toThrow(/^[^\n]+; try [^\n]+$/);
});

test('the help names every option', () => {
  for (const option of Object.keys(DEFAULTS).filter((name) => name !== 'report'))
    expect(HELP).toContain(`--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <`);
  for (const option of ['--no-report', '--help']) expect(HELP).toContain(option);
});
