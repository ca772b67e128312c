/**
 * What this host has started, on disk, so that the next one can end what a `kill -9` left behind: by pid, start time and
 * boot id, and by a random marker that every process of an environment inherits (DESIGN.md rule 3). Never by pid or
 * name alone.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import process from 'node:process';
import { allProcesses, bootId, environmentOf, signalGroup, signalOne, startTimeOf } from './platform.ts';

interface Entry {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
}

interface HostEntry {
  /** Part of every environment's id of that host's life, and so of its processes' variables. */
  readonly marker: string;
}

interface Search {
  readonly marker: string;
  /** Start time from which on processes are looked at, in the platform's own unit. */
  readonly since: number;
}

/** Lines after which the file is written anew. */
const LONG = 500;

export class ProcessLedger {
  /** 16 hex digits that no other life of any host has. */
  readonly marker = randomBytes(8).toString('hex');

  readonly #file: string;
  readonly #bootId = bootId();
  readonly #alive = new Map<number, string>();
  #searches: Search[] = [];
  #search: Promise<void> | undefined;
  #lines = 0;
  #opened = false;

  /** `folder` is made when the first process starts. */
  constructor(folder: string) {
    this.#file = path.join(folder, 'processes.jsonl');
  }

  /** An environment's id: its processes carry it in their variables, and so does all that they start. */
  newId(): string {
    return this.marker + randomBytes(8).toString('hex');
  }

  /**
   * Written before the caller goes on: a host that is killed a moment later has left a note. Throws where it can't be
   * written; the process must end then.
   */
  started(pid: number): void {
    this.#open();
    const startTime = startTimeOf(pid) ?? '';
    this.#append({ pid, startTime, bootId: this.#bootId } satisfies Entry);
    this.#alive.set(pid, startTime);
  }

  /**
   * The runtime with this pid is gone: ends what carries its environment's marker and left its group, then forgets it.
   * Environments that end together are looked for together. Rejects where they can't be looked for (no file descriptor
   * is left); the next call looks for them too.
   */
  ended(pid: number, marker: string): Promise<void> {
    this.#searches.push({ marker, since: Number(this.#alive.get(pid)) });
    this.#alive.delete(pid);
    this.#search ??= new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        this.#search = undefined;
        try {
          endMarked(this.#searches);
          this.#searches = [];
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        if (this.#lines > LONG) this.#rewrite();
      });
    });
    return this.#search;
  }

  /** Ends the processes of earlier hosts on this state; says what they were. */
  sweep(): string[] {
    const found: string[] = [];
    for (const entry of readEntries(this.#file)) {
      if ('marker' in entry) {
        if (entry.marker === this.marker) continue;
        for (const pid of endMarked([{ marker: entry.marker, since: 0 }])) found.push(`process ${pid}`);
      } else if (this.#isSame(entry) && signalGroup(entry.pid, 'SIGKILL')) {
        found.push(`process ${entry.pid}`);
      }
    }
    this.#forgetOthers();
    return [...new Set(found)];
  }

  #isSame(entry: Entry): boolean {
    if (this.#alive.has(entry.pid) || entry.bootId === '' || entry.bootId !== this.#bootId) return false;
    return entry.startTime !== '' && startTimeOf(entry.pid) === entry.startTime;
  }

  #open(): void {
    if (this.#opened) return;
    mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    this.#append({ marker: this.marker } satisfies HostEntry);
    this.#opened = true;
  }

  #append(entry: Entry | HostEntry): void {
    try {
      appendFileSync(this.#file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    } catch (error) {
      // Where a write fails, on a full disk, Node does not say which file it was.
      throw Object.assign(error as Error, { path: this.#file });
    }
    this.#lines += 1;
  }

  #forgetOthers(): void {
    if (this.#opened) {
      this.#rewrite();
      return;
    }
    try {
      rmSync(this.#file, { force: true });
    } catch {
      // What stands there means nothing any more.
    }
  }

  /** Whole or not at all: on a full disk the file stays as it is, with more in it than is needed. */
  #rewrite(): void {
    const entries: (Entry | HostEntry)[] = [{ marker: this.marker }];
    for (const [pid, startTime] of this.#alive) entries.push({ pid, startTime, bootId: this.#bootId });
    const part = `${this.#file}.new`;
    try {
      writeFileSync(part, entries.map(entry => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 });
      renameSync(part, this.#file);
      this.#lines = entries.length;
    } catch {
      // The next end tries again.
    }
  }
}

/** Ends every process whose variables hold a marker, and says which. Linux only: elsewhere they can't be read. */
function endMarked(searches: readonly Search[]): number[] {
  if (process.platform !== 'linux') return [];
  const oldest = Math.min(...searches.map(search => search.since));
  const ended: number[] = [];
  for (const { pid, startTime } of allProcesses()) {
    // What an environment started is younger than its runtime.
    if (pid === process.pid || Number(startTime) < oldest) continue;
    const environment = environmentOf(pid);
    if (!searches.some(search => environment.includes(search.marker))) continue;
    if (signalOne(pid, 'SIGKILL')) ended.push(pid);
  }
  return ended;
}

function readEntries(file: string): (Entry | HostEntry)[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  const entries: (Entry | HostEntry)[] = [];
  for (const line of text.split('\n')) {
    try {
      if (line !== '') entries.push(JSON.parse(line) as Entry | HostEntry);
    } catch {
      // The host was killed in the middle of this line: its marker line stands before it.
    }
  }
  return entries;
}
