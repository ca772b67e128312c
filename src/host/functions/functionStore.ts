/**
 * All functions, in memory and in the database at once: what is read comes from memory, and no change returns before it
 * is stored. Rooms above listen to {@link FunctionStore.onChange}.
 */
import { access } from 'node:fs/promises';
import { AwsError } from '../../protocol/awsError.ts';
import type { HostEvent } from '../../protocol/control.ts';
import type { FunctionSummary, Owner } from '../../protocol/model.ts';
import type { Clock, Timer } from '../clock.ts';
import type { Database } from '../state/database.ts';
import { functionArn } from './arn.ts';
import { createBuilds, type Builds } from './builds.ts';
import { createCodeStore, type CodeStore } from './codeStore.ts';
import type { FunctionRecord } from './functionRecord.ts';
import { createFunctionSettings, type FunctionSettings } from './functionSettings.ts';
import { createFunctionRows, type FunctionRow } from './functionRows.ts';
import {
  created,
  inTransition,
  settled,
  TRANSITION_MS,
  updating,
  type FunctionChange,
  type NewFunction,
} from './functionState.ts';
import { functionSummary } from './functionSummary.ts';

/** `code` and `configuration`: invocations use something new from now on. `state`: only State or LastUpdateStatus moved, or the function is new. */
export type FunctionChangeKind = 'code' | 'configuration' | 'deleted' | 'state';
export type FunctionListener = (name: string, kind: FunctionChangeKind) => void;
/** When a change takes effect: after AWS's Pending or InProgress phase, or at once (the workspace's reloads). */
export type Settle = 'later' | 'now';

export interface FunctionStoreOptions {
  /** Migrated with {@link import('./schema.ts').functionMigrations}. */
  readonly database: Database;
  readonly stateDir: string;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  /** Tells clients of the control service. */
  publish(event: HostEvent): void;
}

export interface FunctionStore {
  readonly accountId: string;
  readonly region: string;
  readonly code: CodeStore;
  readonly builds: Builds;
  /** What the API stores beside the configuration. */
  readonly settings: FunctionSettings;
  /** As the API shows it. `version` other than `$LATEST` finds nothing yet. */
  get(name: string, version?: string): FunctionRecord | undefined;
  /** As invocations use it: while an update is in progress, what was before it. */
  serving(name: string, version?: string): FunctionRecord | undefined;
  /** By name. */
  list(): readonly FunctionRecord[];
  /** Throws ResourceConflictException when the name is taken. */
  create(fresh: NewFunction, settle: Settle, declared?: string): FunctionRecord;
  /** The function must exist. */
  update(
    name: string,
    kind: 'code' | 'configuration',
    change: FunctionChange,
    settle: Settle,
    declared?: string,
  ): FunctionRecord;
  delete(name: string): void;
  /** Text that the workspace declared the function with, if it did. */
  declaredOf(name: string): string | undefined;
  /** Out of sight for 7 days of wall time; {@link restore} brings it back. */
  hide(name: string): void;
  restore(owner: Owner, name: string): FunctionRecord | undefined;
  onChange(listener: FunctionListener): () => void;
  /** Resolves when no build is pending and there is code to run; rejects with an AwsError that carries the build's message when there is none. A function that does not exist is ready. */
  ready(name: string): Promise<void>;
  buildError(name: string): string | undefined;
  /** Says that the build error of a function came or went. */
  touch(name: string): void;
  summary(record: FunctionRecord): FunctionSummary;
  summaries(): readonly FunctionSummary[];
  /** Folder on this machine that holds the code; rejects with an AwsError where there is none. Not for images. */
  codeRoot(record: FunctionRecord): Promise<string>;
  /** Removes code that nothing refers to; before the first environment starts. */
  sweep(): Promise<void>;
  close(): void;
}

/** How long a removed function of the workspace is kept (DESIGN.md rule 3), wall milliseconds. */
export const KEPT_MS = 7 * 24 * 3_600_000;
/** After a purge that failed, wall milliseconds. */
const PURGE_AGAIN_MS = 60_000;

interface Entry {
  row: FunctionRow;
  /** Set while an update is in progress. */
  before?: FunctionRecord;
  timer?: Timer;
}

