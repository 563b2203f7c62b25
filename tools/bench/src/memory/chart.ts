/** The curve as a picture. */
import * as Plot from '@observablehq/plot';
import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom';
import type { Sample } from './curve.ts';

export function memoryChart(samples: readonly Sample[]): string {
  const document = new DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html', null);
  const last = samples.at(-1) as Sample;
  const label = (sample: 'rss' | 'heap', text: string) =>
    Plot.text([last], { x: 'step', y: sample, text: () => text, textAnchor: 'end', dy: -14, fill: 'currentColor' });
  const chart = Plot.plot({
    document,
    width: 720,
    height: 320,
    marginLeft: 48,
    marginTop: 28,
    style: 'font-size: 12px; background: white; color: #1c2024',
    ariaLabel: 'Memory while training',
    x: { label: 'training step', tickFormat: ',d' },
    y: { label: 'MiB', grid: true, zero: true },
    marks: [
      Plot.ruleY([0]),
      Plot.line(samples, { x: 'step', y: 'rss', stroke: '#c2570c', strokeWidth: 1.5 }),
      Plot.line(samples, { x: 'step', y: 'heap', stroke: '#0d7a70', strokeWidth: 1.5 }),
      label('rss', 'the whole process'),
      label('heap', 'tensors in WebAssembly memory'),
    ],
  });
  // A file of its own needs none of the library's rules for pages.
  return `${new XMLSerializer().serializeToString(chart).replace(/<style>.*?<\/style>/s, '')}\n`;
}

export function memoryTable(samples: readonly Sample[]): string {
  const rows = samples.map(({ step, seconds, rss, heap, evictions }) =>
    [step, seconds.toFixed(3), rss.toFixed(1), heap.toFixed(1), evictions].join(),
  );
  return `step,seconds,rss_mib,heap_mib,evictions\n${rows.join('\n')}\n`;
}
