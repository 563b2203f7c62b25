import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { DOMParser } from '@xmldom/xmldom';
import { expect, test } from 'vitest';
import { greyPng } from '../src/report/png.ts';
import { reportPage, writeReport } from '../src/report/report.ts';
import { madeUpEvaluation, madeUpRun, madeUpTraining } from './madeUp.ts';

const svgs = (page: string) => page.match(/<svg.*?<\/svg>/gs) ?? [];

test('stands alone: no script, and nothing is fetched', () => {
  const page = reportPage(madeUpRun());
  expect(page).not.toMatch(/<script|<link[^>]*stylesheet|@import|\ssrcset=/i);
  const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"|url\(([^)]*)\)/g)].map(
    ([, attribute, css]) => attribute ?? css,
  );
  expect(addresses.filter((address) => !/^(data:|#)/.test(address!))).toEqual([]);
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
});

test('says what was reached', () => {
  const page = reportPage(madeUpRun());
  for (const said of [
    '9,802 of 10,000 digits read rightly',
    '98.02 %',
    '784-256-128-10',
    '235,146',
    '<code>nn.module</code> is &lt;nn.Module&gt;',
    '1.2e-7 apart',
  ])
    expect(page).toContain(said);
  expect(page.match(/<img /g)).toHaveLength(12);
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

test('draws three charts, each for two widths, as sound XML', () => {
  const charts = svgs(reportPage(madeUpRun()));
  expect(charts).toHaveLength(6);
  for (const chart of charts)
    expect(new DOMParser().parseFromString(chart, 'image/svg+xml').documentElement?.tagName).toBe('svg');
});

test('shows two networks side by side, and the better one in its head', () => {
  const page = reportPage(madeUpRun(madeUpTraining(8), { ...madeUpTraining(3), evaluation: madeUpEvaluation(150) }));
  for (const said of ['9,850 of 10,000', '98.50 %', '98.02 %', '<h2>MLP</h2>', '<h2>Attention classifier</h2>'])
    expect(page).toContain(said);
  expect(page).toContain('--epochs 8 --lr 0.002 --batch-size 128 --attention-epochs 3 --attention-lr 0.003 --seed 0');
  expect(reportPage(madeUpRun())).toContain('--attention-epochs 0 --seed 0');
  expect(svgs(page)).toHaveLength(12);
});

test('a run that was stopped says so', () => {
  const page = reportPage(madeUpRun(madeUpTraining(2, 'interrupted')));
  expect(page).toContain('MLP: Stopped by hand after 2.2 of 8 epochs');
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

test('stopped within the first steps, or before the digits', () => {
  const early = { ...madeUpTraining(0, 'interrupted'), curve: [], images: 0, stepSeconds: 0, seconds: 0 };
  expect(svgs(reportPage(madeUpRun(early)))).toHaveLength(2);
  const before = reportPage({ ...madeUpRun(), digits: undefined, chapters: [] });
  expect(before).toContain('Stopped before it saw a digit');
  for (const page of [reportPage(madeUpRun(early)), before]) expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

test('many epochs, one epoch, and no mistake at all', () => {
  for (const epochs of [1, 60])
    expect(reportPage(madeUpRun(madeUpTraining(epochs)))).not.toMatch(/NaN|undefined|Infinity/);
  const perfect = reportPage(madeUpRun({ ...madeUpTraining(1), evaluation: madeUpEvaluation(0) }));
  expect(perfect).toContain('Nothing at all.');
  expect(perfect).not.toContain('<img');
});

test('is written where it is asked for', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tessera-')), 'a', 'b.html');
  expect(writeReport(madeUpRun(), file)).toBe(file);
  expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/);
});

test('PNG holds the pixels', () => {
  const png = greyPng(Uint8Array.of(0, 50, 100, 150, 200, 255), 3, 2);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3, 2]);
  const start = png.indexOf('IDAT') + 4;
  expect([...inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)))]).toEqual([
    0, 0, 50, 100, 0, 150, 200, 255,
  ]);
  expect(() => greyPng(new Uint8Array(5), 3, 2)).toThrow(RangeError);
});
