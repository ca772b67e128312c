/** Records of one kind, as JSON under a key, in memory and in the database at once: for the few things that are no function's own. */
import type { Database } from '../state/database.ts';

export interface RecordTable<T> {
  get(key: string): T | undefined;
  /** By key. */
  list(): readonly T[];
  /** Stored when this returns. */
  put(key: string, record: T): void;
  /** Answers whether there was one. */
  delete(key: string): boolean;
}

/** `table` has two columns: the key, and `record`. Both names are the program's own, never a caller's. */
export function createRecordTable<T>(database: Database, table: string, key: string): RecordTable<T> {
  const records = new Map<string, T>(
    database
      .query<{ readonly key: string; readonly record: string }>(
        `SELECT ${key} AS key, record FROM ${table} ORDER BY ${key}`,
      )
      .all()
      .map(row => [row.key, JSON.parse(row.record) as T]),
  );
  const put = database.query(
    `INSERT INTO ${table} (${key}, record) VALUES (?, ?)
     ON CONFLICT (${key}) DO UPDATE SET record = excluded.record`,
  );
  const remove = database.query(`DELETE FROM ${table} WHERE ${key} = ?`);
  let sorted: readonly T[] | undefined;
  return {
    get: id => records.get(id),
    list: () => (sorted ??= [...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record)),
    put: (id, record) => {
      put.run(id, JSON.stringify(record));
      records.set(id, record);
      sorted = undefined;
    },
    delete: id => {
      remove.run(id);
      sorted = undefined;
      return records.delete(id);
    },
  };
}
