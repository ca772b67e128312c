/**
 * Which processes belong to a folder: what a test started must be gone when it ends, also what was started by a
 * process that is no longer there.
 */
import { readFile, readdir, readlink } from 'node:fs/promises';
import process from 'node:process';
import { until } from './until.ts';

export interface ProcessFacts {
  readonly pid: number;
  readonly command: string;
}

/**
 * Living processes (never this one) whose command, working folder or environment names `folder`. Linux only: elsewhere
 * the answer is empty, as no other system tells it without a helper program.
 */
export async function processesOf(folder: string): Promise<ProcessFacts[]> {
  if (process.platform !== 'linux') return [];
  const found: ProcessFacts[] = [];
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

const readProc = (pid: number, file: string): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'utf8').then(
    text => text.replaceAll('\0', ' ').trim(),
    () => '',
  );

/** Waits until nothing of `folder` runs; kills and names what is still there after `ms`. */
export async function assertNothingRuns(folder: string, ms = 5_000): Promise<void> {
  try {
    await until(async () => (await processesOf(folder)).length === 0, { ms, what: 'all processes to end' });
  } catch {
    const left = await processesOf(folder);
    for (const { pid } of left) killIfThere(pid);
    if (left.length === 0) return;
    const rows = left.map(({ pid, command }) => `  ${pid} ${command}`).join('\n');
    throw new Error(`These processes of ${folder} were still running (and have been killed):\n${rows}`);
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself meanwhile
  }
}
