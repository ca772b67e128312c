/**
 * One host at most on a state folder. The claim is a lock of the operating system, taken through SQLite, so that it ends
 * with the process however that ends; a file with a pid in it would outlive `kill -9`.
 */
import path from 'node:path';
import { loadSqlite } from './database.ts';
import { makePrivate } from './privateFile.ts';
import { stateError } from './stateError.ts';

/** Another process has the folder: a host, or one that is just starting or stopping. */
export class StateTakenError extends Error {
  override readonly name = 'StateTakenError';
}

export interface StateClaim {
  /** Idempotent. */
  release(): void;
}

const SQLITE_BUSY = 5;

/** Claims the folder or throws a {@link StateTakenError} at once; a StateError where nothing can be written there. */
export function claimState(stateDir: string): StateClaim {
  const file = path.join(stateDir, 'owner.lock');
  const Sqlite = loadSqlite();
  let database: InstanceType<typeof Sqlite> | undefined;
  try {
    // Whoever may read the file may lock it too.
    makePrivate(file);
    database = new Sqlite(file);
    // No journal file either: nothing is written, only the lock matters.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;');
  } catch (error) {
    database?.close();
    const { errcode } = error as { readonly errcode?: unknown };
    if (typeof errcode === 'number' && (errcode & 0xff) === SQLITE_BUSY)
      throw new StateTakenError(`Another Lamplight host has the state folder ${stateDir}.`, { cause: error });
    throw stateError(error, file);
  }
  const held = database;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}