export function createFunctionStore(options: FunctionStoreOptions): FunctionStore {
  const { database, clock, accountId, region } = options;
  const scope = { accountId, region };
  const rows = createFunctionRows(database);
  const code = createCodeStore(options.stateDir);
  const builds = createBuilds();
  const settings = createFunctionSettings(database);
  const entries = new Map<string, Entry>();
  const listeners = new Set<FunctionListener>();
  let sorted: readonly FunctionRecord[] | undefined;
  let purgeTimer: Timer | undefined;
  let closed = false;

  const summary = (record: FunctionRecord): FunctionSummary =>
    functionSummary(record, scope, builds.error(record.name));

  function tell(name: string, kind: FunctionChangeKind): void {
    sorted = undefined;
    const record = entries.get(name)?.row.record;
    for (const listener of listeners) listener(name, kind);
    if (record === undefined) options.publish({ type: 'functionDeleted', name });
    else options.publish({ type: 'function', function: summary(record) });
  }

  function save(entry: Entry, record: FunctionRecord, declared = entry.row.declared): void {
    const row = { id: entry.row.id, record, ...(declared === undefined ? {} : { declared }) };
    rows.save(row);
    entry.row = row;
  }

  /** Ends the Pending or InProgress phase after its time. */
  function settleLater(name: string, entry: Entry, kind: FunctionChangeKind): void {
    entry.timer = clock.afterWall(TRANSITION_MS, () => {
      if (closed || entries.get(name) !== entry) return;
      try {
        save(entry, settled(entry.row.record));
      } catch {
        // A full disk, for one: whoever waits for the end of the phase waits until it can be stored.
        settleLater(name, entry, kind);
        return;
      }
      delete entry.before;
      delete entry.timer;
      tell(name, kind);
    });
  }

  function forget(name: string): Entry | undefined {
    const entry = entries.get(name);
    entry?.timer?.cancel();
    entries.delete(name);
    builds.forget(name);
    return entry;
  }

  /** Never throws: what can't be forgotten now is forgotten later. */
  function purge(): void {
    purgeTimer?.cancel();
    let wait = PURGE_AGAIN_MS;
    try {
      rows.purge(clock.wallNow() - KEPT_MS);
      const oldest = rows.oldestHidden();
      if (oldest === undefined) return;
      wait = Math.max(1_000, oldest + KEPT_MS - clock.wallNow() + 1);
    } catch {
      // A full disk, for one, which others report.
    }
    purgeTimer = clock.afterWall(wait, purge);
  }

  function load(): void {
    for (const row of rows.live()) {
      const entry: Entry = { row };
      // A transition that the last host began is over by now.
      if (inTransition(row.record)) save(entry, settled(row.record));
      entries.set(row.record.name, entry);
    }
    purge();
  }

  const find = (name: string): Entry => {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`There is no function ${name} in the store.`);
    return entry;
  };

  load();

  return {
    accountId,
    region,
    code,
    builds,
    settings,
    get: (name, version = '$LATEST') => (version === '$LATEST' ? entries.get(name)?.row.record : undefined),
    serving: (name, version = '$LATEST') => {
      if (version !== '$LATEST') return undefined;
      const entry = entries.get(name);
      return entry?.before ?? entry?.row.record;
    },
    list: () =>
      (sorted ??= [...entries.values()]
        .map(entry => entry.row.record)
        .sort((a, b) => (a.name < b.name ? -1 : 1))),
    create: (fresh, settle, declared) => {
      if (entries.has(fresh.name))
        throw new AwsError('ResourceConflictException', 409, `Function already exist: ${fresh.name}`);
      const pending = created(fresh, clock.serviceNow());
      const record = settle === 'now' ? settled(pending) : pending;
      const entry: Entry = { row: rows.insert(record, declared) };
      entries.set(fresh.name, entry);
      if (settle === 'later') settleLater(fresh.name, entry, 'state');
      tell(fresh.name, 'state');
      return record;
    },
    update: (name, kind, change, settle, declared) => {
      const entry = find(name);
      const before = entry.before ?? entry.row.record;
      const next = updating(entry.row.record, change, clock.serviceNow());
      const record = settle === 'now' ? settled(next) : next;
      save(entry, record, declared);
      entry.timer?.cancel();
      if (settle === 'now') {
        delete entry.before;
        delete entry.timer;
        tell(name, kind);
      } else {
        entry.before = before;
        settleLater(name, entry, kind);
        tell(name, 'state');
      }
      return record;
    },
    delete: name => {
      rows.delete(find(name).row.id);
      forget(name);
      tell(name, 'deleted');
    },
    declaredOf: name => entries.get(name)?.row.declared,
    hide: name => {
      const entry = find(name);
      if (inTransition(entry.row.record)) save(entry, settled(entry.row.record));
      rows.hide(entry.row.id, clock.wallNow());
      forget(name);
      tell(name, 'deleted');
      purge();
    },
    restore: (owner, name) => {
      const row = rows.restore(owner, name);
      if (row === undefined) return undefined;
      entries.set(name, { row });
      tell(name, 'state');
      return row.record;
    },
    onChange: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ready: async name => {
      await builds.settled(name);
      if (entries.get(name)?.row.record.code.kind !== 'none') return;
      throw notBuilt(name, builds.error(name));
    },
    buildError: name => builds.error(name),
    touch: name => {
      const record = entries.get(name)?.row.record;
      if (record !== undefined) options.publish({ type: 'function', function: summary(record) });
    },
    summary,
    summaries: () => [...entries.values()].map(entry => summary(entry.row.record)),
    codeRoot: async record => {
      const root =
        record.code.kind === 'zip'
          ? code.filesOf(record.code.artifact)
          : record.code.kind === 'folder'
            ? record.code.root
            : undefined;
      if (root === undefined) throw notBuilt(record.name, builds.error(record.name));
      await access(root).catch((error: unknown) => {
        throw new AwsError(
          'ResourceConflictException',
          409,
          `The code of ${functionArn(scope, record.name)} is gone from ${root}. Save one of its files to build it again, or update its code.`,
          { cause: error },
        );
      });
      return root;
    },
    sweep: () => code.sweep(rows.artifacts()),
    close: () => {
      closed = true;
      purgeTimer?.cancel();
      for (const entry of entries.values()) entry.timer?.cancel();
      builds.close();
    },
  };
}

function notBuilt(name: string, buildError: string | undefined): AwsError {
  return new AwsError(
    'ResourceConflictException',
    409,
    buildError === undefined
      ? `The function ${name} has no code yet: the workspace that declares it has not built it.`
      : `The function ${name} could not be built: ${buildError}`,
  );
}
