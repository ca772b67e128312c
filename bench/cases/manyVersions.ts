/** A host that has 1,000 functions with 20 versions each: its start, its memory, its lists, its snapshot. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { ListFunctionsCommand, ListVersionsByFunctionCommand } from '@aws-sdk/client-lambda';
import { eventStream } from '../../src/client/eventStream.ts';
import { HostClient } from '../../src/client/hostClient.ts';
import { systemClock } from '../../src/host/clock.ts';
import { createFunctionStore } from '../../src/host/functions/functionStore.ts';
import { functionMigrations } from '../../src/host/functions/schema.ts';
import { openDatabase } from '../../src/host/state/database.ts';
import { temporaryFolder } from '../../test/helpers/temporaryFolder.ts';
import { newFunction } from '../../test/unit/functions/storeFixture.ts';
import { makeZip } from '../../test/unit/functions/zipFixture.ts';
import { residentMegabytes, withHost, type Case } from '../context.ts';
import { median, timed } from '../measure.ts';
import type { Row } from '../report.ts';

const FUNCTIONS = 1_000;
const VERSIONS = 20;

const limit = (name: string, value: number, most: number, unit: Row['unit'] = 'ms'): Row => ({
  name,
  value,
  unit,
  target: { of: 'value', is: 'at most', limit: most },
});

export const manyVersions: Case = {
  name: 'versions',
  what: `${FUNCTIONS} functions with ${VERSIONS} versions each`,
  group: 'usual',
  run: async ({ effort }) => {
    const root = await temporaryFolder('bench');
    try {
      await fill(path.join(root.path, 'state'));
      // The first start brings the tables of the other rooms.
      await withHost({ root, keep: true }, () => Promise.resolve());
      let ready = 0;
      const begun = performance.now();
      return await withHost({ root, keep: true }, async host => {
        ready = performance.now() - begun;
        const rounds = Math.ceil(15 * effort);
        const medianOf = async (work: () => Promise<unknown>): Promise<number> => {
          const times: number[] = [];
          for (let round = 0; round < rounds; round++) times.push(await timed(work));
          return median(times);
        };
        const { client } = host;
        const marker = await markerInTheMiddle(client);
        const page = await medianOf(() => client.send(new ListFunctionsCommand({})));
        const all = await medianOf(() => client.send(new ListFunctionsCommand({ FunctionVersion: 'ALL' })));
        const middle = await medianOf(() =>
          client.send(new ListFunctionsCommand({ FunctionVersion: 'ALL', Marker: marker })),
        );
        const versions = await medianOf(() =>
          client.send(new ListVersionsByFunctionCommand({ FunctionName: 'fn-0500' })),
        );
        const snapshot = await medianOf(() => readSnapshot(new HostClient(host.ready)));
        return [
          limit('start', ready, 500),
          limit('ListFunctions page', page, 20),
          limit('ListFunctions page of all versions', all, 20),
          limit('… in the middle', middle, 20),
          limit('ListVersionsByFunction', versions, 20),
          limit('snapshot for the trees', snapshot, 200),
          limit('host', await residentMegabytes(host.pid), 150, 'MB'),
        ];
      });
    } finally {
      await root.remove();
    }
  },
};

/** By the store itself, as 40,000 calls would leave it. */
async function fill(stateDir: string): Promise<void> {
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

async function markerInTheMiddle(client: LambdaClient): Promise<string | undefined> {
  let marker: string | undefined;
  for (let page = 0; page < 200; page++)
    marker = (await client.send(new ListFunctionsCommand({ FunctionVersion: 'ALL', Marker: marker })))
      .NextMarker;
  return marker;
}

async function readSnapshot(client: HostClient): Promise<void> {
  const ends = new AbortController();
  try {
    for await (const event of eventStream(client, { clientId: 'bench', signal: ends.signal })) {
      if (event.type !== 'snapshot' || event.functions.length !== FUNCTIONS)
        throw new Error('The first event is no snapshot of all functions.');
      return;
    }
  } finally {
    ends.abort();
    client.close();
  }
}
