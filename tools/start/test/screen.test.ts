import { expect, test } from 'vitest';
import { readMnist } from '../src/mnist/digits.ts';
import type { Progress } from '../src/mnist/train.ts';
import { digitArt, digitRow } from '../src/show/digitArt.ts';
import { bar, duration, percent, whole } from '../src/show/format.ts';
import { makeScreen } from '../src/show/screen.ts';
import { movingLine, showResult, showTraining } from '../src/show/training.ts';
import { madeUpDigits, madeUpEvaluation, madeUpTraining } from './madeUp.ts';

const progress: Progress = {
  epoch: 2,
  epochs: 4,
  batch: 235,
  batches: 469,
  loss: 0.1234,
  imagesPerSecond: 23_456,
  secondsLeft: 71,
};

function recorder(isTTY: boolean) {
  let text = '';
  return {
    isTTY,
    columns: 80,
    write: (more: string) => {
      text += more;
      return true;
    },
    text: () => text,
  };
}

test('numbers as people write them', () => {
  expect([whole(12_345.6), percent(0.9841), percent(1, 0), duration(0.84), duration(9.96), duration(72)]).toEqual([
    '12,346',
    '98.41 %',
    '100 %',
    '0.8 s',
    '10 s',
    '1 min 12 s',
  ]);
  expect([duration(59.7), duration(119.6)]).toEqual(['1 min 0 s', '2 min 0 s']);
  expect([bar(0.5, 4), bar(-1, 2), bar(2, 2)]).toEqual(['━━──', '──', '━━']);
});

test('without a terminal: plain lines, a few for each epoch, no escape codes', () => {
  const output = recorder(false);
  const screen = makeScreen(output, {});
  const { onProgress, onEpoch } = showTraining(screen);
  for (let batch = 1; batch <= 469; batch++) onProgress?.({ ...progress, batch });
  onEpoch?.({ epoch: 2, trainLoss: 0.1, evaluation: madeUpEvaluation(200) });
  const lines = output.text().trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toContain('epoch 2/4, batch 118/469: loss 0.123, 23,456 images/s, 1 min 11 s left');
  expect(lines[3]).toContain('98.00 %');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(output.text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

test('NO_COLOR and dumb terminals get no colour', () => {
  expect(makeScreen(recorder(true), { NO_COLOR: '1' }).paint('red', 'x')).toBe('x');
  expect(makeScreen(recorder(true), { TERM: 'dumb' }).moves).toBe(false);
  expect(makeScreen(recorder(true), {}).paint('red', 'x')).not.toBe('x');
  expect(makeScreen(recorder(true), { CI: 'true' }).moves).toBe(false);
});

test.each([77, 200])('the moving line says everything in %i characters', (width) => {
  expect(movingLine(progress, width).length).toBeLessThanOrEqual(width);
  for (const said of ['38 %', 'epoch 2/4', 'batch 235/469', 'loss 0.123', '23,456 images/s', '1 min 11 s left'])
    expect(movingLine(progress, width)).toContain(said);
});

test('a digit in characters', () => {
  const seven = digitArt(readMnist().test.pixels.subarray(0, 784));
  expect(seven).toHaveLength(11);
  expect(seven.every((row) => row.length === 22)).toBe(true);
  expect(seven.join('')).toMatch(/[▀▄█]/);
  expect(digitRow([])).toEqual([]);
});

test('the result shows at most three mistakes, and none when there is none', () => {
  const test = madeUpDigits(300);
  const output = recorder(false);
  showResult(makeScreen(output, {}), madeUpTraining(8), test);
  expect(output.text().match(/read as/g)).toHaveLength(3);
  const perfect = recorder(false);
  showResult(makeScreen(perfect, {}), { ...madeUpTraining(1), evaluation: madeUpEvaluation(0) }, test);
  expect(perfect.text()).not.toContain('wrong:');
});
