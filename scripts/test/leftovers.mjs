// Which processes belong to a folder: what a test started must be gone when it ends, also what was started by a process
// that is no longer there.
import { readFile, readdir, readlink } from 'node:fs/promises';
import process from 'node:process';

/** @typedef {{pid: number, command: string}} ProcessFacts */

/**
 * Living processes (never this one) whose command, working folder or environment names `folder`. Linux only: elsewhere
 * the answer is empty, as no other system tells it without a helper program.
 * @param {string} folder
 * @returns {Promise<ProcessFacts[]>}
 */
export async function processesOf(folder) {
  if (process.platform !== 'linux') return [];
  const found = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const command = await readProc(pid, 'cmdline');
    // A zombie has no command any more: it is gone as far as anybody can tell.
    if (command === '') continue;
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    const environment = await readProc(pid, 'environ');
    if ([command, cwd, environment].some(text => text.includes(folder))) found.push({ pid, command });
  }
  return found;
}

/** @param {number} pid @param {string} file @returns {Promise<string>} */
const readProc = (pid, file) =>
  readFile(`/proc/${pid}/${file}`, 'utf8').then(
    text => text.replaceAll('\0', ' ').trim(),
    () => '',
  );

/** @param {readonly ProcessFacts[]} processes */
export function killAll(processes) {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended by itself meanwhile
    }
  }
}
