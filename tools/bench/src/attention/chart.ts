/** Time and memory against length, as one picture. */
import * as Plot from '@observablehq/plot';
import { DOMImplementation, type Node, XMLSerializer } from '@xmldom/xmldom';
import type { Task, Way } from './measure.ts';

export interface Point extends Task {
  /** Median, in milliseconds. */
  readonly time: number;
  /** What the process needed beyond what it had before, in MiB. */
  readonly mebibytes: number;
}

const COLOURS: Readonly<Record<Way, string>> = { tiles: '#0d7a70', 'causal tiles': '#7aa516', 'plain ops': '#c2570c' };
const TICKS = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000];
const [WIDTH, HEIGHT, GAP] = [380, 320, 20];

/** Two panels side by side: milliseconds, and mebibytes. */
export function attentionChart(points: readonly Point[], title: string): string {
  const panel = (y: 'time' | 'mebibytes', label: string): string => {
    // Causal or not, memory is the same.
    const shown = y === 'time' ? points : points.filter(({ way }) => way !== 'causal tiles');
    const ends = shown.filter(
      (p) => p.length === Math.max(...shown.filter((o) => o.way === p.way).map((o) => o.length)),
    );
    const named = (way: Way, place: object) =>
      Plot.text(
        ends.filter((p) => p.way === way),
        { x: 'length', y, text: 'way', fill: COLOURS[way], ...place },
      );
    const values = shown.map((p) => p[y]);
    const ticks = TICKS.filter((tick) => tick >= Math.min(...values) && tick <= Math.max(...values));
    const chart = Plot.plot({
      document: new DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html', null),
      width: WIDTH,
      height: HEIGHT,
      marginLeft: 52,
      marginRight: 72,
      marginTop: 34,
      style: 'font-size: 12px; background: white; color: #1c2024',
      x: { type: 'log', base: 2, label: 'length', tickFormat: ',d', ticks: [...new Set(points.map((p) => p.length))] },
      y: { type: 'log', label, grid: true, ticks, tickFormat: ',d' },
      marks: [
        Plot.line(shown, { x: 'length', y, stroke: ({ way }: Point) => COLOURS[way], z: 'way', strokeWidth: 1.8 }),
        Plot.dot(shown, { x: 'length', y, fill: ({ way }: Point) => COLOURS[way], r: 3 }),
        named('plain ops', { textAnchor: 'middle', dy: -14 }),
        named('tiles', { textAnchor: 'start', dx: 8 }),
        named('causal tiles', { textAnchor: 'start', dx: 8 }),
      ],
    });
    // A file of its own needs none of the library's rules for pages.
    return new XMLSerializer().serializeToString(chart as unknown as Node).replace(/<style>.*?<\/style>/s, '');
  };
  const place = (svg: string, x: number): string => svg.replace('<svg ', `<svg x="${x}" y="24" `);
  const size = `width="${2 * WIDTH + GAP}" height="${HEIGHT + 24}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${2 * WIDTH + GAP} ${HEIGHT + 24}" font-family="system-ui, sans-serif"><rect width="100%" height="100%" fill="white"/><text x="12" y="20" font-size="13" fill="#1c2024">${title}</text>${place(panel('time', 'milliseconds'), 0)}${place(panel('mebibytes', 'MiB beyond operands'), WIDTH + GAP)}</svg>\n`;
}

export function attentionTable(points: readonly Point[]): string {
  const rows = points.map(({ way, passes, length, time, mebibytes }) =>
    [way, passes, length, time.toFixed(1), mebibytes.toFixed(0)].join(),
  );
  return `way,passes,length,milliseconds,mebibytes\n${rows.join('\n')}\n`;
}
