/**
 * How the database's schema grows: each room exports an ordered list, main hands over all of them, and what a database
 * has not seen yet runs in the order given. A migration never changes once it was released; a new one is added.
 */
import type { Database } from './database.ts';
import { StateError } from './stateError.ts';

export interface Migration {
  /** Unique for ever, `room-0001-what`. */
  readonly id: string;
  /** Statements, one each. */
  readonly statements: readonly string[];
}

interface Applied {
  readonly id: string;
  readonly version: string;
}

/**
 * Runs what is missing, all in one transaction. Throws a {@link StateError} when the database has seen a migration that
 * is not in the list: a newer Lamplight wrote it, and reading it with old eyes could lose data.
 */
export function runMigrations(
  database: Database,
  migrations: readonly Migration[],
  by: { readonly version: string; readonly now: number },
): void {
  database.run(
    'CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY, version TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
  );
  const known = new Set(migrations.map(migration => migration.id));
  if (known.size !== migrations.length) throw new Error('Two migrations have the same id.');
  const applied = database.query<Applied>('SELECT id, version FROM migrations ORDER BY rowid').all();
  const newer = applied.filter(row => !known.has(row.id)).at(-1);
  if (newer !== undefined)
    throw new StateError(
      `${database.file} was written by Lamplight ${newer.version}, which is newer than this one (${by.version}): it has the change "${newer.id}". Use Lamplight ${newer.version} or newer, or start with --state and another folder.`,
    );
  const seen = new Set(applied.map(row => row.id));
  const missing = migrations.filter(migration => !seen.has(migration.id));
  if (missing.length === 0) return;
  database.transaction(() => {
    for (const migration of missing) {
      for (const statement of migration.statements) database.run(statement);
      database.run(
        'INSERT INTO migrations (id, version, applied_at) VALUES (?, ?, ?)',
        migration.id,
        by.version,
        by.now,
      );
    }
  });
}
