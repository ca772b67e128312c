/** Throttles as clients see them. */
import assert from 'node:assert/strict';
import { createRecentThrottles, type Throttle } from '../../../src/host/invoke/recentThrottles.ts';
import type { ThrottleSummary } from '../../../src/protocol/model.ts';

const of = (functionName: string): Throttle => ({
  functionName,
  qualifier: '$LATEST',
  type: 'RequestResponse',
  reason: 'ConcurrentInvocationLimitExceeded',
});

describe('recent throttles', () => {
  it('are counted by the second, for each function and reason of its own', () => {
    const told: ThrottleSummary[] = [];
    const recent = createRecentThrottles(summary => told.push(summary));
    recent.add(of('f'), 1_000);
    recent.add(of('g'), 1_100);
    recent.add(of('f'), 1_999);
    recent.add({ ...of('f'), reason: 'FunctionInvocationRateLimitExceeded' }, 1_999);
    recent.add(of('f'), 2_000);
    assert.deepEqual(
      recent.list().map(({ functionName, at, count }) => [functionName, at, count]),
      [
        ['f', 1_000, 2],
        ['g', 1_100, 1],
        ['f', 1_999, 1],
        ['f', 2_000, 1],
      ],
    );
    assert.deepEqual(
      told.map(({ count }) => count),
      [1, 1, 2, 1, 1],
    );
  });

  it('are kept up to 300', () => {
    const recent = createRecentThrottles(() => undefined);
    for (let n = 0; n < 1_000; n++) recent.add(of('f'), n * 1_000);
    const list = recent.list();
    assert.equal(list.length, 300);
    assert.equal(list.at(-1)?.at, 999_000);
    recent.add(of('f'), 999_500);
    assert.equal(recent.list().at(-1)?.count, 2);
  });
});
