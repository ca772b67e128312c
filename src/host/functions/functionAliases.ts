/** Aliases: names for one version, or for two with a weight (spec/lambda-service.md §3.2). What one may be is the API's to say. */
import { randomUUID } from 'node:crypto';
import type { Database } from '../state/database.ts';
import type { AliasRecord, AliasRows } from './aliasRows.ts';
import type { FunctionSettings } from './functionSettings.ts';
import type { LiveFunctions } from './liveFunctions.ts';

export interface FunctionAliases {
  get(functionName: string, name: string): AliasRecord | undefined;
  /** By name. */
  list(functionName: string): readonly AliasRecord[];
  /** Made or changed: stored when this returns, with a revision id of its own. The function must exist. */
  put(functionName: string, alias: Omit<AliasRecord, 'revisionId'>): AliasRecord;
  /**
   * Takes along what the API stores beside it, but for its URL's configuration, which an alias of that name gets back
   * (recorded). Answers whether there was one.
   */
  delete(functionName: string, name: string): boolean;
}

export function createFunctionAliases(
  database: Database,
  functions: LiveFunctions,
  rows: AliasRows,
  settings: FunctionSettings,
): FunctionAliases {
  return {
    get: (functionName, name) => {
      const row = functions.row(functionName);
      return row === undefined ? undefined : rows.get(row.id, name);
    },
    list: functionName => {
      const row = functions.row(functionName);
      return row === undefined ? [] : rows.list(row.id);
    },
    put: (functionName, alias) => {
      const row = functions.row(functionName);
      if (row === undefined) throw new Error(`There is no function ${functionName} in the store.`);
      const record = { ...alias, revisionId: randomUUID() };
      rows.put(row.id, record);
      functions.tell(functionName, 'alias', alias.name);
      return record;
    },
    delete: (functionName, name) => {
      const row = functions.row(functionName);
      if (row === undefined) return false;
      const existed = database.transaction(() => {
        if (!rows.delete(row.id, name)) return false;
        settings.deleteQualifier(functionName, name, ['url']);
        return true;
      });
      if (existed) functions.tell(functionName, 'alias', name);
      return existed;
    },
  };
}
