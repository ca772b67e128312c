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
import { createAliasRows } from './aliasRows.ts';
import { createBuilds, type Builds } from './builds.ts';
import { createCodeStore, type CodeStore } from './codeStore.ts';
import { createCodeSweep } from './codeSweep.ts';
import { codeGone, notBuilt } from './codeMissing.ts';
import { createFunctionAliases, type FunctionAliases } from './functionAliases.ts';
import type { FunctionRecord } from './functionRecord.ts';
import { createFunctionSettings, type FunctionSettings } from './functionSettings.ts';
import { createFunctionRows, type FunctionRow } from './functionRows.ts';
import {
  created,
  inTransition,
  revised,
  settled,
  TRANSITION_MS,
  updating,
  type FunctionChange,
  type NewFunction,
} from './functionState.ts';
import { createFunctionSummaries } from './functionSummaries.ts';
import {
  createFunctionVersions,
  isNumber,
  type Appended,
  type FunctionVersions,
  type Snapshot,
} from './functionVersions.ts';
import { followLayers, layerFoldersOf, type LayerFolders } from './layers/attachedLayers.ts';
import { createLayerStore, type LayerStore } from './layers/layerStore.ts';
import { createKeeping } from './keeping.ts';
import type { FunctionChangeKind, LiveFunctions } from './liveFunctions.ts';
import { createVersionRows } from './versionRows.ts';

/** `qualifier`: `$LATEST`, or what a change of a version or alias concerns. */
export type FunctionListener = (name: string, kind: FunctionChangeKind, qualifier: string) => void;
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
  /** Folders that running environments use: they are not removed. */
  foldersInUse?(): readonly string[];
}

