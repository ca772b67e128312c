/**
 * What scaling costs: the decision whether an invocation may run, with its metrics; what freezing adds to an invocation
 * (by a handler that tells when it began); 1,000 invocations of 100 ms at once on 16 environments.
 */
import path from 'node:path';
import { HostClient } from '../../src/client/hostClient.ts';
import { systemClock } from '../../src/host/clock.ts';
import type { ConcurrencyLimits } from '../../src/host/functions/concurrency.ts';
import { createConcurrencyGate } from '../../src/host/invoke/concurrencyGate.ts';
import { createMetrics, metricMigrations } from '../../src/host/invoke/metricStore.ts';
import { openDatabase } from '../../src/host/state/database.ts';
import { createFunction, withFolder, withHost, type Case } from '../context.ts';
import { median, timed } from '../measure.ts';

const ENVIRONMENTS = 16;
const AT_ONCE = 1_000;
const HANDLER_MS = 100;

export const scaling: Case = {
  name: 'scaling',
  what: 'admission, freezing, and a thousand invocations at once',
  group: 'usual',
  async run({ effort }) {
    const decision = await withFolder(folder => decisionTime(folder, Math.ceil(20 * effort)));
    const args = ['--max-environments', String(ENVIRONMENTS)];
    const { thaw, warm, burst } = await withHost({ args }, async host => {
      await createFunction(
        host,
        'waits',
        `exports.handler = ({ ms }) => new Promise(done => setTimeout(done, ms, 1));`,
      );
      const client = new HostClient(host.ready);
      const call = (ms: number): Promise<unknown> =>
        client.send('lambda', 'POST', '/2015-03-31/functions/waits/invocations', {
          body: Buffer.from(JSON.stringify({ ms })),
        });
      const after = async (pauseMs: number): Promise<number> => {
        await new Promise(done => setTimeout(done, pauseMs));
        return timed(() => call(0));
      };
      await call(0);
      const times = { frozen: [] as number[], warm: [] as number[] };
      for (let round = 0; round < Math.ceil(20 * effort); round++) {
        // The freeze comes 100 ms after an answer.
        times.frozen.push(await after(150));
        times.warm.push(await after(30));
      }
      const bursts: number[] = [];
      for (let round = 0; round < Math.ceil(2 * effort); round++) {
        bursts.push(await timed(() => Promise.all(Array.from({ length: AT_ONCE }, () => call(HANDLER_MS)))));
      }
      client.close();
      return { thaw: median(times.frozen), warm: median(times.warm), burst: median(bursts) };
    });
    return [
      {
        name: 'admission, with its metrics',
        value: decision,
        unit: 'µs',
        target: { of: 'value', is: 'at most', limit: 5 },
      },
      {
        name: 'thaw: frozen over warm invocation',
        value: thaw - warm,
        unit: 'ms',
        target: { of: 'value', is: 'at most', limit: 5 },
        note: `${thaw.toFixed(2)} ms frozen, ${warm.toFixed(2)} ms after 30 ms`,
      },
      {
        name: '1,000 of 100 ms at once on 16',
        value: burst,
        unit: 'ms',
        baseline: { name: 'ideal', value: (AT_ONCE * HANDLER_MS) / ENVIRONMENTS },
        target: { of: 'ratio', is: 'at most', limit: 1.3 },
      },
    ];
  },
};

/** Microseconds of one decision and its end, the median of rounds. */
async function decisionTime(folder: string, rounds: number): Promise<number> {
  const clock = systemClock();
  const database = openDatabase(path.join(folder, 'lamplight.db'), clock, metricMigrations);
  const metrics = createMetrics(database, clock, error => {
    throw error;
  });
  const limits: ConcurrencyLimits = {
    reserved: new Map([['reserved', 10]]),
    provisioned: new Map([['ahead', new Map([['live', 10]])]]),
    provisionedTotals: new Map([['ahead', 10]]),
    unreserved: 1_000,
  };
  const gate = createConcurrencyGate({
    limits: () => limits,
    allocated: () => 10,
    accountLimit: 1_000,
    idleMs: 600_000,
    clock,
    metrics,
  });
  const arrivals = ['shared', 'reserved', 'ahead'].map(functionName => ({
    functionName,
    qualifier: 'live',
    version: '1',
    // As fast as this no rate would let them in.
    isAsynchronous: true,
  }));
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    times.push(
      await timed(() => {
        for (let i = 0; i < 3_000; i++) for (const arrival of arrivals) gate.enter(arrival).leave();
        return Promise.resolve();
      }),
    );
  }
  metrics.close();
  database.close();
  return (median(times) / 9_000) * 1_000;
}
