/** What became of the mutants of a package, from the report of Stryker. */

/** The report, as far as it is read here. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>>;
}

interface ReportedMutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Place; readonly end: Place };
  readonly killedBy?: readonly string[];
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** A mutant that no law caught. */
export interface Survivor {
  readonly file: string;
  /** As Stryker takes it: line and column of both ends. */
  readonly range: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** The line that it begins on. */
  readonly line: string;
  /** Whether any law runs it. */
  readonly covered: boolean;
}

export interface SourceOutcome {
  readonly package: string;
  /** By what Stryker says of them. */
  readonly counts: Readonly<Record<string, number>>;
  readonly survivors: readonly Survivor[];
  /** How many mutants each law was the first to catch, by package, suites and name. */
  readonly caughtBy: Readonly<Record<string, number>>;
}

export function totalsOf({ counts }: SourceOutcome): { readonly caught: number; readonly survived: number } {
  const { Killed = 0, Timeout = 0, Survived = 0, NoCoverage = 0 } = counts;
  return { caught: Killed + Timeout, survived: Survived + NoCoverage };
}

export function outcomeOf(name: string, report: Report): SourceOutcome {
  const counts: Record<string, number> = {};
  const caughtBy: Record<string, number> = {};
  const survivors: Survivor[] = [];
  for (const { status, law, mutant } of mutantsOf(name, report)) {
    add(counts, status, 1);
    if (law !== undefined) add(caughtBy, law, 1);
    if (isSurvivor(status)) survivors.push(mutant);
  }
  return { package: name, counts, survivors, caughtBy };
}

/** The outcome after some of the survivors were tried again. */
export function merged(before: SourceOutcome, tried: readonly Survivor[], report: Report): SourceOutcome {
  const again = new Map(mutantsOf(before.package, report).map((one) => [keyOf(one.mutant), one]));
  const counts: Record<string, number> = { ...before.counts, Survived: 0, NoCoverage: 0 };
  const caughtBy: Record<string, number> = { ...before.caughtBy };
  const survivors: Survivor[] = [];
  for (const survivor of before.survivors) {
    if (!tried.includes(survivor)) {
      add(counts, survivor.covered ? 'Survived' : 'NoCoverage', 1);
      survivors.push(survivor);
      continue;
    }
    const { status, law, mutant } = again.get(keyOf(survivor)) ?? {};
    if (status === undefined || mutant === undefined)
      throw new Error(`${before.package}: ${survivor.file}:${survivor.range} has changed; mutate all of it again`);
    add(counts, status, 1);
    if (law !== undefined) add(caughtBy, law, 1);
    if (isSurvivor(status)) survivors.push(mutant);
  }
  return { ...before, counts, survivors, caughtBy };
}

function isSurvivor(status: string): boolean {
  return status === 'Survived' || status === 'NoCoverage';
}

function keyOf({ file, range, kind, to }: Survivor): string {
  return [file, range, kind, to].join(' ');
}

interface Tried {
  readonly status: string;
  /** The law that caught it. */
  readonly law: string | undefined;
  readonly mutant: Survivor;
}

function mutantsOf(name: string, { files }: Report): Tried[] {
  return Object.entries(files).flatMap(([path, { source, mutants }]) =>
    mutants.map(({ status, mutatorName, replacement = '', location, killedBy }): Tried => {
      const { start, end } = location;
      return {
        status,
        // Laws of one name share their fame.
        law: killedBy?.[0]?.replace(/ #\d+$/, ''),
        mutant: {
          file: path.replace(`packages/${name}/src/`, ''),
          // The report counts columns from 1, the range from 0.
          range: `${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`,
          kind: mutatorName,
          from: textOf(source, location),
          to: shortened(replacement),
          line: (source.split('\n')[start.line - 1] as string).trim(),
          covered: status === 'Survived',
        },
      };
    }),
  );
}

function add(counts: Record<string, number>, key: string, more: number): void {
  counts[key] = (counts[key] ?? 0) + more;
}

/** The text between two places of a source, on one line. */
function textOf(source: string, { start, end }: ReportedMutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = (lines[last] as string).slice(0, end.column - 1);
  lines[0] = (lines[0] as string).slice(start.column - 1);
  return shortened(lines.join('\n'));
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 97)}...` : line;
}
