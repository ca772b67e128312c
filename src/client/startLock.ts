/**
 * Keeps two windows from starting a host on one state folder at the same time. It only saves the second start: that one
 * host at most runs on a state is the host's own business.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAlive, startOf } from './processIdentity.ts';

export const START_LOCK_FILE = 'start.lock';

/** No start takes longer; an older lock is a crashed starter's, whatever its pid is now. */
const STALE_MS = 60_000;

interface Holder {
  readonly pid: number;
  /** As processIdentity tells it; absent where the platform doesn't. */
  readonly start?: string;
}

export interface StartLock {
  /** Idempotent. */
  release(): Promise<void>;
}

/** Takes the lock, or resolves with undefined while another living starter holds it. */
export async function takeStartLock(stateDir: string): Promise<StartLock | undefined> {
  const file = path.join(stateDir, START_LOCK_FILE);
  // Whoever waits for the lock watches the folder: nothing is written into it while another holds it.
  const before = await readText(file);
  if (before !== undefined && (await isHeld(file, before))) return undefined;
  const start = await startOf(process.pid);
  const holder: Holder = { pid: process.pid, ...(start === undefined ? {} : { start }) };
  // The unique part lets a holder recognise its own lock.
  const content = JSON.stringify({ ...holder, id: randomUUID() });
  if (!(await create(file, content))) {
    const found = await readText(file);
    if (found === undefined || (await isHeld(file, found))) return undefined;
    await removeExactly(file, found);
    if (!(await create(file, content))) return undefined;
  }
  return { release: () => removeExactly(file, content) };
}

/** The content is there from the first moment on: the file is linked to its name when it is complete. */
async function create(file: string, content: string): Promise<boolean> {
  const whole = `${file}.${randomUUID()}`;
  await writeFile(whole, content, { mode: 0o600 });
  try {
    await link(whole, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(whole);
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isHeld(file: string, content: string): Promise<boolean> {
  const holder = parseHolder(content);
  if (holder === undefined || !isAlive(holder.pid)) return false;
  if (holder.start !== undefined) return (await startOf(holder.pid)) === holder.start;
  try {
    return Date.now() - (await stat(file)).mtimeMs < STALE_MS;
  } catch {
    return false;
  }
}

function parseHolder(content: string): Holder | undefined {
  try {
    const parsed = JSON.parse(content) as Partial<Holder>;
    return typeof parsed.pid === 'number' ? (parsed as Holder) : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the lock only if it still is the one that was read: another starter may have put its own there. */
async function removeExactly(file: string, content: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readText(aside)) !== content) {
    // Somebody else's: back to its place, unless yet another one is there by now.
    await link(aside, file).catch(() => undefined);
  }
  await unlink(aside);
}
