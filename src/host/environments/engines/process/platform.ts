/**
 * All that differs between platforms in running processes: groups, signals, start times, memory, what a clean environment
 * must still hold. Nothing else in the host asks which platform it is on for these.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

const windows = process.platform === 'win32';
const linux = process.platform === 'linux';

/** On Windows there are no process groups that a signal could go to; the tree is ended by its root. */
export const hasProcessGroups = !windows;

/** A process can be born with one end of a connection: on Windows that would be a pipe, which Python can't speak on. */
export const hasSocketPairs = !windows;

/** What a process cannot start without: nothing on Unix. */
export function inheritedVariables(): Record<string, string> {
  const names = windows ? ['SystemRoot', 'ComSpec', 'PATHEXT', 'windir'] : [];
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = process.env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** The variables that name the folder for temporary files. */
export function temporaryVariables(folder: string): Record<string, string> {
  return windows ? { TEMP: folder, TMP: folder } : { TMPDIR: folder };
}

/** Sends a signal to a process and to all that it started and that stayed in its group. True where there was one. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean {
  if (windows) {
    spawn('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
      'error',
      () => undefined,
    );
    return true;
  }
  return signalOne(-pid, signal);
}

export function signalOne(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Changes with every start of the machine: pids of another boot mean nothing. */
export function bootId(): string {
  try {
    if (linux) return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    if (process.platform === 'darwin') {
      return execFileSync('/usr/sbin/sysctl', ['-n', 'kern.boottime'], { encoding: 'utf8' }).trim();
    }
  } catch {
    // Told by the empty id: nothing is reclaimed by pid then.
  }
  return '';
}

/**
 * When a process started, in whatever unit the platform counts: with the pid it names one process for good. Undefined
 * where there is none, or where the platform does not tell.
 */
export function startTimeOf(pid: number): string | undefined {
  if (linux) return readStat(pid)?.startTime;
  if (windows) return undefined;
  try {
    const text = execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly startTime: string;
  readonly zombie: boolean;
}

/** Linux only: one row of the process table. */
export function readStat(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name, in parentheses, may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    zombie: fields[0] === 'Z' || fields[0] === 'X',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTime: fields[19] ?? '',
  };
}

/** Linux only: all processes that are not zombies. */
export function allProcesses(): ProcessStat[] {
  const found: ProcessStat[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = readStat(pid);
    if (stat && !stat.zombie) found.push(stat);
  }
  return found;
}

/** Linux only: the environment that a process was started with, where we may read it. */
export function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/** Linux only: bytes of a process in memory now, and the most it ever had. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return undefined;
  }
  const kilobytes = (name: string): number => {
    const at = text.indexOf(name);
    return at < 0 ? 0 : Number.parseInt(text.slice(at + name.length), 10) * 1024;
  };
  return { now: kilobytes('VmRSS:'), peak: kilobytes('VmHWM:') };
}

/** Not on Windows: bytes that all processes of a group have in memory, by `ps`. */
export function memoryOfGroup(group: number): Promise<number | undefined> {
  if (windows) return Promise.resolve(undefined);
  return new Promise(resolve => {
    execFile('/bin/ps', ['-A', '-o', 'pgid=,rss='], (error, stdout) => {
      if (error) {
        resolve(undefined);
        return;
      }
      let kilobytes = 0;
      for (const line of stdout.split('\n')) {
        const [pgid, rss] = line.trim().split(/\s+/);
        if (Number(pgid) === group) kilobytes += Number(rss);
      }
      resolve(kilobytes * 1024);
    });
  });
}

/** Linux only: processes that `pid`'s main thread started. */
export function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}
