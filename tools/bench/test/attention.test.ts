import { describe, expect, test } from 'vitest';
import { attentionChart, attentionTable, type Point } from '../src/attention/chart.ts';
import { measure, WAYS } from '../src/attention/measure.ts';

const points: Point[] = WAYS.flatMap((way) =>
  [512, 1024].map((length) => ({
    ...{ way, length, passes: 'forward' as const, runs: 1 },
    time: length / (way === 'plain ops' ? 10 : 20),
    mebibytes: length / 10,
  })),
);

describe('attention against length', () => {
  test.each(WAYS)('%s is measured: time of every run, and the most that was resident', (way) => {
    const { milliseconds, before, peak } = measure({ way, length: 64, passes: 'both', runs: 2 });
    expect(milliseconds).toHaveLength(2);
    for (const time of milliseconds) expect(time).toBeGreaterThan(0);
    expect(peak).toBeGreaterThanOrEqual(before);
  });

  test('the picture has two panels, and names every way', () => {
    const svg = attentionChart(points, 'Forward');
    expect(svg.match(/<svg/g)).toHaveLength(3);
    for (const text of ['Forward', 'milliseconds', 'MiB', ...WAYS]) expect(svg).toContain(text);
  });

  test('the table has a line for every point', () => {
    const lines = attentionTable(points).trim().split('\n');
    expect(lines).toHaveLength(1 + points.length);
    expect(lines[1]).toBe('tiles,forward,512,25.6,51');
  });
});
