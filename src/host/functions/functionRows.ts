/** How functions lie in the database: one row each, the record as JSON. */
import type { Owner } from '../../protocol/model.ts';
import type { Database } from '../state/database.ts';
import type { FunctionRecord } from './functionRecord.ts';

export interface FunctionRow {
  readonly id: number;
  readonly record: FunctionRecord;
  /** What the workspace declared last, as text; absent for functions of the API. */
  readonly declared?: string;
  /** The version that was published of exactly this; absent once it has changed or that version has gone. */
  readonly published?: number;
}

interface Row {
  readonly id: number;
  readonly record: string;
  readonly declared: string | null;
  readonly published: number | null;
}

const parse = (row: Row): FunctionRow => ({
  id: row.id,
  record: JSON.parse(row.record) as FunctionRecord,
  ...(row.declared === null ? {} : { declared: row.declared }),
  ...(row.published === null ? {} : { published: row.published }),
});

export interface FunctionRows {
  live(): FunctionRow[];
  insert(record: FunctionRecord, declared: string | undefined): FunctionRow;
  save(row: FunctionRow): void;
  delete(id: number): void;
  /** Takes the function out of sight; {@link restore} finds it by owner and name. */
  hide(id: number, wallNow: number): void;
  restore(owner: Owner, name: string): FunctionRow | undefined;
  /** The same of one without an owner: the one of this name that was hidden last. */
  reveal(name: string): FunctionRow | undefined;
  /** Forgets what was hidden before this moment; the names that went. */
  purge(hiddenBefore: number): readonly string[];
  /** Wall time at which the oldest hidden function was removed. */
  oldestHidden(): number | undefined;
  /** Zips, of code and of layers, that any row, hidden ones included, still refers to. */
  artifacts(): ReadonlySet<string>;
}

export function createFunctionRows(database: Database): FunctionRows {
  return {
    live: () =>
      database
        .query<Row>('SELECT id, record, declared, published FROM functions WHERE removed_at IS NULL')
        .all()
        .map(parse),
    insert: (record, declared) => {
      const row = database
        .query<{ id: number }>(
          `INSERT INTO functions (name, record, owner_template, owner_logical_id, declared)
         VALUES (?, ?, ?, ?, ?) RETURNING id`,
        )
        .get(
          record.name,
          JSON.stringify(record),
          record.owner?.template ?? null,
          record.owner?.logicalId ?? null,
          declared ?? null,
        );
      if (row === undefined) throw new Error(`The database did not take the function ${record.name}.`);
      return { id: row.id, record, ...(declared === undefined ? {} : { declared }) };
    },
    save: row => {
      database.run(
        'UPDATE functions SET record = ?, declared = ?, published = ? WHERE id = ?',
        JSON.stringify(row.record),
        row.declared ?? null,
        row.published ?? null,
        row.id,
      );
    },
    delete: id => {
      database.run('DELETE FROM functions WHERE id = ?', id);
    },
    hide: (id, wallNow) => {
      database.run('UPDATE functions SET removed_at = ? WHERE id = ?', wallNow, id);
    },
    restore: (owner, name) =>
      database
        .query<Row>(
          `UPDATE functions SET removed_at = NULL
           WHERE owner_template = ? AND owner_logical_id = ? AND name = ? AND removed_at IS NOT NULL
           RETURNING id, record, declared, published`,
        )
        .all(owner.template, owner.logicalId, name)
        .map(parse)[0],
    reveal: name =>
      database
        .query<Row>(
          `UPDATE functions SET removed_at = NULL
           WHERE id = (SELECT id FROM functions
                       WHERE name = ? AND owner_template IS NULL AND removed_at IS NOT NULL
                       ORDER BY removed_at DESC, id DESC LIMIT 1)
           RETURNING id, record, declared, published`,
        )
        .all(name)
        .map(parse)[0],
    purge: hiddenBefore =>
      database
        .query<{ name: string }>('DELETE FROM functions WHERE removed_at < ? RETURNING name')
        .all(hiddenBefore)
        .map(row => row.name),
    oldestHidden: () =>
      database.query<{ at: number | null }>('SELECT min(removed_at) AS at FROM functions').get()?.at ??
      undefined,
    artifacts: () =>
      new Set(
        database
          .query<{ artifact: string | null }>(
            `SELECT record ->> '$.code.artifact' AS artifact FROM functions
             UNION SELECT value ->> '$.artifact' FROM functions, json_each(record, '$.layers')`,
          )
          .all()
          .map(row => row.artifact)
          .filter(artifact => artifact !== null),
      ),
  };
}
