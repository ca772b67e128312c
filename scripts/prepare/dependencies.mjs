// What every npm script needs first: the packages of package-lock.json (Node 24 among them) and the bundles in dist/.
// Plain JavaScript on Node 20: this runs before node_modules exists.
import { lstat, readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { Unavailable, repository, run, step } from './progress.mjs';

/**
 * Installs what package-lock.json names (only if it is not there yet) and builds dist/ (only if it is stale).
 * @param {{build?: boolean}} [options]
 * @returns {Promise<string>} path of the Node.js (24) that runs our scripts and tests
 */
export async function prepareDependencies({ build = true } = {}) {
  await installPackages();
  const node = await projectNode();
  if (build) await buildBundles(node);
  return node;
}

/** Environment in which `node` and the packages' commands are the project's own. @param {string} node */
export function projectEnvironment(node) {
  const folders = [path.dirname(node), path.join(repository, 'node_modules/.bin')];
  return { PATH: [...folders, process.env['PATH'] ?? ''].join(path.delimiter) };
}

async function installPackages() {
  const missing = await firstMissingPackage();
  if (missing === undefined) return;
  const modules = path.join(repository, 'node_modules');
  if ((await lstat(modules).catch(() => undefined))?.isSymbolicLink() === true) {
    throw new Unavailable(
      `node_modules is a link and lacks ${missing}: run "npm ci" in the folder that it points to.`,
    );
  }
  await step('Installing packages (npm ci)', () => npm(['ci', '--no-audit', '--no-fund'], 'npm-ci.log'));
}

/** @param {readonly string[]} args @param {string} log */
async function npm(args, log) {
  const script = process.env['npm_execpath'];
  try {
    if (script !== undefined && /\.c?js$/.test(script)) {
      await run(process.execPath, [script, ...args], { log });
    } else {
      await run('npm', args, { log });
    }
  } catch (error) {
    throw new Unavailable(
      `npm ${args[0]} failed. It needs the npm registry (see "npm config get registry").\n${String(error)}`,
    );
  }
}

/** Name of a package that the lock file wants and node_modules lacks or has in another version. */
async function firstMissingPackage() {
  const wanted = await readPackages(path.join(repository, 'package-lock.json'));
  /** @type {Packages} */
  const none = {};
  const hidden = path.join(repository, 'node_modules/.package-lock.json');
  const installed = await readPackages(hidden).catch(() => none);
  for (const [where, entry] of Object.entries(wanted)) {
    // Optional ones are for other platforms.
    if (where === '' || entry.optional === true) continue;
    if (installed[where]?.version !== entry.version) return where.replace(/^.*node_modules\//, '');
  }
  return undefined;
}

/** @typedef {Record<string, {version?: string, optional?: boolean}>} Packages */

/** @param {string} file @returns {Promise<Packages>} */
async function readPackages(file) {
  return JSON.parse(await readFile(file, 'utf8')).packages;
}

/** The Node.js that the devDependency `node` brought, else this one where it is new enough. */
async function projectNode() {
  const own = path.join(
    repository,
    'node_modules/node/bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if ((await stat(own).catch(() => undefined))?.isFile() === true) return own;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  throw new Unavailable(
    `The package "node" brought no Node.js for ${process.platform}-${process.arch} (npm must be allowed to run its install script), ` +
      `and this is Node.js ${process.versions.node}: install Node.js 24 and run this again.`,
  );
}

/** @param {string} node */
async function buildBundles(node) {
  if (!(await isStale())) return;
  await step('Building dist/', () => run(node, ['esbuild.mjs'], { log: 'build.log' }));
}

/** True when anything that the bundles are made of is younger than they are. */
async function isStale() {
  const dist = path.join(repository, 'dist');
  // esbuild.mjs writes one beside each bundle when it is complete.
  const built = (await readdir(dist).catch(() => [])).filter(name => name.endsWith('.meta.json'));
  if (built.length === 0) return true;
  const times = await Promise.all(built.map(async name => (await stat(path.join(dist, name))).mtimeMs));
  const oldest = Math.min(...times);
  for (const name of ['src', 'scripts/build', 'esbuild.mjs', 'package.json', 'package-lock.json']) {
    if (await hasYounger(path.join(repository, name), oldest)) return true;
  }
  return false;
}

/** Folders count too: their time changes when a file in them is removed or renamed.
 * @param {string} place @param {number} than @returns {Promise<boolean>} */
async function hasYounger(place, than) {
  const facts = await stat(place);
  if (facts.mtimeMs > than) return true;
  if (!facts.isDirectory()) return false;
  for (const name of await readdir(place)) {
    if (await hasYounger(path.join(place, name), than)) return true;
  }
  return false;
}
