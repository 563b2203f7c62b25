/** Runs a TypeScript compiler over a folder, as a user of the published packages would. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const ROOT = join(import.meta.dirname, '../../..');

/** The compilers that users may have, by the names under which they are installed here. */
export const COMPILERS = {
  '5.4': 'typescript-5.4',
  '5.9': 'typescript-5.9',
  '6': 'typescript',
  '7': 'typescript-7',
} as const;

export type Version = keyof typeof COMPILERS;

export interface Mistake {
  readonly file: string;
  readonly line: number;
  /** What an editor shows first. */
  readonly message: string;
}

export interface Compiled {
  /** What an editor shows for every exported name. */
  readonly types: ReadonlyMap<string, string>;
  readonly mistakes: readonly Mistake[];
}

/** Everything that a program said, whatever its exit code. */
function run(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], { cwd: ROOT, maxBuffer: 1 << 28 }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

/** The file that a compiler is started with. */
function programOf(version: Version): string {
  return join(dirname(require.resolve(`${COMPILERS[version]}/package.json`)), 'bin/tsc');
}

/** Builds the declarations of all packages, which the compilers below read. */
export async function buildDeclarations(): Promise<void> {
  const said = await run(programOf('6'), ['-b', 'packages']);
  if (said.includes('error TS')) throw new Error(said);
}

/** Every package's entries, as they are published. */
async function publishedEntries(): Promise<Record<string, string[]>> {
  const entries: Record<string, string[]> = {};
  for (const place of await readdir(join(ROOT, 'packages'), { withFileTypes: true })) {
    if (!place.isDirectory()) continue;
    const folder = join(ROOT, 'packages', place.name);
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    for (const [entry, { types }] of Object.entries<{ types: string }>(manifest.publishConfig?.exports ?? {}))
      entries[join(manifest.name, entry)] = [join(folder, types)];
  }
  return entries;
}

/** Type-checks all files of `folder` and writes their declarations. */
export async function compile(version: Version, folder: string): Promise<Compiled> {
  const out = join(folder, `out-${version}`);
  await mkdir(out, { recursive: true });
  const config = join(folder, `tsconfig-${version}.json`);
  const compilerOptions = {
    strict: true,
    skipLibCheck: true,
    noErrorTruncation: true,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: out,
    rootDir: folder,
    target: 'ES2022',
    module: 'ESNext',
    moduleResolution: 'Bundler',
    lib: ['ES2022', 'DOM'],
    types: [],
    paths: await publishedEntries(),
  };
  await writeFile(config, JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const said = await run(programOf(version), ['-p', config, '--pretty', 'false']);
  const mistakes = said.split('\n').flatMap((text) => {
    const found = /^(.*)\((\d+),\d+\): error TS\d+: (.*)$/.exec(text);
    return found === null ? [] : [{ file: found[1] as string, line: Number(found[2]), message: found[3] as string }];
  });
  const types = new Map<string, string>();
  for (const name of await readdir(out)) {
    const text = await readFile(join(out, name), 'utf8');
    for (const [, key, type] of text.matchAll(/^export declare const (\w+): (.*?);$/gms))
      types.set(`${name.replace('.d.ts', '')}.${key}`, withoutImports(type as string));
  }
  return { types, mistakes };
}

/** `import("@tessera/tensor").Tensor` -> `Tensor` */
function withoutImports(type: string): string {
  return type.replaceAll(/import\("[^"]*"\)\./g, '');
}
