/** Warm invocations, signed and stored in history, against the same traffic over the bare pair. */
import { startBarePair } from '../barePair.ts';
import { invokeCalls, latencies, redirected, throughput, type PreparedCall } from '../callers.ts';
import { createFunction, trivialHandler, withHost, type Case } from '../context.ts';
import { interleaved, median } from '../measure.ts';
import type { Row } from '../report.ts';

/** Environments of the host, and workers of the pair. */
const WORKERS = 10;
const MANY_CALLERS = 50;
/** Calls after which V8 compiles little more, of the host or of the pair. */
const WARM_UP = 20_000;

export const warmInvoke: Case = {
  name: 'warm',
  what: 'warm invocations: one caller, ten, and fifty on ten environments',
  group: 'usual',
  run: ({ effort }) =>
    withHost({ args: ['--max-environments', String(WORKERS)] }, async host => {
      await createFunction(host, 'warm', trivialHandler);
      const one = await startBarePair(1);
      const ten = await startBarePair(WORKERS);
      const calls = (count: number): PreparedCall[] => invokeCalls(host.ready, 'warm', count);
      try {
        // As many warm environments as callers, and every process past its first compilations.
        await throughput(calls(WARM_UP), WORKERS);
        await throughput(redirected(calls(WARM_UP), ten.port), WORKERS);
        await latencies(redirected(calls(1_000), one.port));
        const rounds = Math.ceil(7 * effort);
        const latency = await interleaved(rounds, {
          host: async () => median(await latencies(calls(400))),
          bare: async () => median(await latencies(redirected(calls(400), one.port))),
        });
        const rateOf = (callers: number): Promise<Record<'host' | 'bare', number[]>> =>
          interleaved(rounds, {
            host: () => throughput(calls(2_000), callers),
            bare: () => throughput(redirected(calls(2_000), ten.port), callers),
          });
        const few = await rateOf(WORKERS);
        const many = await rateOf(MANY_CALLERS);
        return [
          {
            name: 'warm invoke, p50',
            value: median(latency.host),
            unit: 'ms',
            baseline: { name: 'bare pair', value: median(latency.bare) },
            target: { of: 'ratio', is: 'at most', limit: 1 },
          },
          throughputRow(WORKERS, few),
          throughputRow(MANY_CALLERS, many),
        ];
      } finally {
        await one.stop();
        await ten.stop();
      }
    }),
};

function throughputRow(callers: number, rate: Record<'host' | 'bare', number[]>): Row {
  return {
    name: `throughput, ${callers} callers`,
    value: median(rate.host),
    unit: 'req/s',
    baseline: { name: `bare pair, ${WORKERS} workers`, value: median(rate.bare) },
    target: { of: 'ratio', is: 'at least', limit: 1.5 },
  };
}
