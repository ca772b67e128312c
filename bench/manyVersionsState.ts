/** The state of a host that has many functions with many versions. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../src/host/clock.ts';
import { createFunctionStore } from '../src/host/functions/functionStore.ts';
import { functionMigrations } from '../src/host/functions/schema.ts';
import { openDatabase } from '../src/host/state/database.ts';
import { newFunction } from '../test/unit/functions/storeFixture.ts';
import { makeZip } from '../test/unit/functions/zipFixture.ts';

export const FUNCTIONS = 1_000;
/** Of each function. */
export const VERSIONS = 20;

/** By the store itself, as 40,000 calls would leave it. */
export async function fillManyVersions(stateDir: string): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const database = openDatabase(path.join(stateDir, 'lamplight.db'), systemClock(), functionMigrations);
  // Nobody needs this to outlive a crash.
  database.run('PRAGMA synchronous = OFF');
  const store = createFunctionStore({
    database,
    stateDir,
    clock: systemClock(),
    accountId: '000000000000',
    region: 'us-east-1',
    publish: () => undefined,
  });
  try {
    const { artifact, codeSha256, codeSize } = await store.code.add(
      makeZip([{ name: 'index.js', content: 'exports.handler = async e => e' }]),
    );
    const environment = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`SETTING_${index}`, `value of setting ${index}`]),
    );
    for (let index = 0; index < FUNCTIONS; index++) {
      const name = `fn-${String(index).padStart(4, '0')}`;
      const code = { kind: 'zip', artifact } as const;
      store.create(newFunction(name, { code, codeSha256, codeSize, environment }), 'now');
      for (let version = 1; version <= VERSIONS; version++) {
        await store.versions.publish(name);
        if (version < VERSIONS) store.update(name, 'configuration', { timeout: version }, 'now');
      }
      store.aliases.put(name, { name: 'live', version: '20', description: '' });
    }
  } finally {
    store.close();
    database.close();
  }
}
