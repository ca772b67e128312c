// Programs and libraries of the operating system. As root on Debian and Ubuntu they are installed; elsewhere a person
// gets a list of what to install.
import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { Unavailable, findOnPath, run, step } from './progress.mjs';

/**
 * @typedef {object} SystemNeed
 * @property {string} what name for a person: "Chromium"
 * @property {string} why what it is for
 * @property {string[]} packages Debian's packages that bring it
 * @property {() => boolean | Promise<boolean>} isThere
 */

/** @param {string} program @param {string} why @param {string[]} [packages] @returns {SystemNeed} */
export function program(program, why, packages = [program]) {
  return { what: program, why, packages, isThere: () => findOnPath(program) !== undefined };
}

/** A library's headers: known by Debian's package database where there is one, else taken for granted.
 * @param {string} name @param {string} why @returns {SystemNeed} */
export function debianLibrary(name, why) {
  return { what: name, why, packages: [name], isThere: () => isInstalled(name) };
}

/**
 * Makes sure that all of them are there.
 * @param {readonly SystemNeed[]} needs
 * @returns {Promise<void>} rejects with {@link Unavailable} and a list of what to install
 */
export async function prepareSystem(needs) {
  const missing = await absent(needs);
  if (missing.length === 0) return;
  if (!canInstall()) throw new Unavailable(listOf(missing, whyNot()));
  const names = [...new Set(missing.flatMap(need => need.packages))];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await step('Reading the package lists (apt-get update)', () => run('apt-get', ['update', '-q'], { env }));
    await step(`Installing ${names.join(', ')} (apt-get install)`, () =>
      run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], {
        env,
        log: `apt-${names[0]}.log`,
      }),
    );
  } catch (error) {
    throw new Unavailable(listOf(missing, `apt-get could not get them: ${String(error)}`));
  }
  const still = await absent(needs);
  if (still.length > 0) throw new Unavailable(listOf(still, 'apt-get ran, and they are still not there'));
}

/** @param {readonly SystemNeed[]} needs */
async function absent(needs) {
  const missing = [];
  for (const need of needs) if (!(await need.isThere())) missing.push(need);
  return missing;
}

const canInstall = () => process.getuid?.() === 0 && findOnPath('apt-get') !== undefined;

const whyNot = () =>
  findOnPath('apt-get') === undefined
    ? 'this is not Debian or Ubuntu: install them with the package manager of your system'
    : `this is not root: run "sudo apt-get install" yourself`;

/** @param {readonly SystemNeed[]} missing @param {string} reason */
function listOf(missing, reason) {
  const rows = missing.map(
    need => `  - ${need.what}: ${need.why} (Debian and Ubuntu: ${need.packages.join(' ')})`,
  );
  return `These are missing, and ${reason}\n${rows.join('\n')}`;
}

/** @param {string} name */
async function isInstalled(name) {
  if (findOnPath('dpkg-query') === undefined) return true;
  try {
    const { stdout } = await promisify(execFile)('dpkg-query', ['-W', '-f', '${db:Status-Status}', name]);
    return stdout === 'installed';
  } catch {
    return false;
  }
}
