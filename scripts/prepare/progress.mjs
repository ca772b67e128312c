// Lines that tell a person what is being prepared and how long it takes. On stderr: stdout is for results.
// Plain JavaScript on Node 20: this runs before node_modules exists.
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Something that this machine can't offer; its message is for a person and says what to do. */
export class Unavailable extends Error {
  /** @override */
  name = 'Unavailable';
}

/** True in CI: there nothing is skipped, a missing part is a failure. */
export const inCi = () => !['', '0', 'false', undefined].includes(process.env['CI']?.toLowerCase());

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @param {number} since milliseconds of `performance.now()` */
export function elapsed(since) {
  const seconds = (performance.now() - since) / 1000;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/**
 * Says what begins, that it still goes on (every 15 s) and how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const begun = performance.now();
  say(`▸ ${title}`);
  const beat = setInterval(() => say(`  … ${title}: ${elapsed(begun)} so far`), 15_000);
  try {
    const result = await work();
    say(`✓ ${title} (${elapsed(begun)})`);
    return result;
  } catch (error) {
    say(`✗ ${title} (after ${elapsed(begun)})`);
    throw error;
  } finally {
    clearInterval(beat);
  }
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {Record<string, string | undefined>} [env] added to this process's environment
 * @property {string} [log] name of a file in .cache/prepare/ that keeps the whole output
 */

/**
 * Runs a program to its end and resolves with what it printed. Rejects with the last lines of its output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>}
 */
export async function run(command, args, options = {}) {
  const windowsScript = process.platform === 'win32' && /^(npm|npx)$|\.cmd$/.test(command);
  const child = spawn(command, args, {
    cwd: options.cwd ?? repository,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: windowsScript,
  });
  let output = '';
  child.stdout.on('data', chunk => (output += String(chunk)));
  child.stderr.on('data', chunk => (output += String(chunk)));
  /** @type {{code: number | null, signal: string | null, error?: Error}} */
  const end = await new Promise(resolve => {
    child.once('error', error => resolve({ code: null, signal: null, error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  if (options.log !== undefined) {
    mkdirSync(path.join(repository, '.cache/prepare'), { recursive: true });
    writeFileSync(path.join(repository, '.cache/prepare', options.log), output);
  }
  if (end.code === 0) return output;
  const reason = end.error?.message ?? (end.signal !== null ? `ended by ${end.signal}` : `exit ${end.code}`);
  const tail = output.trimEnd().split('\n').slice(-20).join('\n  ');
  throw new Error(
    `${command} ${args.join(' ')}: ${reason}${tail === '' ? '' : `\n  ${tail}`}` +
      (options.log === undefined ? '' : `\n  The whole output is in .cache/prepare/${options.log}.`),
  );
}

/** @param {string} program @returns {string | undefined} its absolute path, where it is on the PATH */
export function findOnPath(program) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    if (folder === '') continue;
    for (const ending of endings) {
      const file = path.join(folder, program + ending);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // the next folder may have it
      }
    }
  }
  return undefined;
}
