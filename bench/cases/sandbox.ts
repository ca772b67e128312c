/** What a sandbox adds to a process: at a first invocation, with a runtime that was started ahead and without, and at a warm one. */
import { setTimeout as delay } from 'node:timers/promises';
import type { TestHost } from '../../test/helpers/testHost.ts';
import { Caller, invokeCalls, latencies } from '../callers.ts';
import { createFunction, trivialHandler, withHost, type Case } from '../context.ts';
import type { Row } from '../report.ts';
import { interleaved, median, timed } from '../measure.ts';

/** The pool is refilled when nothing was started for 150 ms, and that takes as long as Node.js takes to start. */
const REFILL_MS = 900;
/** Milliseconds that a sandbox may add to a start. */
const MORE = 20;

export const sandbox: Case = {
  name: 'sandbox',
  what: 'cold and warm calls in a sandbox, against a process (Linux)',
  group: 'usual',
  run: ({ effort }) =>
    withHost({ args: ['--engine', 'process'] }, process =>
      withHost({ args: ['--engine', 'sandbox'] }, async sandboxed => {
        const rounds = Math.ceil(9 * effort);
        const hosts = { process, sandboxed };
        for (const host of Object.values(hosts)) {
          await createFunction(host, 'warm', trivialHandler);
          for (let round = -1; round < rounds; round++) {
            await createFunction(host, `pooled${round}`, trivialHandler);
            // A time zone must be there when a process is born: such a function can't have one that was started ahead.
            await createFunction(host, `fresh${round}`, trivialHandler, { TZ: 'Europe/Paris' });
          }
        }
        const cold = async (host: TestHost, name: string): Promise<number> => {
          const [prepared] = invokeCalls(host.ready, name, 1);
          await delay(REFILL_MS);
          // A kept connection would be closed by the time of the host's next turn.
          const caller = new Caller();
          const took = await timed(() => caller.call(prepared!));
          caller.close();
          return took;
        };
        for (const host of Object.values(hosts)) {
          await cold(host, 'pooled-1');
          await cold(host, 'fresh-1');
          await latencies(invokeCalls(host.ready, 'warm', 1000));
        }
        const values = await interleaved(rounds, {
          pooled: round => cold(sandboxed, `pooled${round}`),
          pooledProcess: round => cold(process, `pooled${round}`),
          fresh: round => cold(sandboxed, `fresh${round}`),
          freshProcess: round => cold(process, `fresh${round}`),
          warm: async () => median(await latencies(invokeCalls(sandboxed.ready, 'warm', 400))),
          warmProcess: async () => median(await latencies(invokeCalls(process.ready, 'warm', 400))),
        });
        const row = (name: string, own: number[], other: number[], more: number): Row => ({
          name,
          value: median(own),
          unit: 'ms',
          baseline: { name: 'process', value: median(other) },
          target: { of: 'ratio', is: 'at most', limit: Math.round((1 + more / median(other)) * 100) / 100 },
        });
        return [
          row('cold start in a sandbox, pool', values.pooled, values.pooledProcess, MORE),
          row('cold start in a sandbox, no pool', values.fresh, values.freshProcess, MORE),
          // Nothing is between them: what is more is the measurement's.
          row('warm invoke in a sandbox, p50', values.warm, values.warmProcess, 0.1),
        ];
      }),
    ),
};
