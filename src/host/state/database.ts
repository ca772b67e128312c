/**
 * The host's one database: node:sqlite in the state folder.
 *
 * WAL with `synchronous = NORMAL` is what "acknowledged means stored" (DESIGN.md rule 3) needs: a committed transaction
 * has been written to the operating system before `transaction` returns, and the page cache outlives `kill -9` of this
 * process. FULL would add an fsync per commit, which only guards against a power cut.
 */
import path from 'node:path';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { VERSION } from '../../protocol/version.ts';
import type { Clock } from '../clock.ts';
import { runMigrations, type Migration } from './migrations.ts';
import { makePrivate } from './privateFile.ts';
import { stateError, StateError } from './stateError.ts';

/** One prepared statement. */
export interface Query<Row> {
  /** First row, or undefined. The caller vouches for the shape of its own tables. */
  get(...values: readonly SQLInputValue[]): Row | undefined;
  all(...values: readonly SQLInputValue[]): Row[];
  /** One row after the other, for what is too much to be in memory at once; the same query must not run in between. */
  each(...values: readonly SQLInputValue[]): Iterable<Row>;
  /** For statements without rows; answers the number of changed rows. */
  run(...values: readonly SQLInputValue[]): number;
}

export interface Database {
  /** Absolute path. */
  readonly file: string;
  /** Prepares the statement, the first time; the same text gives the same query again. */
  query<Row>(sql: string): Query<Row>;
  /** Prepares and runs one statement that returns no rows; answers the number of changed rows. */
  run(sql: string, ...values: readonly SQLInputValue[]): number;
  /**
   * Everything that `work` writes is stored when this returns, or nothing of it when it throws. `work` is synchronous.
   * A transaction inside a transaction joins it.
   */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens (or makes) the database and brings it up to date. Rooms bring their own migrations; main hands all of them over.
 * Throws a {@link StateError} that names the file and what to do: folder not writable, disk full, not a database, a
 * database of a newer Lamplight, a Node without node:sqlite.
 */
export function openDatabase(file: string, clock: Clock, migrations: readonly Migration[] = []): Database {
  const absolute = path.resolve(file);
  const Sqlite = loadSqlite();
  let sqlite: DatabaseSync | undefined;
  try {
    makePrivate(absolute);
    sqlite = new Sqlite(absolute);
    sqlite.exec(
      'PRAGMA busy_timeout = 1000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;',
    );
    const database = wrap(sqlite, absolute);
    runMigrations(database, migrations, { version: VERSION, now: clock.wallNow() });
    return database;
  } catch (error) {
    sqlite?.close();
    throw stateError(error, absolute);
  }
}

function wrap(sqlite: DatabaseSync, file: string): Database {
  const queries = new Map<string, Query<unknown>>();
  let depth = 0;
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw stateError(error, file);
    }
  };
  const prepare = (sql: string): Query<unknown> => {
    const statement = guard(() => sqlite.prepare(sql));
    return {
      get: (...values) => guard(() => statement.get(...values)),
      all: (...values) => guard(() => statement.all(...values)),
      *each(...values) {
        const rows = guard(() => statement.iterate(...values));
        try {
          for (;;) {
            const next: IteratorResult<unknown, unknown> = guard(() => rows.next());
            if (next.done === true) return;
            yield next.value;
          }
        } finally {
          // Whoever stops early must not leave the statement open.
          rows.return?.();
        }
      },
      run: (...values) => guard(() => Number(statement.run(...values).changes)),
    };
  };
  const query = <Row>(sql: string): Query<Row> => {
    let found = queries.get(sql);
    if (found === undefined) {
      found = prepare(sql);
      queries.set(sql, found);
    }
    return found as Query<Row>;
  };
  const run = (sql: string, ...values: readonly SQLInputValue[]): number => query(sql).run(...values);
  return {
    file,
    query,
    run,
    transaction: work => {
      if (depth > 0) return work();
      run('BEGIN IMMEDIATE');
      depth++;
      try {
        const result = work();
        if (result instanceof Promise)
          throw new TypeError('A transaction is synchronous: await before it, not in it.');
        run('COMMIT');
        return result;
      } catch (error) {
        try {
          sqlite.exec('ROLLBACK');
        } catch {
          // SQLite has rolled it back itself, as it does on a full disk.
        }
        throw error;
      } finally {
        depth--;
      }
    },
    close: () => {
      queries.clear();
      if (sqlite.isOpen) sqlite.close();
    },
  };
}

/** Not a static import: the command line must be able to speak on a Node that lacks it. */
export function loadSqlite(): typeof DatabaseSync {
  // Node 20.15 and older have no getBuiltinModule, whatever the types say.
  const builtins: { readonly getBuiltinModule?: typeof process.getBuiltinModule } = process;
  // Node 22 calls sqlite experimental on standard error; nobody who starts a host can do anything about it.
  const warn = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  try {
    process.emitWarning = () => undefined;
    const loaded = builtins.getBuiltinModule?.('node:sqlite');
    if (loaded !== undefined) return loaded.DatabaseSync;
  } finally {
    if (warn !== undefined) Object.defineProperty(process, 'emitWarning', warn);
  }
  throw new StateError(
    `Node ${process.versions.node} (${process.execPath}) has no node:sqlite, which Lamplight keeps its state in. Install Node 22.13 or newer.`,
  );
}
