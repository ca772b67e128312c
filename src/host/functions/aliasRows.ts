/** How aliases lie in the database. */
import type { Database } from '../state/database.ts';

export interface AliasRecord {
  readonly name: string;
  /** `$LATEST` or a number; what metadata reads show. */
  readonly version: string;
  /** Gets `weight` (0 to 1) of the invocations. */
  readonly additional?: { readonly version: string; readonly weight: number };
  readonly description: string;
  readonly revisionId: string;
}

export interface AliasRows {
  get(functionId: number, name: string): AliasRecord | undefined;
  /** By name. */
  list(functionId: number): AliasRecord[];
  /** Of all functions that have any, by the function's id. */
  all(): ReadonlyMap<number, readonly AliasRecord[]>;
  put(functionId: number, alias: AliasRecord): void;
  delete(functionId: number, name: string): boolean;
  /** Names of those that send anything to the version, by name. */
  referring(functionId: number, version: string): string[];
}

interface Row {
  readonly function_id: number;
  readonly name: string;
  readonly version: string;
  readonly additional_version: string | null;
  readonly additional_weight: number | null;
  readonly description: string;
  readonly revision_id: string;
}

const recordOf = (row: Row): AliasRecord => ({
  name: row.name,
  version: row.version,
  ...(row.additional_version === null || row.additional_weight === null
    ? {}
    : { additional: { version: row.additional_version, weight: row.additional_weight } }),
  description: row.description,
  revisionId: row.revision_id,
});

export function createAliasRows(database: Database): AliasRows {
  const one = database.query<Row>('SELECT * FROM function_aliases WHERE function_id = ? AND name = ?');
  const ofFunction = database.query<Row>(
    'SELECT * FROM function_aliases WHERE function_id = ? ORDER BY name',
  );
  return {
    get: (functionId, name) => {
      const row = one.get(functionId, name);
      return row === undefined ? undefined : recordOf(row);
    },
    list: functionId => ofFunction.all(functionId).map(recordOf),
    all: () => {
      const found = new Map<number, AliasRecord[]>();
      for (const row of database
        .query<Row>('SELECT * FROM function_aliases ORDER BY function_id, name')
        .all()) {
        const list = found.get(row.function_id);
        if (list === undefined) found.set(row.function_id, [recordOf(row)]);
        else list.push(recordOf(row));
      }
      return found;
    },
    put: (functionId, alias) => {
      database.run(
        `INSERT OR REPLACE INTO function_aliases
           (function_id, name, version, additional_version, additional_weight, description, revision_id)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        functionId,
        alias.name,
        alias.version,
        alias.additional?.version ?? null,
        alias.additional?.weight ?? null,
        alias.description,
        alias.revisionId,
      );
    },
    delete: (functionId, name) =>
      database.run('DELETE FROM function_aliases WHERE function_id = ? AND name = ?', functionId, name) > 0,
    referring: (functionId, version) =>
      database
        .query<{ name: string }>(
          `SELECT name FROM function_aliases
           WHERE function_id = ? AND (version = ? OR additional_version = ?) ORDER BY name`,
        )
        .all(functionId, version, version)
        .map(row => row.name),
  };
}
