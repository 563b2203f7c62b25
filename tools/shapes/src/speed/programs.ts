/**
 * The docs, the tests and the tools as programs for the compiler: against the packages' declarations as they are, and against
 * declarations without shapes.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withoutShapes } from './plain.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const FOLDER = join(ROOT, 'tools/shapes/.cache/speed');
/** What follows shapes; other packages are the same in both. */
const SHAPED = ['tensor', 'losses', 'layers'];

export type Kind = 'shaped' | 'plain';

/** A configuration file of each kind. */
export type Program = Readonly<Record<Kind, string>>;

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

/** A configuration for the sources in `folder`. */
function configure(kind: Kind, folder: string, paths: Record<string, string[]>): string {
  const config = join(FOLDER, `tsconfig-${kind}-${folder.replaceAll('/', '-')}.json`);
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
  writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, include: [`${folder}/**/*.ts`] }));
  return config;
}

/** One program of everything, and a program for each project, as `npm run typecheck` has them. The packages must be built. */
export function preparePrograms(): { readonly whole: Program; readonly projects: readonly Program[] } {
  rmSync(FOLDER, { recursive: true, force: true });
  copySources();
  const paths = { shaped: declare('shaped', (text) => text), plain: declare('plain', withoutShapes) };
  const program = (folder: string): Program => ({
    shaped: configure('shaped', folder, paths.shaped),
    plain: configure('plain', folder, paths.plain),
  });
  const projects = ['packages', 'tools'].flatMap((group) =>
    readdirSync(join(FOLDER, 'sources', group)).map((name) => join('sources', group, name)),
  );
  return { whole: program('sources'), projects: [...projects, 'sources/docs'].map(program) };
}
