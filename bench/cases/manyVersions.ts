/** A host that has 1,000 functions with 20 versions each: its start, its memory, its lists, its snapshot. */
import path from 'node:path';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { ListFunctionsCommand, ListVersionsByFunctionCommand } from '@aws-sdk/client-lambda';
import { eventStream } from '../../src/client/eventStream.ts';
import { HostClient } from '../../src/client/hostClient.ts';
import { temporaryFolder } from '../../test/helpers/temporaryFolder.ts';
import { residentMegabytes, withHost, type Case } from '../context.ts';
import { fillManyVersions, FUNCTIONS, VERSIONS } from '../manyVersionsState.ts';
import { median, timed } from '../measure.ts';
import type { Row } from '../report.ts';

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
      await fillManyVersions(path.join(root.path, 'state'));
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
