/** A first invocation, from the API call to its answer: with a runtime that was started ahead, and without. */
import { setTimeout as delay } from 'node:timers/promises';
import { Caller, invokeCalls } from '../callers.ts';
import { createFunction, trivialHandler, withHost, type Case } from '../context.ts';
import { bareNode, interleaved, median, timed } from '../measure.ts';

/** The pool is refilled when nothing was started for 150 ms, and that takes as long as Node.js takes to start. */
const REFILL_MS = 900;

export const coldStart: Case = {
  name: 'cold',
  what: 'Node.js cold start with and without the pool',
  group: 'usual',
  run: ({ effort }) =>
    withHost({}, async host => {
      const rounds = Math.ceil(11 * effort);
      for (let round = -1; round < rounds; round++) {
        await createFunction(host, `pooled${round}`, trivialHandler);
        // A time zone must be there when a process is born: such a function can't have one that was started ahead.
        await createFunction(host, `fresh${round}`, trivialHandler, { TZ: 'Europe/Paris' });
      }
      const caller = new Caller();
      const call = async (name: string): Promise<number> => {
        const [prepared] = invokeCalls(host.ready, name, 1);
        await delay(REFILL_MS);
        return timed(() => caller.call(prepared!));
      };
      await call('pooled-1');
      await call('fresh-1');
      const values = await interleaved(rounds, {
        pooled: round => call(`pooled${round}`),
        fresh: round => call(`fresh${round}`),
        node: async () => {
          await delay(REFILL_MS);
          return bareNode();
        },
      });
      caller.close();
      const baseline = { name: 'node -e 0', value: median(values.node) };
      return [
        {
          name: 'cold start, pool',
          value: median(values.pooled),
          unit: 'ms',
          baseline,
          target: { of: 'ratio', is: 'at most', limit: 0.6 },
        },
        {
          name: 'cold start, no pool',
          value: median(values.fresh),
          unit: 'ms',
          baseline,
          target: { of: 'ratio', is: 'at most', limit: 2 },
        },
      ];
    }),
};
