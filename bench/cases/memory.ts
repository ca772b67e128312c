/** The host's own memory with fifty functions, each of which was called once and now waits. */
import { setTimeout as delay } from 'node:timers/promises';
import { Caller, invokeCalls } from '../callers.ts';
import { createFunction, residentMegabytes, trivialHandler, withHost, type Case } from '../context.ts';

const FUNCTIONS = 50;

export const memory: Case = {
  name: 'memory',
  what: `the host's memory with ${FUNCTIONS} idle functions`,
  group: 'usual',
  run: () =>
    withHost({}, async host => {
      const empty = await residentMegabytes(host.pid);
      const caller = new Caller();
      for (let index = 0; index < FUNCTIONS; index++) {
        await createFunction(host, `idle${index}`, trivialHandler);
        const [call] = invokeCalls(host.ready, `idle${index}`, 1);
        await caller.call(call!);
      }
      caller.close();
      await delay(2_000);
      return [
        {
          name: `host with ${FUNCTIONS} idle functions`,
          value: await residentMegabytes(host.pid),
          unit: 'MB',
          target: { of: 'value', is: 'at most', limit: 100 },
          note: `an empty host has ${empty.toFixed(0)} MB`,
        },
      ];
    }),
};
