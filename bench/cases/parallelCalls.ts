/** Ten calls at once of a handler that takes 500 ms. */
import { invokeCalls, throughput } from '../callers.ts';
import { createFunction, withHost, type Case } from '../context.ts';
import { median } from '../measure.ts';

const slowHandler = 'exports.handler = () => new Promise(done => setTimeout(done, 500, {}));\n';
const CALLS = 10;

export const parallelCalls: Case = {
  name: 'parallel',
  what: 'ten calls at once of a handler that takes 500 ms',
  group: 'usual',
  run: ({ effort }) =>
    withHost({}, async host => {
      await createFunction(host, 'slow', slowHandler);
      const round = async (): Promise<number> =>
        (CALLS / (await throughput(invokeCalls(host.ready, 'slow', CALLS), CALLS))) * 1_000;
      const cold = await round();
      const warm: number[] = [];
      for (let index = 0; index < Math.ceil(5 * effort); index++) warm.push(await round());
      return [
        {
          name: '10 × 500 ms at once, warm',
          value: median(warm),
          unit: 'ms',
          target: { of: 'value', is: 'at most', limit: 700 },
        },
        { name: '10 × 500 ms at once, cold', value: cold, unit: 'ms' },
      ];
    }),
};
