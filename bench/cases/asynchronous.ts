/** Asynchronous events: how fast they are accepted, what those that wait cost, how fast they drain. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pendingEvents } from '../../src/client/asynchronous.ts';
import { HostClient } from '../../src/client/hostClient.ts';
import { until } from '../../test/helpers/until.ts';
import { invokeCalls, throughput } from '../callers.ts';
import { createFunction, residentMegabytes, trivialHandler, withHost, type Case } from '../context.ts';
import { median } from '../measure.ts';

const CALLERS = 10;
const CALLS = 2_000;
const QUEUED = 100_000;

/** Waits for a file, once. */
const heldHandler = `
  const { existsSync } = require('node:fs');
  exports.handler = async () => {
    while (!existsSync(process.env.GO)) await new Promise(done => setTimeout(done, 100));
  };`;

export const asynchronous: Case = {
  name: 'async',
  what: 'events accepted, waiting and draining',
  group: 'usual',
  run: ({ effort }) =>
    withHost({}, async host => {
      await createFunction(host, 'quick', trivialHandler);
      const client = new HostClient(host.ready);
      const empty = async (): Promise<boolean> => (await pendingEvents(client)).Counts.length === 0;
      const drained = (ms: number) => until(empty, { ms, what: 'an empty queue' });
      const synchronous: number[] = [];
      const events: number[] = [];
      for (let round = 0; round < Math.ceil(3 * effort); round++) {
        synchronous.push(await throughput(invokeCalls(host.ready, 'quick', CALLS), CALLERS));
        events.push(await throughput(invokeCalls(host.ready, 'quick', CALLS, 'Event'), CALLERS));
        await drained(60_000);
      }

      const go = path.join(host.root.path, 'go');
      await createFunction(host, 'held', heldHandler, { GO: go }, 900);
      const count = Math.ceil(QUEUED * effort);
      const before = await residentMegabytes(host.pid);
      for (let sent = 0; sent < count; sent += 5_000)
        await throughput(invokeCalls(host.ready, 'held', Math.min(5_000, count - sent), 'Event'), CALLERS);
      const queued = (await residentMegabytes(host.pid)) - before;
      const began = performance.now();
      await writeFile(go, '');
      let peak = 0;
      await until(
        async () => {
          peak = Math.max(peak, await residentMegabytes(host.pid));
          return empty();
        },
        { ms: 600_000, what: 'the drain' },
      );
      const seconds = (performance.now() - began) / 1_000;
      client.close();
      return [
        {
          name: '202 answers a second, 10 callers',
          value: median(events),
          unit: 'req/s',
          baseline: { name: 'synchronous', value: median(synchronous) },
          target: { of: 'ratio', is: 'at least', limit: 0.5 },
        },
        {
          name: `memory of an event that waits, of ${count}`,
          value: (queued * 1_000_000) / count,
          unit: 'B',
          target: { of: 'value', is: 'at most', limit: 1_024 },
        },
        { name: `${count} events drain`, value: count / seconds, unit: 'req/s' },
        { name: 'memory while they drain, above that before', value: peak - before, unit: 'MB' },
      ];
    }),
};
