/** What was found, for people and for programs. */
import type { Case } from './adapter.ts';
import type { Fault } from './read.ts';
import type { Outcome } from './run.ts';

/** At most so many failures are shown; --json has them all. */
const SHOWN = 20;

export interface Result {
  readonly case: Case;
  readonly file: string;
  readonly outcome: Outcome;
}

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** How many of each kind; a fault is a failure. */
export function tally(results: readonly Result[], faults: readonly Fault[] = []): Tally {
  const counts: Tally = { passed: 0, failed: faults.length, skipped: 0 };
  for (const { outcome } of results) counts[outcome.status]++;
  return counts;
}

/** The report's lines: one per area, what is not supported, the first failures, and last the sum. */
export function formatReport(results: readonly Result[], faults: readonly Fault[]): string[] {
  const { passed, failed, skipped } = tally(results, faults);
  const lines = [...byArea(results)].map(([area, of]) => {
    const counts = tally(of);
    return `${area}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} unsupported`;
  });
  lines.push(...formatSkipped(results));
  const failures = [...faults.map(formatFault), ...results.flatMap(formatFailure)];
  if (failures.length > 0) lines.push('', ...failures.slice(0, SHOWN));
  if (failures.length > SHOWN) lines.push(`... and ${failures.length - SHOWN} more; --json FILE has them all`);
  return [...lines, '', `${passed} passed, ${failed} failed, ${skipped} skipped`];
}

function byArea(results: readonly Result[]): Map<string, Result[]> {
  const areas = new Map<string, Result[]>();
  for (const result of results) {
    const { area } = result.case;
    const found = areas.get(area);
    if (found) found.push(result);
    else areas.set(area, [result]);
  }
  return areas;
}

/** Every op that was skipped, with the number of its cases. */
function formatSkipped(results: readonly Result[]): string[] {
  return [...byArea(results)].flatMap(([area, of]) => {
    const counts = new Map<string, number>();
    for (const { case: testCase, outcome } of of) {
      if (outcome.status !== 'skipped') continue;
      const name = outcome.reason === '' ? testCase.op : `${testCase.op} with ${outcome.reason}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const names = [...counts].map(([name, n]) => `${name} (${n})`);
    return names.length === 0 ? [] : [`unsupported in ${area}: ${names.join(', ')}`];
  });
}

function formatFault({ file, message, id }: Fault): string {
  return `FAILED ${id === undefined ? '' : `${id}: `}${file}: ${message}`;
}

function formatFailure({ case: { area, id }, outcome }: Result): string[] {
  if (outcome.status !== 'failed') return [];
  const [first, ...more] = outcome.mismatches.map(({ what, message }) => `${what}: ${message}`);
  return [[`FAILED ${area} ${id}: ${first}`, ...more].join('\n       ')];
}

/** The same for programs. Numbers that JSON does not know are strings, as in the vectors. */
export function toJson(results: readonly Result[], faults: readonly Fault[]): string {
  const areas = Object.fromEntries([...byArea(results)].map(([area, of]) => [area, tally(of)]));
  const cases = results.map(({ case: { id, area, op }, file, outcome }) => ({ id, area, op, file, ...outcome }));
  const content = { ...tally(results, faults), areas, faults, cases };
  const plain = (_key: string, value: unknown): unknown => {
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
      return Object.is(value, -0) ? '-0' : String(value);
    }
    return value;
  };
  return `${JSON.stringify(content, plain, 1)}\n`;
}
