import { bounds, expectWithin } from '@tessera/tensor/testing';
import { DOMParser } from '@xmldom/xmldom';
import { expect, test } from 'vitest';
import { memoryChart, memoryTable } from '../src/memory/chart.ts';
import { compareWithTidy, quantile, ratios } from '../src/memory/comparison.ts';
import { recordCurve, type Sample, spreadAfterWarmUp } from '../src/memory/curve.ts';

const samples: Sample[] = Array.from({ length: 20 }, (_, i) => ({
  step: 100 * (i + 1),
  seconds: i / 10,
  rss: i < 2 ? 50 : 200 + 0.1 * i,
  heap: 64,
  evictions: 10 * i,
}));

test('the spread leaves the warm-up out and finds the slope', () => {
  const { lowest, highest, slope } = spreadAfterWarmUp(samples);
  expect([lowest, highest]).toEqual([200.2, 201.9]);
  const steps = samples.map(({ step }) => step);
  expectWithin(slope, 1, bounds.identity(highest, steps));
});

test('quantiles lie between values; ratios are of pairs', () => {
  expect([quantile([3, 1, 2], 0.5), quantile([1, 2], 0.5), quantile([1, 2, 3, 4, 5], 0.25)]).toEqual([2, 1.5, 2]);
  expect(ratios({ plain: [2, 3], tidied: [1, 2] })).toEqual([2, 1.5]);
});

test('a table and a picture', () => {
  expect(memoryTable(samples).split('\n').slice(0, 2)).toEqual([
    'step,seconds,rss_mib,heap_mib,evictions',
    '100,0.000,50.0,64.0,0',
  ]);
  expect(new DOMParser().parseFromString(memoryChart(samples), 'image/svg+xml').documentElement?.tagName).toBe('svg');
});

test('measures real steps', () => {
  const curve = recordCurve(200);
  expect(curve.map(({ step }) => step)).toEqual([100, 200]);
  expect(curve[1]!.rss).toBeGreaterThan(curve[1]!.heap);
  const { plain, tidied } = compareWithTidy(100);
  expect([plain.length, tidied.length]).toEqual([5, 5]);
  expect(Math.min(...plain, ...tidied)).toBeGreaterThan(0);
});