export interface FunctionStore {
  readonly accountId: string;
  readonly region: string;
  readonly code: CodeStore;
  readonly builds: Builds;
  /** What the API stores beside the configuration. */
  readonly settings: FunctionSettings;
  readonly layers: LayerStore;
  readonly versions: FunctionVersions;
  readonly aliases: FunctionAliases;
  /** As the API shows it: `$LATEST`, a version, or the version that an alias sends most to. */
  get(name: string, qualifier?: string): FunctionRecord | undefined;
  /** As invocations use it: while an update is in progress, what was before it. */
  serving(name: string, version?: string): FunctionRecord | undefined;
  /**
   * The version that one invocation with this qualifier goes to: `$LATEST` or a number; undefined where there is none.
   * `draw` answers a number from 0 up to 1, and is asked only by an alias of two versions.
   */
  resolve(name: string, qualifier: string, draw: () => number): string | undefined;
  /** By name. */
  list(): readonly FunctionRecord[];
  /** Throws ResourceConflictException when the name is taken. With `publish`, a version of it is stored with it (`versions.current`). */
  create(fresh: NewFunction, settle: Settle, declared?: string, publish?: Snapshot): FunctionRecord;
  /** The function must exist. `publish` as for {@link create}. */
  update(
    name: string,
    kind: 'code' | 'configuration',
    change: FunctionChange,
    settle: Settle,
    declared?: string,
    publish?: Snapshot,
  ): FunctionRecord;
  /** Another revision id for `$LATEST`, which stays published: reserved concurrency or tags have changed. */
  revise(name: string, change?: Partial<Pick<FunctionRecord, 'tags' | 'lastModified'>>): FunctionRecord;
  delete(name: string): void;
  /** Text that the workspace declared the function with, if it did. */
  declaredOf(name: string): string | undefined;
  /** Out of sight for 7 days of wall time; {@link restore} brings it back. */
  hide(name: string): void;
  restore(owner: Owner, name: string): FunctionRecord | undefined;
  /** The same of a function of the API, by its name; no other may have that. */
  reveal(name: string): FunctionRecord | undefined;
  onChange(listener: FunctionListener): () => void;
  /** Resolves when no build of `$LATEST` is pending and there is code to run; rejects with an AwsError that carries the build's message when there is none. A function that does not exist is ready. */
  ready(name: string): Promise<void>;
  buildError(name: string): string | undefined;
  /** Says that the build error of a function came or went. */
  touch(name: string): void;
  summary(record: FunctionRecord): FunctionSummary;
  summaries(): readonly FunctionSummary[];
  /** Folder on this machine that holds the code; rejects with an AwsError where there is none. Not for images. */
  codeRoot(record: FunctionRecord): Promise<string>;
  /** Its layers on this machine. */
  layerFolders(record: FunctionRecord): LayerFolders;
  /** Removes code that nothing refers to; before the first environment starts. Later that happens by itself. */
  sweep(): Promise<void>;
  close(): void;
}

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
  const versionRows = createVersionRows(database);
  const aliasRows = createAliasRows(database);
  const code = createCodeStore(options.stateDir);
  const builds = createBuilds();
  const keeping = createKeeping(rows, clock);
  const settings = createFunctionSettings(database);
  const layers = createLayerStore(options);
  const codeSweep = createCodeSweep({
    clock,
    code,
    referenced,
    inUse: () => options.foldersInUse?.() ?? [],
  });
  const entries = new Map<string, Entry>();
  const listeners = new Set<FunctionListener>();
  const live: LiveFunctions = {
    row: name => entries.get(name)?.row,
    replace: (name, row) => {
      find(name).row = row;
    },
    tell,
    ready,
  };
  const versions = createFunctionVersions({
    database,
    clock,
    scope,
    code,
    functions: live,
    functionRows: rows,
    rows: versionRows,
    settings,
    layers,
    aliasesOf: (functionId, version) => aliasRows.referring(functionId, version),
  });
  const aliases = createFunctionAliases(database, live, aliasRows, settings);
  let sorted: readonly FunctionRecord[] | undefined;
  let closed = false;

  const summaries = createFunctionSummaries({
    scope,
    builds,
    versionRows,
    aliasRows,
    pendingOf: id => versions.pendingOf(id),
  });
  const summary = (record: FunctionRecord): FunctionSummary =>
    summaries.of(record, entries.get(record.name)?.row);

  function referenced(): ReadonlySet<string> {
    return new Set([...rows.artifacts(), ...versionRows.artifacts(), ...layers.artifacts()]);
  }

  function tell(name: string, kind: FunctionChangeKind, qualifier = '$LATEST'): void {
    sorted = undefined;
    codeSweep.soon();
    const record = entries.get(name)?.row.record;
    for (const listener of listeners) listener(name, kind, qualifier);
    if (record === undefined) options.publish({ type: 'functionDeleted', name });
    else options.publish({ type: 'function', function: summary(record) });
  }

  function save(entry: Entry, record: FunctionRecord): void {
    const row = { ...entry.row, record };
    rows.save(row);
    entry.row = row;
  }

  async function ready(name: string): Promise<void> {
    await builds.settled(name);
    if (entries.get(name)?.row.record.code.kind !== 'none') return;
    throw notBuilt(name, builds.error(name));
  }

  function get(name: string, qualifier = '$LATEST'): FunctionRecord | undefined {
    if (qualifier === '$LATEST') return entries.get(name)?.row.record;
    if (isNumber(qualifier)) return versions.get(name, qualifier);
    const alias = aliases.get(name, qualifier);
    return alias === undefined ? undefined : get(name, alias.version);
  }

  /** Publishes what is being stored, in the same transaction. */
  function storeWith(row: FunctionRow, publish: Snapshot | undefined): Appended | undefined {
    return publish === undefined ? undefined : versions.append(row, publish, false);
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
    if (entry !== undefined) versions.forget(entry.row.id);
    entries.delete(name);
    builds.forget(name);
    return entry;
  }

  /** A row that is no longer hidden. */
  function shown(row: FunctionRow | undefined): FunctionRecord | undefined {
    if (row === undefined) return undefined;
    entries.set(row.record.name, { row });
    tell(row.record.name, 'state');
    return row.record;
  }

  function load(): void {
    for (const row of rows.live()) {
      const entry: Entry = { row };
      // A transition that the last host began is over by now.
      if (inTransition(row.record)) save(entry, settled(row.record));
      entries.set(row.record.name, entry);
    }
    keeping.tidy();
  }

  const find = (name: string): Entry => {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`There is no function ${name} in the store.`);
    return entry;
  };
  load();
  const store: FunctionStore = {
    accountId,
    region,
    code,
    builds,
    settings,
    layers,
    versions,
    aliases,
    get,
    serving: (name, version = '$LATEST') => {
      if (version !== '$LATEST') return get(name, version);
      const entry = entries.get(name);
      return entry?.before ?? entry?.row.record;
    },
    resolve: (name, qualifier, draw) => {
      const alias = qualifier === '$LATEST' || isNumber(qualifier) ? undefined : aliases.get(name, qualifier);
      const { additional } = alias ?? {};
      const version =
        additional !== undefined && draw() < additional.weight
          ? additional.version
          : (alias?.version ?? qualifier);
      return get(name, version)?.version;
    },
    list: () => (sorted ??= [...entries.values()].map(entry => entry.row.record).sort(byName)),
    create: (fresh, settle, declared, publish) => {
      if (entries.has(fresh.name))
        throw new AwsError('ResourceConflictException', 409, `Function already exist: ${fresh.name}`);
      const pending = created(fresh, clock.serviceNow());
      const record = settle === 'now' ? settled(pending) : pending;
      const { row, appended } = database.transaction(() => {
        const inserted = rows.insert(record, declared);
        const published = storeWith(inserted, publish);
        return { row: published?.row ?? inserted, appended: published };
      });
      const entry: Entry = { row };
      entries.set(fresh.name, entry);
      if (appended !== undefined) versions.holdPending(fresh.name, appended);
      if (settle === 'later') settleLater(fresh.name, entry, 'state');
      tell(fresh.name, 'state');
      return record;
    },
    update: (name, kind, change, settle, declared, publish) => {
      const entry = find(name);
      const before = entry.before ?? entry.row.record;
      const next = updating(entry.row.record, change, clock.serviceNow());
      const record = settle === 'now' ? settled(next) : next;
      const text = declared ?? entry.row.declared;
      // What was published of it before is another version from now on, also where nothing differs (recorded).
      const row = { id: entry.row.id, record, ...(text === undefined ? {} : { declared: text }) };
      const appended = database.transaction(() => {
        rows.save(row);
        return storeWith(row, publish);
      });
      entry.row = appended?.row ?? row;
      if (appended !== undefined) versions.holdPending(name, appended);
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
    revise: (name, change) => {
      const entry = find(name);
      save(entry, revised(entry.row.record, change));
      tell(name, 'state');
      return entry.row.record;
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
      keeping.tidy();
    },
    restore: (owner, name) => shown(rows.restore(owner, name)),
    reveal: name => shown(rows.reveal(name)),
    onChange: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ready,
    buildError: name => builds.error(name),
    touch: name => {
      const record = entries.get(name)?.row.record;
      if (record !== undefined) options.publish({ type: 'function', function: summary(record) });
    },
    summary,
    summaries: () =>
      summaries.all([...entries.values()].map(entry => entry.row).sort((a, b) => byName(a.record, b.record))),
    codeRoot: async record => {
      const root =
        'artifact' in record.code
          ? code.filesOf(record.code.artifact)
          : record.code.kind === 'folder'
            ? record.code.root
            : undefined;
      if (root === undefined) throw notBuilt(record.name, builds.error(record.name));
      await access(root).catch((error: unknown) => {
        throw codeGone(record.name, root, scope, error);
      });
      return root;
    },
    layerFolders: record => layerFoldersOf(record, layers, code),
    sweep: () => code.sweep(referenced()),
    close: () => {
      closed = true;
      keeping.close();
      for (const entry of entries.values()) entry.timer?.cancel();
      codeSweep.close();
      versions.close();
      builds.close();
    },
  };
  layers.onChange(() => codeSweep.soon());
  followLayers(store);
  return store;
}

const byName = (a: FunctionRecord, b: FunctionRecord): number => (a.name < b.name ? -1 : 1);
