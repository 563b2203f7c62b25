/**
 * How long the tests and docs take to type-check, beside the same files against declarations without shapes. Both take
 * turns, so that they meet the same noise: `pnpm --filter @tessera/shapes speed [ROUNDS]`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  paths['@tessera/*'] = [join(FOLDER, name, '*')];
  return paths;
}

/** All of docs and tests, with the tools that tests are of. They import packages by their names alone. */
function copySources(): void {
  const among = (group: string, folders: readonly string[]): string[] =>
    readdirSync(join(ROOT, group)).flatMap((name) => folders.map((folder) => join(group, name, folder)));
  const sources = [...among('packages', ['test']), ...among('tools', ['src', 'test']), 'docs/notebook', 'docs/test'];
  for (const source of sources.filter((path) => existsSync(join(ROOT, path)) && !path.startsWith('tools/shapes'))) {
    const [group, name] = source.split('/') as [string, string];
    for (const file of files(join(ROOT, source)).filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))) {
      const to = join(FOLDER, 'sources', file.slice(ROOT.length));
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, group === 'packages' ? fromDeclarations(readFileSync(file, 'utf8'), name) : readFileSync(file));
    }
    const modules = join(ROOT, group, name, 'node_modules');
    const link = join(FOLDER, 'sources', group, name, 'node_modules');
    if (group === 'tools' && existsSync(modules) && !existsSync(link)) symlinkSync(modules, link);
  }
}

/** A test of package `name` that imports the declarations of what it imports. */
const fromDeclarations = (text: string, name: string): string =>
  text
    .replaceAll("'../src/index.ts'", `'@tessera/${name}'`)
    .replace(/'(?:\.\.\/)+src\/([^']*)\.ts'/g, `'@tessera/${name}/dist/$1.js'`);

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
  const [shaped, plain] = [samples.shaped, samples.plain].map((list) => list.map((sample) => sample[figure]));
  const ratios = (shaped as number[]).map((value, round) => value / (plain?.[round] as number));
  const unit = figure === 'instantiations' ? '' : ' s';
  const [with_, without] = [shaped, plain].map((values) => `${median(values as number[])}${unit}`);
  console.log(
    `${figure}: ${with_} with shapes, ${without} without; ratio ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
  );
}
