// The rules of the house that neither the compiler nor the linter knows: which package may import which,
// how long a file may be, what it may not be called, and which tolerances tests may have.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import ts from 'typescript';
import { checkTolerances } from './tolerances.mjs';

/** What the source of each package may import; tests, tools and docs may import anything they declare. */
const allowed = {
  kernels: [],
  arbitraries: [],
  tensor: ['kernels'],
  autograd: ['kernels', 'tensor'],
  losses: ['kernels', 'tensor'],
  optimizers: ['kernels', 'tensor'],
  'flash-attention': ['kernels', 'tensor'],
  layers: ['kernels', 'tensor', 'autograd', 'flash-attention'],
};
const longest = 300;
const source = /\.(ts|tsx|mts|js|mjs)$/;
const vague = /^(utils?|helpers?|misc|common)\./i;

/** @typedef {{ file: string, text: string, package: string, report: (at: number, message: string) => void }} Source */

/**
 * @param {string} root of the repository
 * @returns {string[]} each breach as `file:line message`
 */
export function breaches(root) {
  /** @type {string[]} */
  const found = [];
  for (const folder of members(root)) {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    for (const file of files(root, folder)) {
      const text = readFileSync(join(root, file), 'utf8');
      /** @param {number} at @param {string} message */
      const report = (at, message) => found.push(`${file}:${text.slice(0, at).split('\n').length} ${message}`);
      const it = { file, text, package: folder, report };
      checkShape(it);
      checkCore(it);
      checkTolerances(file, text, report);
      for (const { fileName, pos } of ts.preProcessFile(text, true, true).importedFiles) {
        if (fileName.startsWith('.')) checkRelative(it, fileName, pos);
        else if (fileName.startsWith('@tessera/')) checkArrow(it, manifest, fileName, pos);
      }
    }
  }
  return found;
}

/** @param {Source} it */
function checkShape({ file, text, report }) {
  if (vague.test(basename(file))) report(0, 'says nothing by its name; name it after what it holds');
  if (!/^(tools\/|packages\/[^/]+\/(src|assembly)\/)/.test(file)) return;
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines > longest) report(text.length - 1, `has ${lines} lines; split it, the most is ${longest}`);
}

/** @param {Source} it */
function checkCore({ file, text, report }) {
  if (!file.startsWith('packages/tensor/src/core/')) return;
  for (const { index } of text.matchAll(/\bvjp\b/g)) report(index, 'the core never says "vjp"; only autograd reads it');
}

/** @param {Source} it @param {string} specifier @param {number} at */
function checkRelative(it, specifier, at) {
  const target = posix.join(posix.dirname(it.file), specifier);
  if (!target.startsWith(`${it.package}/`)) it.report(at, `"${specifier}" leaves the package; import it by its name`);
  const fromCore = it.file.startsWith('packages/tensor/src/core/');
  if (fromCore && /^packages\/tensor\/src\/ops\b/.test(target)) it.report(at, 'the core must not import ops');
}

/** @param {Source} it @param {Record<string, any>} manifest @param {string} specifier @param {number} at */
function checkArrow(it, manifest, specifier, at) {
  const [, name = ''] = specifier.split('/');
  const target = `@tessera/${name}`;
  if (target === manifest.name) return;
  const { dependencies, peerDependencies, devDependencies } = manifest;
  const inSource = /^packages\/[^/]+\/src\//.test(it.file);
  const declared = { ...dependencies, ...peerDependencies, ...(inSource ? {} : devDependencies) };
  if (!declared[target]) it.report(at, `imports ${target}, which ${it.package}/package.json does not declare`);

  const own = it.package.replace('packages/', '');
  const inTesting = it.file.startsWith(`${it.package}/src/testing/`);
  if (inTesting && own === 'tensor' && name === 'autograd')
    it.report(at, 'the laws of tensor must not import autograd');
  if (!inSource || inTesting) return;
  const arrows = /** @type {Record<string, string[]>} */ (allowed)[own];
  if (!arrows) it.report(at, `${own} is not in the table of arrows in tools/checks/breaches.mjs; add it`);
  else if (!arrows.includes(name))
    it.report(at, `${own} must not import ${name}: it may import ${arrows.join(', ') || 'none of ours'}`);
}

/** @param {string} root */
function members(root) {
  const folders = ['packages', 'tools'].flatMap((folder) =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}`) : [],
  );
  return [...folders, 'docs'].filter((folder) => existsSync(join(root, folder, 'package.json')));
}

/** @param {string} root @param {string} folder @returns {string[]} the source files that people wrote */
function files(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return /^(node_modules|dist|generated|\.cache|\.turbo)$/.test(entry.name) ? [] : files(root, path);
    return source.test(entry.name) ? [path] : [];
  });
}
