/**
 * How long the tests and docs take to type-check, beside the same files against declarations without shapes. Both take
 * turns, so that they meet the same noise: `pnpm --filter @tessera/shapes speed [ROUNDS]`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { withoutShapes } from './plain.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const FOLDER = join(ROOT, 'tools/shapes/.cache/speed');
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const ROUNDS = Number(process.argv[2] ?? 5);
/** What follows shapes; other packages are the same in both. */
const SHAPED = ['tensor', 'losses', 'layers'];

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Every package's declarations and entries in `name`, rewritten by `change`. */
function declare(name: string, change: (text: string) => string): Record<string, string[]> {
  const paths: Record<string, string[]> = {};
  for (const place of readdirSync(join(ROOT, 'packages'), { withFileTypes: true })) {
    if (!place.isDirectory()) continue;
    const from = join(ROOT, 'packages', place.name);
    const to = join(FOLDER, name, place.name);
    cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true });
    if (SHAPED.includes(place.name)) {
      for (const file of files(join(to, 'dist')).filter((path) => path.endsWith('.d.ts')))
        writeFileSync(file, change(readFileSync(file, 'utf8')));
    }
    const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
    for (const [entry, { types }] of Object.entries<{ types: string }>(manifest.publishConfig.exports))
      paths[join(manifest.name, entry)] = [join(to, types)];
  }
  return paths;
}

/** The tests and docs, which import packages by their names alone. */
function copySources(): void {
  const sources = [
    ...readdirSync(join(ROOT, 'packages')).map((name) => join('packages', name, 'test')),
    ...['docs/notebook', 'docs/test'],
  ];
  for (const source of sources) {
    let found: string[] = [];
    try {
      found = files(join(ROOT, source));
    } catch {
      continue; // a package without tests
    }
    for (const file of found.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))) {
      const package_ = `'@tessera/${source.split('/')[1]}'`;
      const text = readFileSync(file, 'utf8').replaceAll("'../src/index.ts'", package_);
      if (/from '(\.\.\/)+src\//.test(text)) continue; // what looks inside a package
      const to = join(FOLDER, 'sources', file.slice(ROOT.length));
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, text);
    }
  }
}

function configure(name: string, paths: Record<string, string[]>): string {
  const config = join(FOLDER, `tsconfig-${name}.json`);
  const compilerOptions = {
    noEmit: true,
    composite: false,
    declarationMap: false,
    sourceMap: false,
    incremental: false,
    isolatedDeclarations: false,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: false,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
    rootDir: FOLDER,
    paths,
  };
  const extended = join(ROOT, 'tsconfig.base.json');
  writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, include: ['sources/**/*.ts'] }));
  return config;
}

interface Sample {
  readonly check: number;
  readonly total: number;
  readonly instantiations: number;
}

function measure(config: string): Sample {
  let said: string;
  try {
    said = execFileSync(process.execPath, [TSC, '-p', config, '--extendedDiagnostics'], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
  } catch (error) {
    // Expected errors that are none without shapes make the exit code 1.
    said = (error as { stdout: string }).stdout;
  }
  const number = (label: string): number => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, 'm').exec(said)?.[1]);
  return { check: number('Check time'), total: number('Total time'), instantiations: number('Instantiations') };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

rmSync(FOLDER, { recursive: true, force: true });
execFileSync(process.execPath, [TSC, '-b', join(ROOT, 'packages')]);
copySources();
const configs = {
  shaped: configure(
    'shaped',
    declare('shaped', (text) => text),
  ),
  plain: configure('plain', declare('plain', withoutShapes)),
};
const samples = { shaped: [] as Sample[], plain: [] as Sample[] };
for (let round = -1; round < ROUNDS; round++) {
  for (const kind of round % 2 === 0 ? (['shaped', 'plain'] as const) : (['plain', 'shaped'] as const)) {
    const sample = measure(configs[kind]);
    if (round >= 0) samples[kind].push(sample);
  }
}
for (const figure of ['total', 'check', 'instantiations'] as const) {
  const [shaped, plain] = [samples.shaped, samples.plain].map((list) => median(list.map((sample) => sample[figure])));
  const unit = figure === 'instantiations' ? '' : ' s';
  console.log(
    `${figure}: ${shaped}${unit} with shapes, ${plain}${unit} without, ratio ${((shaped as number) / (plain as number)).toFixed(2)}`,
  );
}
