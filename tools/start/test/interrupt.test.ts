import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Interrupt, listenForInterrupt } from '../src/interrupt.ts';

let interrupt: Interrupt | undefined;
afterEach(() => interrupt?.release());

test('the first asks, one and the same press counts once, the second ends', async () => {
  const codes: number[] = [];
  let told = 0;
  interrupt = listenForInterrupt(
    () => told++,
    (code) => codes.push(code),
  );
  expect(interrupt.signal.aborted).toBe(false);
  process.emit('SIGINT');
  process.emit('SIGINT');
  expect([interrupt.signal.aborted, told, codes.length]).toEqual([true, 1, 0]);
  await setTimeout(450);
  process.emit('SIGINT');
  expect(codes).toEqual([130]);
});

test('released, it no longer listens', () => {
  const before = process.listenerCount('SIGINT');
  listenForInterrupt(() => {}).release();
  expect(process.listenerCount('SIGINT')).toBe(before);
});
