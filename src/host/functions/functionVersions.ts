/**
 * Published versions: immutable snapshots of code and configuration, numbered from 1 for each function name
 * (spec/lambda-service.md §3.1). They are read from the database when they are needed; a few stay in memory.
 */
import { AwsError } from '../../protocol/awsError.ts';
import type { Clock, Timer } from '../clock.ts';
import type { Database } from '../state/database.ts';
import { functionArn, type ArnScope } from './arn.ts';
import type { CodeStore } from './codeStore.ts';
import { freeze } from './frozenCode.ts';
import type { FunctionRecord } from './functionRecord.ts';
import type { FunctionRow, FunctionRows } from './functionRows.ts';
import type { FunctionSettings } from './functionSettings.ts';
import { pendingVersion, publishedAs, revised, TRANSITION_MS } from './functionState.ts';
import type { LayerStore } from './layers/layerStore.ts';
import type { LiveFunctions } from './liveFunctions.ts';
import type { VersionRows } from './versionRows.ts';

export interface PublishOptions {
  /** The version's own; `$LATEST`'s where absent. */
  readonly description?: string | undefined;
  /** Throws where this must not be published; asked again whenever `$LATEST` has changed while its files were copied. */
  check?(latest: FunctionRecord): void;
}

export interface FunctionVersions {
  /** `version` is a number as text; undefined for anything else. */
  get(functionName: string, version: string): FunctionRecord | undefined;
  /** The version that was published of `$LATEST` as it is now, if it is still there. */
  current(functionName: string): FunctionRecord | undefined;
  /** Ascending, those above the number `after`. */
  list(functionName: string, after: number, limit: number): readonly FunctionRecord[];
  /**
   * The version of `$LATEST` as it is: {@link current}, or a new one that is stored when this resolves. Waits for a build
   * that is pending. Undefined where there is no such function; rejects with an AwsError where there is no code.
   */
  publish(functionName: string, options?: PublishOptions): Promise<FunctionRecord | undefined>;
  /**
   * Does nothing where there is none. Throws ResourceConflictException where an alias refers to it (error-messages.md C10).
   */
  delete(functionName: string, version: string): void;
  /** What a version of it must have in place of folders that change. Rejects as {@link publish} does. */
  freeze(
    record: Pick<FunctionRecord, 'name' | 'code' | 'layers'>,
  ): Promise<Required<Pick<Snapshot, 'code' | 'layers'>>>;
  /** Bytes of the code of all versions of all functions, as GetAccountSettings counts them. */
  codeBytes(): number;
}

/** What the store itself does with them. */
export interface VersionKeeper extends FunctionVersions {
  /** In a transaction of the caller: stores the next version of the row, and the row with it. `revise`: with a new revision id. */
  append(row: FunctionRow, change: Snapshot, revise: boolean): Appended;
  /** The version shows Pending for as long as `$LATEST` is in transition. */
  holdPending(functionName: string, appended: Appended): void;
  pendingOf(functionId: number): number;
  /** The function is out of sight. */
  forget(functionId: number): void;
  close(): void;
}

/** What a version has otherwise than `$LATEST`. */
export type Snapshot = Partial<Pick<FunctionRecord, 'description' | 'code' | 'layers'>>;

export interface Appended {
  readonly row: FunctionRow;
  readonly version: FunctionRecord;
}

export interface FunctionVersionsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly scope: ArnScope;
  readonly code: CodeStore;
  readonly functions: LiveFunctions;
  readonly functionRows: FunctionRows;
  readonly rows: VersionRows;
  readonly settings: FunctionSettings;
  readonly layers: LayerStore;
  /** Names of the aliases that send anything to a version. */
  aliasesOf(functionId: number, version: string): readonly string[];
}

/** Versions that stay in memory once they were read: those that run. */
const KEPT = 200;
/** Copies of a folder that changes all the time. */
const MOST_COPIES = 10;

interface Pending {
  readonly view: FunctionRecord;
  readonly timer: Timer;
}

