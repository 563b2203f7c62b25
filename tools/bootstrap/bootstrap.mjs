// Sets a bare clone up, from Node and npm alone: the right pnpm, the dependencies, the WebAssembly kernels.
// Says nothing and starts no process when there is nothing to do.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../..'));
const { engines, packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const shell = process.platform === 'win32';
process.env.TURBO_TELEMETRY_DISABLED = '1';

checkNode(engines.node);
step({
  what: 'dependencies',
  inputs: ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()],
  outputs: ['node_modules/.pnpm'],
  command: ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'],
});
const withKernels = readdirSync(join(root, 'packages'))
  .map((name) => `packages/${name}`)
  .filter((folder) => existsSync(join(root, folder, 'assembly')));
step({
  what: 'kernels',
  inputs: [
    'pnpm-lock.yaml',
    ...withKernels.flatMap((folder) => ['assembly', 'scripts', 'package.json'].map((name) => `${folder}/${name}`)),
  ],
  outputs: withKernels.map((folder) => `${folder}/src/generated`),
  command: ['exec', 'turbo', 'run', 'build:wasm', '--output-logs=new-only'],
});

/** @param {string} range such as ">=20.19" */
function checkNode(range) {
  const [major = 0, minor = 0] = range.replace('>=', '').split('.').map(Number);
  const [nodeMajor = 0, nodeMinor = 0] = process.versions.node.split('.').map(Number);
  if (nodeMajor > major || (nodeMajor === major && nodeMinor >= minor)) return;
  console.error(`tessera: needs Node ${range}; this is Node ${process.versions.node}; install a newer Node, try again`);
  process.exit(2);
}

/**
 * Runs a pnpm command, unless its outputs exist and its inputs are those of its last success.
 * @param {{ what: string, inputs: string[], outputs: string[], command: string[] }} step
 */
function step({ what, inputs, outputs, command }) {
  const stamp = join(root, 'node_modules/.tessera', what);
  const digest = hash(inputs);
  const made = outputs.every((output) => existsSync(join(root, output)));
  if (made && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  rmSync(stamp, { force: true });
  console.log(`tessera: setting up ${what} ...`);
  const start = performance.now();
  pnpm(command);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
  console.log(`tessera: ${what} ready (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

/** @param {string[]} args */
function pnpm(args) {
  const found = spawnSync('pnpm --version', { cwd: root, encoding: 'utf8', shell: true }).stdout.trim();
  // npx puts pnpm on PATH for its children, so turbo finds it too.
  const npx =
    packageManager === `pnpm@${found}` ? [] : ['npx', '--yes', '--prefer-offline', `--package=${packageManager}`, '--'];
  const [command = '', ...rest] = [...npx, 'pnpm', ...args];
  const { status, error } = spawnSync(command, rest, { cwd: root, stdio: 'inherit', shell });
  if (status === 0) return;
  console.error(`tessera: "pnpm ${args.join(' ')}" failed${error ? `: ${error.message}` : ''}`);
  process.exit(status || 1);
}

function manifests() {
  const members = ['packages', 'tools'].flatMap((folder) =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}`) : [],
  );
  return ['.', ...members, 'docs']
    .map((folder) => `${folder}/package.json`)
    .filter((path) => existsSync(join(root, path)));
}

/** @param {string[]} paths files and folders; what does not exist counts as empty */
function hash(paths) {
  const digest = createHash('sha256');
  /** @param {string} path */
  const add = (path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat?.isDirectory()) for (const name of readdirSync(join(root, path)).sort()) add(`${path}/${name}`);
    else if (stat) digest.update(`${path}\0${stat.size}\0`).update(readFileSync(join(root, path)));
  };
  for (const path of paths) add(path);
  return digest.digest('hex');
}
