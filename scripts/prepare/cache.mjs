// Large things that are made once for a machine and kept outside the repository: $LAMPLIGHT_CACHE or ~/.cache/lamplight.
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './progress.mjs';

/** @returns {string} absolute path of the folder, which may not exist yet */
export function cacheRoot() {
  const chosen = process.env['LAMPLIGHT_CACHE'];
  return chosen === undefined || chosen === ''
    ? path.join(os.homedir(), '.cache/lamplight')
    : path.resolve(chosen);
}

/**
 * The entry of that name; `make` fills a new folder, which takes the name only when it is complete. Put the version of
 * what is in it into the name: a finished entry is never touched again. Two processes never make the same one.
 * @param {string} name
 * @param {(folder: string) => Promise<void>} make
 * @returns {Promise<string>} absolute path
 */
export async function cachedFolder(name, make) {
  const entry = path.join(cacheRoot(), name);
  if (await exists(entry)) return entry;
  await mkdir(cacheRoot(), { recursive: true });
  const release = await lock(`${entry}.lock`);
  try {
    if (await exists(entry)) return entry;
    const part = `${entry}.part`;
    await rm(part, { recursive: true, force: true });
    await mkdir(part);
    await make(part);
    await rename(part, entry);
    return entry;
  } finally {
    await release();
  }
}

/** @param {string} file */
const exists = file =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Holds `file` until the returned function is called; waits for a living holder, takes over from a dead one.
 * @param {string} file @returns {Promise<() => Promise<void>>} */
async function lock(file) {
  const own = await holderOf(process.pid);
  for (let told = false; ;) {
    try {
      await writeFile(file, own, { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const holder = await readFile(file, 'utf8').catch(() => '');
    const pid = Number.parseInt(holder, 10);
    if (pid > 0 && (!isAlive(pid) || holder !== (await holderOf(pid)))) await rm(file, { force: true });
    else if (!told) {
      say(`  waiting for process ${pid}, which is making ${path.basename(file, '.lock')}`);
      told = true;
    }
    await delay(500);
  }
}

/**
 * A process as a lock names it: its pid, and on Linux when it began, since a pid is soon another process's (in a container
 * that is started anew the very same small numbers come again, and this folder outlives it).
 * @param {number} pid
 */
async function holderOf(pid) {
  const [stat, boot] = await Promise.all(
    [`/proc/${pid}/stat`, '/proc/sys/kernel/random/boot_id'].map(file =>
      readFile(file, 'utf8').catch(() => ''),
    ),
  );
  // Behind the command, which may hold spaces and brackets: field 22 is the start in clock ticks since boot.
  const start = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return start === undefined ? String(pid) : `${pid} ${start} ${boot?.trim()}`;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
