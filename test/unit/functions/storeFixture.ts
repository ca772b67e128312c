import path from 'node:path';
import type { HostEvent } from '../../../src/protocol/control.ts';
import type { DeclaredFunction } from '../../../src/protocol/workspace.ts';
import type { NewFunction } from '../../../src/host/functions/functionState.ts';
import { createFunctionStore, type FunctionStore } from '../../../src/host/functions/functionStore.ts';
import type { FunctionChangeKind } from '../../../src/host/functions/liveFunctions.ts';
import { functionMigrations } from '../../../src/host/functions/schema.ts';
import { openDatabase, type Database } from '../../../src/host/state/database.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

export interface StoreFixture {
  readonly folder: string;
  readonly clock: ManualClock;
  readonly store: FunctionStore;
  readonly database: Database;
  readonly events: HostEvent[];
  readonly changes: [string, FunctionChangeKind][];
  /** What running environments would use. */
  readonly foldersInUse: string[];
  /** A new host on the same state, as after `kill -9`: nothing of the old one is asked to finish. */
  restart(): FunctionStore;
  close(): Promise<void>;
}

export async function openStore(): Promise<StoreFixture> {
  const folder: TemporaryFolder = await temporaryFolder('functions');
  const clock = manualClock();
  const events: HostEvent[] = [];
  const changes: [string, FunctionChangeKind][] = [];
  const foldersInUse: string[] = [];
  const databases: Database[] = [];
  const stores: FunctionStore[] = [];
  const open = (): FunctionStore => {
    const database = openDatabase(path.join(folder.path, 'lamplight.db'), clock, functionMigrations);
    databases.push(database);
    const store = createFunctionStore({
      database,
      stateDir: folder.path,
      clock,
      accountId: '000000000000',
      region: 'us-east-1',
      publish: event => events.push(event),
      foldersInUse: () => foldersInUse,
    });
    store.onChange((name, kind) => changes.push([name, kind]));
    stores.push(store);
    return store;
  };
  let current = open();
  return {
    folder: folder.path,
    clock,
    get store() {
      return current;
    },
    get database() {
      const database = databases.at(-1);
      if (database === undefined) throw new Error('It is not open.');
      return database;
    },
    events,
    changes,
    foldersInUse,
    restart: () => {
      // The timers of a killed process are gone with it; everything else must come from the database.
      stores.at(-1)?.close();
      databases.at(-1)?.close();
      current = open();
      return current;
    },
    close: async () => {
      for (const store of stores) store.close();
      for (const database of databases) database.close();
      await folder.remove();
    },
  };
}

export const newFunction = (name: string, change: Partial<NewFunction> = {}): NewFunction => ({
  name,
  description: '',
  runtime: 'nodejs22.x',
  handler: 'index.handler',
  role: 'arn:aws:iam::000000000000:role/r',
  timeout: 3,
  memorySize: 128,
  ephemeralStorage: 512,
  packageType: 'Zip',
  architecture: 'x86_64',
  environment: {},
  layers: [],
  logging: { format: 'Text', group: `/aws/lambda/${name}` },
  tracingMode: 'PassThrough',
  extra: {},
  tags: {},
  code: { kind: 'zip', artifact: 'a'.repeat(64) },
  codeSha256: 'hash',
  codeSize: 100,
  ...change,
});

export const declaredFunction = (name: string, change: Partial<DeclaredFunction> = {}): DeclaredFunction => ({
  owner: { template: '/ws/template.yaml', logicalId: name },
  name,
  runtime: 'nodejs22.x',
  handler: 'app.handler',
  packageType: 'Zip',
  architecture: 'x86_64',
  timeout: 10,
  memorySize: 256,
  ephemeralStorage: 512,
  description: 'from the template',
  environment: { TABLE: 'orders' },
  layers: [],
  tags: {},
  code: { kind: 'folder', root: '/ws/src' },
  declaration: { file: '/ws/template.yaml', startLine: 1, startColumn: 0, endLine: 2, endColumn: 0 },
  ...change,
});
