/**
 * Who a process is: a pid alone is used again by the system, so whatever is left in a file names the process by its pid
 * and its start (DESIGN.md rule 3).
 */
import { readFile } from 'node:fs/promises';

/** True while a process of that number runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * A text that differs for every process that ever had this pid: boot id and start in clock ticks on Linux, the start's
 * date on macOS. Undefined where the process is gone or the platform does not tell without a helper program (Windows).
 */
export async function startOf(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  if (platform === 'linux') return linuxStart(pid);
  if (platform === 'darwin') return psStart(pid);
  return undefined;
}

async function linuxStart(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'latin1'),
      readFile('/proc/sys/kernel/random/boot_id', 'latin1'),
    ]);
    // The command's name (field 2) may hold spaces and brackets; what follows its last bracket starts at field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot.trim()}:${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}

async function psStart(pid: number): Promise<string | undefined> {
  // Loaded here since every call of the command line passes through this file, and hardly one starts a program.
  const { execFile } = await import('node:child_process');
  return new Promise(resolve => {
    execFile('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C' } }, (error, stdout) => {
      resolve(error === null && stdout.trim() !== '' ? stdout.trim() : undefined);
    });
  });
}
