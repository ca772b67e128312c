/** Who gets in, and in which words the others are refused, on a real host. */
import assert from 'node:assert/strict';
import {
  GetAccountSettingsCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import type { MetricSeries } from '../../../src/protocol/metrics.ts';
import { call, createFunction } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { run } from '../cli/program.ts';

const SLOW = `exports.handler = async event => {
  await new Promise(done => setTimeout(done, event.ms ?? 0));
  return process.pid;
};`;

describe('admission to an account of 110 on a machine that bears 2', () => {
  const host = useTestHost({ args: ['--account-concurrency', '110', '--max-environments', '2'] });

  const sums = async (...argv: string[]): Promise<Record<string, number>> => {
    const { out, err } = await run(['metrics', ...argv, '--json', '--state', host().stateDir], {
      cwd: host().root.path,
    });
    assert.equal(err, '');
    const series = JSON.parse(out) as MetricSeries[];
    return Object.fromEntries(
      series.map(({ metric, points }) => [metric, points.reduce((sum, point) => sum + point.sum, 0)]),
    );
  };

  it('lets more wait for room than it bears, and refuses none of them', async function () {
    this.timeout(20_000);
    const { client } = host();
    await createFunction(client, 'queued', SLOW);
    const pids = await Promise.all(
      Array.from({ length: 12 }, async () => (await call(client, 'queued', { ms: 100 })).payload),
    );
    assert.ok(new Set(pids).size <= 2, String(pids));
    const { Invocations, Errors, Throttles, Duration } = await sums('queued');
    assert.deepEqual([Invocations, Errors, Throttles], [12, 0, undefined]);
    assert.ok(Duration! >= 1_200);
  });

  it('throttles by the reservation, in AWS’s words, and counts it', async () => {
    const { client } = host();
    await createFunction(client, 'own', SLOW);
    const put = (amount: number) =>
      client.send(
        new PutFunctionConcurrencyCommand({ FunctionName: 'own', ReservedConcurrentExecutions: amount }),
      );
    await assert.rejects(put(11), {
      name: 'InvalidParameterValueException',
      message:
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    });
    await put(1);
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    assert.deepEqual(
      [AccountLimit?.ConcurrentExecutions, AccountLimit?.UnreservedConcurrentExecutions],
      [110, 109],
    );
    const all = await Promise.allSettled([1, 2].map(() => call(client, 'own', { ms: 300 })));
    const refused = all.flatMap(one => (one.status === 'rejected' ? [one.reason as unknown] : []));
    assert.equal(refused.length, 1);
    const [error] = refused;
    assert.ok(error instanceof TooManyRequestsException);
    assert.deepEqual(
      [error.message, error.Reason, error.Type, error.$metadata.httpStatusCode],
      ['Rate Exceeded.', 'ReservedFunctionConcurrentInvocationLimitExceeded', 'User', 429],
    );
    // One concurrent execution stands for ten requests a second.
    let rate: unknown;
    for (let i = 0; i < 200 && rate === undefined; i++) {
      await call(client, 'own').catch((reason: unknown) => (rate = reason));
    }
    assert.ok(rate instanceof TooManyRequestsException);
    assert.equal(rate.Reason, 'ReservedFunctionInvocationRateLimitExceeded');
    assert.equal((await sums('own'))['Throttles'], 2);
  });

  it('throttles what the account has no room for, though the machine would let it wait', async function () {
    this.timeout(30_000);
    const { ready } = host();
    const client = new LambdaClient({
      endpoint: ready.endpoint,
      region: ready.region,
      credentials: ready.credentials,
      maxAttempts: 1,
      requestHandler: { httpAgent: { maxSockets: 200 } },
    });
    // The first two have all that the machine bears until everybody is there.
    const all = await Promise.allSettled(
      Array.from({ length: 120 }, (_, i) => call(client, 'queued', { ms: i < 2 ? 3_000 : 0 })),
    );
    client.destroy();
    const reasons = all.flatMap(one =>
      one.status === 'rejected' ? [(one.reason as TooManyRequestsException).Reason] : [],
    );
    assert.deepEqual(
      reasons,
      Array.from({ length: 11 }, () => 'ConcurrentInvocationLimitExceeded'),
    );
  });
});
