/** Charts as text: the plotting library draws into a document that no browser holds. */
import { type PlotOptions, plot } from '@observablehq/plot';
import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom';

/** The chart as an <svg> element. */
export function svg(options: PlotOptions): string {
  const document = new DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html', null);
  const chart = plot({ ...options, document });
  return new XMLSerializer().serializeToString(chart);
}
