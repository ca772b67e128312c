/**
 * What this host has started, on disk, so that the next one can end what a `kill -9` left behind: by pid, start time and
 * boot id, and by a random marker that every process of an environment inherits (DESIGN.md rule 3). Never by pid or
 * name alone.
 */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import process from 'node:process';
import {
  allProcesses,
  bootId,
  environmentOf,
  readStat,
  signalGroup,
  signalOne,
  startTimeOf,
} from './platform.ts';

interface Entry {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
}

interface HostEntry {
  /** Part of every environment's id of that host's life, and so of its processes' variables. */
  readonly marker: string;
}

export class ProcessLedger {
  /** 16 hex digits that no other life of any host has. */
  readonly marker = randomBytes(8).toString('hex');

  readonly #file: string;
  readonly #bootId = bootId();
  readonly #alive = new Map<number, string>();
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

  /** Written before the caller goes on: a host that is killed a moment later has left a note. */
  started(pid: number, _marker: string): void {
    this.#open();
    const startTime = startTimeOf(pid) ?? '';
    this.#alive.set(pid, startTime);
    this.#append({ pid, startTime, bootId: this.#bootId } satisfies Entry);
  }

  /** Ends what the environment's processes left behind when their leader was gone, then forgets it. */
  async ended(pid: number, marker: string): Promise<void> {
    endMarked(marker);
    this.#alive.delete(pid);
    if (this.#lines > 500) this.#rewrite();
    await Promise.resolve();
  }

  /** Ends the processes of earlier hosts on this state; says what they were. */
  sweep(): string[] {
    const found: string[] = [];
    for (const entry of readEntries(this.#file)) {
      if ('marker' in entry) {
        if (entry.marker === this.marker) continue;
        for (const pid of endMarked(entry.marker)) found.push(`process ${pid}`);
      } else if (this.#isSame(entry) && signalGroup(entry.pid, 'SIGKILL')) {
        found.push(`process ${entry.pid}`);
      }
    }
    if (this.#opened) this.#rewrite();
    else rmSync(this.#file, { force: true });
    return [...new Set(found)];
  }

  #isSame(entry: Entry): boolean {
    if (this.#alive.has(entry.pid) || entry.bootId === '' || entry.bootId !== this.#bootId) return false;
    return entry.startTime !== '' && startTimeOf(entry.pid) === entry.startTime;
  }

  #open(): void {
    if (this.#opened) return;
    this.#opened = true;
    mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    this.#append({ marker: this.marker } satisfies HostEntry);
  }

  #append(entry: Entry | HostEntry): void {
    this.#lines += 1;
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  }

  #rewrite(): void {
    const entries: (Entry | HostEntry)[] = [{ marker: this.marker }];
    for (const [pid, startTime] of this.#alive) entries.push({ pid, startTime, bootId: this.#bootId });
    this.#lines = entries.length;
    writeFileSync(this.#file, entries.map(entry => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 });
  }
}

/** Ends every process whose variables hold `marker`, and says which. Linux only: elsewhere nothing can be read. */
function endMarked(marker: string): number[] {
  if (process.platform !== 'linux') return [];
  const ended: number[] = [];
  for (const { pid } of allProcesses()) {
    if (pid === process.pid || !environmentOf(pid).includes(marker)) continue;
    if (readStat(pid) && signalOne(pid, 'SIGKILL')) ended.push(pid);
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
