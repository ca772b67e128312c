/**
 * What the API stores beside a function's configuration: reserved and provisioned concurrency, event-invoke and URL
 * configuration, policies, and so on. One value for each (function, qualifier, kind); the resource that owns a kind
 * gives it its type.
 *
 * Values belong to the function's row, not to its name: they go when it is deleted, and are kept and come back with a
 * function that its workspace loses for less than 7 days (DESIGN.md rule 3).
 */
import type { Database } from '../state/database.ts';

/** Names the resource in the database; never renamed once released. */
export type SettingKind =
  | 'code-signing'
  | 'event-invoke'
  | 'policy'
  | 'provisioned-concurrency'
  | 'recursion'
  | 'reserved-concurrency'
  | 'runtime-management'
  | 'scaling'
  | 'url';

/** Of which function, and which of its versions or aliases; '' is the unqualified function. */
export interface SettingKey {
  readonly functionName: string;
  readonly qualifier: string;
}

/** Under which an unqualified function's own is stored: `$LATEST` is that function. */
export const settingQualifier = (qualifier: string | undefined): string =>
  qualifier === undefined || qualifier === '$LATEST' ? '' : qualifier;

export interface Setting<T> extends SettingKey {
  readonly value: T;
}

/** All values of one kind. */
export interface Settings<T> {
  get(functionName: string, qualifier?: string): T | undefined;
  /** Stored when this returns. The function must exist. */
  put(functionName: string, qualifier: string, value: T): void;
  /** Answers whether there was one. */
  delete(functionName: string, qualifier?: string): boolean;
  /** Of one function or, without a name, of all that are live; by name, then by qualifier. */
  list(functionName?: string): readonly Setting<T>[];
}

export interface FunctionSettings {
  of<T>(kind: SettingKind): Settings<T>;
  /** Takes away what belongs to one version or alias, except these kinds. */
  deleteQualifier(functionName: string, qualifier: string, except?: readonly SettingKind[]): void;
  /** Told after a value of a kind was stored or deleted; the whole function's going is the function store's to tell. */
  onChange(listener: (kind: SettingKind, key: SettingKey) => void): () => void;
}

interface Row {
  readonly name: string;
  readonly qualifier: string;
  readonly value: string;
}

const LIVE = '(SELECT id FROM functions WHERE name = ? AND removed_at IS NULL)';

export function createFunctionSettings(database: Database): FunctionSettings {
  const listeners = new Set<(kind: SettingKind, key: SettingKey) => void>();
  const tell = (kind: SettingKind, key: SettingKey): void => {
    for (const listener of listeners) listener(kind, key);
  };
  const get = database.query<Pick<Row, 'value'>>(
    `SELECT value FROM function_settings WHERE function_id = ${LIVE} AND qualifier = ? AND kind = ?`,
  );
  const put = database.query(
    `INSERT INTO function_settings (function_id, qualifier, kind, value) SELECT id, ?, ?, ? FROM functions
     WHERE name = ? AND removed_at IS NULL
     ON CONFLICT (function_id, kind, qualifier) DO UPDATE SET value = excluded.value`,
  );
  const remove = database.query(
    `DELETE FROM function_settings WHERE function_id = ${LIVE} AND qualifier = ? AND kind = ?`,
  );
  const rows = `SELECT name, qualifier, value FROM function_settings JOIN functions ON functions.id = function_id
     WHERE removed_at IS NULL AND kind = ?`;
  const ofAll = database.query<Row>(`${rows} ORDER BY name, qualifier`);
  const ofOne = database.query<Row>(`${rows} AND name = ? ORDER BY qualifier`);
  const kindsOf = database.query<{ readonly kind: SettingKind }>(
    `SELECT kind FROM function_settings WHERE function_id = ${LIVE} AND qualifier = ?`,
  );
  const removeKind = (kind: SettingKind, functionName: string, qualifier: string): boolean => {
    const existed = remove.run(functionName, qualifier, kind) > 0;
    if (existed) tell(kind, { functionName, qualifier });
    return existed;
  };

  return {
    of: <T>(kind: SettingKind): Settings<T> => ({
      get: (functionName, qualifier = '') => {
        const row = get.get(functionName, qualifier, kind);
        return row === undefined ? undefined : (JSON.parse(row.value) as T);
      },
      put: (functionName, qualifier, value) => {
        if (put.run(qualifier, kind, JSON.stringify(value), functionName) === 0)
          throw new Error(`There is no function ${functionName} to store ${kind} for.`);
        tell(kind, { functionName, qualifier });
      },
      delete: (functionName, qualifier = '') => removeKind(kind, functionName, qualifier),
      list: functionName =>
        (functionName === undefined ? ofAll.all(kind) : ofOne.all(kind, functionName)).map(row => ({
          functionName: row.name,
          qualifier: row.qualifier,
          value: JSON.parse(row.value) as T,
        })),
    }),
    deleteQualifier: (functionName, qualifier, except = []) => {
      for (const { kind } of kindsOf.all(functionName, qualifier))
        if (!except.includes(kind)) removeKind(kind, functionName, qualifier);
    },
    onChange: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
