/** How published versions lie in the database: one row each, read when it is needed. */
import type { Database } from '../state/database.ts';
import type { FunctionRecord } from './functionRecord.ts';

export interface VersionCount {
  readonly count: number;
  readonly highest: number;
}

export interface VersionRows {
  get(functionId: number, version: number): FunctionRecord | undefined;
  /** Ascending, those above `after`. */
  page(functionId: number, after: number, limit: number): FunctionRecord[];
  /** With the artifacts that its code and layers lie in. */
  insert(functionId: number, version: number, record: FunctionRecord): void;
  /** Answers whether there was one. */
  delete(functionId: number, version: number): boolean;
  count(functionId: number): VersionCount | undefined;
  /** Of all functions that have any, by the function's id. */
  counts(): ReadonlyMap<number, VersionCount>;
  /** The next number of a function's name. */
  allocate(name: string): number;
  lastAllocated(name: string): number | undefined;
  /** Bytes of all versions of live functions. */
  codeBytes(): number;
  /** Artifacts that any version refers to, those of hidden functions too. */
  artifacts(): string[];
}

interface Row {
  readonly record: string;
}

const parse = (row: Row): FunctionRecord => JSON.parse(row.record) as FunctionRecord;

export function createVersionRows(database: Database): VersionRows {
  const one = database.query<Row>(
    'SELECT record FROM function_versions WHERE function_id = ? AND version = ?',
  );
  const above = database.query<Row>(
    'SELECT record FROM function_versions WHERE function_id = ? AND version > ? ORDER BY version LIMIT ?',
  );
  const countOf = database.query<{ count: number; highest: number | null }>(
    'SELECT count(*) AS count, max(version) AS highest FROM function_versions WHERE function_id = ?',
  );
  return {
    get: (functionId, version) => {
      const row = one.get(functionId, version);
      return row === undefined ? undefined : parse(row);
    },
    page: (functionId, after, limit) => above.all(functionId, after, limit).map(parse),
    insert: (functionId, version, record) => {
      const row = database
        .query<{ id: number }>(
          `INSERT INTO function_versions (function_id, version, record, code_size)
           VALUES (?, ?, ?, ?) RETURNING id`,
        )
        .get(functionId, version, JSON.stringify(record), record.codeSize);
      if (row === undefined)
        throw new Error(`The database did not take version ${version} of ${record.name}.`);
      for (const artifact of artifactsOf(record))
        database.run(
          'INSERT OR IGNORE INTO function_version_artifacts (version_id, artifact) VALUES (?, ?)',
          row.id,
          artifact,
        );
    },
    delete: (functionId, version) =>
      database.run(
        'DELETE FROM function_versions WHERE function_id = ? AND version = ?',
        functionId,
        version,
      ) > 0,
    count: functionId => {
      const row = countOf.get(functionId);
      return row === undefined || row.highest === null
        ? undefined
        : { count: row.count, highest: row.highest };
    },
    counts: () =>
      new Map(
        database
          .query<{
            id: number;
            count: number;
            highest: number;
          }>(
            `SELECT function_id AS id, count(*) AS count, max(version) AS highest
           FROM function_versions GROUP BY function_id`,
          )
          .all()
          .map(({ id, count, highest }) => [id, { count, highest }]),
      ),
    allocate: name => {
      const row = database
        .query<{ last: number }>(
          `INSERT INTO function_numbers (name, last) VALUES (?, 1)
           ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last`,
        )
        .get(name);
      if (row === undefined) throw new Error(`The database gave no number for a version of ${name}.`);
      return row.last;
    },
    lastAllocated: name =>
      database.query<{ last: number }>('SELECT last FROM function_numbers WHERE name = ?').get(name)?.last,
    codeBytes: () =>
      database
        .query<{ bytes: number | null }>(
          `SELECT sum(code_size) AS bytes FROM function_versions
           WHERE function_id IN (SELECT id FROM functions WHERE removed_at IS NULL)`,
        )
        .get()?.bytes ?? 0,
    artifacts: () =>
      database
        .query<{ artifact: string }>('SELECT DISTINCT artifact FROM function_version_artifacts')
        .all()
        .map(row => row.artifact),
  };
}

function artifactsOf(record: FunctionRecord): string[] {
  const { code, layers } = record;
  return [
    ...('artifact' in code ? [code.artifact] : []),
    ...layers.flatMap(layer => (layer.artifact === undefined ? [] : [layer.artifact])),
  ];
}
