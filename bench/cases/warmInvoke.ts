/** Warm invocations, signed and stored in history, against the same traffic over the bare pair. */
import { startBarePair } from '../barePair.ts';
import { invokeCalls, latencies, redirected, throughput, type PreparedCall } from '../callers.ts';
import { createFunction, trivialHandler, withHost, type Case } from '../context.ts';
import { interleaved, median } from '../measure.ts';

const CALLERS = 10;

export const warmInvoke: Case = {
  name: 'warm',
  what: 'warm invocations, one caller and ten',
  group: 'usual',
  run: ({ effort }) =>
    withHost({}, async host => {
      await createFunction(host, 'warm', trivialHandler);
      const one = await startBarePair(1);
      const ten = await startBarePair(CALLERS);
      const calls = (count: number): PreparedCall[] => invokeCalls(host.ready, 'warm', count);
      try {
        // As many warm environments as callers, and every process past its first compilations.
        await throughput(calls(3_000), CALLERS);
        await throughput(redirected(calls(3_000), ten.port), CALLERS);
        await latencies(redirected(calls(1_000), one.port));
        const rounds = Math.ceil(7 * effort);
        const latency = await interleaved(rounds, {
          host: async () => median(await latencies(calls(400))),
          bare: async () => median(await latencies(redirected(calls(400), one.port))),
        });
        const rate = await interleaved(rounds, {
          host: () => throughput(calls(2_000), CALLERS),
          bare: () => throughput(redirected(calls(2_000), ten.port), CALLERS),
        });
        return [
          {
            name: 'warm invoke, p50',
            value: median(latency.host),
            unit: 'ms',
            baseline: { name: 'bare pair', value: median(latency.bare) },
            target: { of: 'ratio', is: 'at most', limit: 1.2 },
          },
          {
            name: 'throughput, 10 callers',
            value: median(rate.host),
            unit: 'req/s',
            baseline: { name: 'bare pair, 10 workers', value: median(rate.bare) },
            target: { of: 'ratio', is: 'at least', limit: 1.2 },
          },
        ];
      } finally {
        await one.stop();
        await ten.stop();
      }
    }),
};