export function createFunctionVersions(options: FunctionVersionsOptions): VersionKeeper {
  const { database, clock, functions, functionRows, rows } = options;
  /** By the function's id, then by number: the one used last is the last. */
  const kept = new Map<string, FunctionRecord>();
  const pending = new Map<string, Pending>();
  const keyOf = (functionId: number, version: number | string): string => `${functionId}:${version}`;

  function read(functionId: number, version: string): FunctionRecord | undefined {
    const key = keyOf(functionId, version);
    const record = kept.get(key) ?? rows.get(functionId, Number(version));
    if (record === undefined) return undefined;
    kept.delete(key);
    kept.set(key, record);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value ?? '');
    return pending.get(key)?.view ?? record;
  }

  function get(functionName: string, version: string): FunctionRecord | undefined {
    const row = functions.row(functionName);
    return row === undefined || !isNumber(version) ? undefined : read(row.id, version);
  }

  function current(row: FunctionRow): FunctionRecord | undefined {
    return row.published === undefined ? undefined : read(row.id, String(row.published));
  }

  function drop(functionId: number, version: string): void {
    const key = keyOf(functionId, version);
    kept.delete(key);
    pending.get(key)?.timer.cancel();
    pending.delete(key);
  }

  function append(row: FunctionRow, change: Snapshot, revise: boolean): Appended {
    const number = rows.allocate(row.record.name);
    const version = publishedAs(row.record, number, change);
    rows.insert(row.id, number, version);
    const next = { ...row, ...(revise ? { record: revised(row.record) } : {}), published: number };
    functionRows.save(next);
    return { row: next, version };
  }

  const frozen = (record: Parameters<typeof freeze>[0]): ReturnType<typeof freeze> =>
    freeze(record, options.code, options.layers, options.scope);

  async function publish(
    functionName: string,
    publishing: PublishOptions = {},
  ): Promise<FunctionRecord | undefined> {
    for (let copies = 0; copies < MOST_COPIES; copies++) {
      await functions.ready(functionName);
      const row = functions.row(functionName);
      if (row === undefined) return undefined;
      publishing.check?.(row.record);
      const existing = current(row);
      if (existing !== undefined) return existing;
      const copied = await frozen(row.record);
      // A save or an update that came while files were copied: what was copied may be half of each.
      await functions.ready(functionName);
      if (functions.row(functionName) !== row) continue;
      const { description } = publishing;
      const change = { ...copied, ...(description === undefined ? {} : { description }) };
      const appended = database.transaction(() => append(row, change, true));
      functions.replace(functionName, appended.row);
      functions.tell(functionName, 'version', appended.version.version);
      return appended.version;
    }
    throw new AwsError(
      'ResourceConflictException',
      409,
      `The operation cannot be performed at this time. An update is in progress for resource: ${functionArn(options.scope, functionName)}`,
    );
  }

  function remove(functionName: string, version: string): void {
    const row = functions.row(functionName);
    if (row === undefined || !isNumber(version)) return;
    const aliases = options.aliasesOf(row.id, version);
    if (aliases.length > 0)
      throw new AwsError(
        'ResourceConflictException',
        409,
        `Unable to delete version because the following aliases reference it: [${aliases.join(', ')}]`,
      );
    const number = Number(version);
    const next = database.transaction(() => {
      if (!rows.delete(row.id, number)) return undefined;
      options.settings.deleteQualifier(functionName, version);
      const isPublished = number === row.published;
      if (!isPublished && number !== rows.lastAllocated(functionName)) return row;
      // Deleting the number that was given last revises $LATEST, which can be published again (recorded).
      const { published, ...rest } = row;
      const revisedRow = {
        ...rest,
        record: revised(row.record),
        ...(isPublished || published === undefined ? {} : { published }),
      };
      functionRows.save(revisedRow);
      return revisedRow;
    });
    if (next === undefined) return;
    drop(row.id, version);
    functions.replace(functionName, next);
    functions.tell(functionName, 'versionDeleted', version);
  }

  return {
    get,
    current: functionName => {
      const row = functions.row(functionName);
      return row === undefined ? undefined : current(row);
    },
    list: (functionName, after, limit) => {
      const row = functions.row(functionName);
      if (row === undefined) return [];
      return rows
        .page(row.id, after, limit)
        .map(record => pending.get(keyOf(row.id, record.version))?.view ?? record);
    },
    publish,
    delete: remove,
    freeze: frozen,
    codeBytes: () => rows.codeBytes(),
    append,
    holdPending: (functionName, { row, version }) => {
      const key = keyOf(row.id, version.version);
      const timer = clock.afterWall(TRANSITION_MS, () => {
        pending.delete(key);
        functions.tell(functionName, 'version', version.version);
      });
      pending.set(key, { view: pendingVersion(version), timer });
    },
    pendingOf: functionId => keysOf(pending, functionId).length,
    forget: functionId => {
      for (const key of [...keysOf(pending, functionId), ...keysOf(kept, functionId)])
        drop(functionId, key.slice(key.indexOf(':') + 1));
    },
    close: () => {
      for (const { timer } of pending.values()) timer.cancel();
    },
  };
}

const keysOf = (map: ReadonlyMap<string, unknown>, functionId: number): string[] =>
  [...map.keys()].filter(key => key.startsWith(`${functionId}:`));

/** As a version is written; safe in SQLite and in a double. */
export const isNumber = (qualifier: string): boolean => /^[1-9]\d{0,14}$/.test(qualifier);
