import assert from 'node:assert/strict';
import type { BillingFacts, InvocationSummary } from '../../../src/protocol/model.ts';
import { costEstimate, dollars } from '../../../src/protocol/prices.ts';

describe('the cost estimate', () => {
  const cost = (billing: Partial<BillingFacts>, more: Partial<InvocationSummary> = {}): number =>
    costEstimate({
      type: 'RequestResponse',
      attempt: 1,
      report: { durationMs: 999.5, billedMs: 1000, memorySizeMb: 1024, maxMemoryUsedMb: 60 },
      billing: { architecture: 'x86_64', eventBytes: 2, ...billing },
      ...more,
    })!;
  /** Float noise aside. */
  const equal = (actual: number, expected: number): void =>
    assert.ok(Math.abs(actual - expected) < 1e-15, `${actual} is not ${expected}`);

  it('is a request and a GB-second, by the architecture', () => {
    equal(cost({}), 0.0000002 + 0.0000166667);
    equal(cost({ architecture: 'arm64' }), 0.0000002 + 0.0000133334);
  });

  it('counts what is billed, with its init, and the memory that it has', () => {
    const report = { durationMs: 100, billedMs: 250, memorySizeMb: 128, maxMemoryUsedMb: 60, initMs: 149.2 };
    equal(cost({}, { report }), 0.0000002 + 0.25 * 0.125 * 0.0000166667);
  });

  it('is less a second on provisioned concurrency', () => {
    equal(cost({ provisioned: true }), 0.0000002 + 0.0000097222);
    equal(cost({ provisioned: true, architecture: 'arm64' }), 0.0000002 + 0.0000077778);
  });

  it('has the storage above 512 MB', () => {
    equal(cost({ storageMb: 1536 }), 0.0000002 + 0.0000166667 + 0.0000000309);
  });

  it('takes a large asynchronous event for several requests, once', () => {
    const eventBytes = 256 * 1024 + 1;
    equal(cost({ eventBytes }), cost({}));
    equal(cost({ eventBytes }, { type: 'Event' }), cost({}) + 0.0000002);
    equal(cost({ eventBytes: 1024 * 1024 }, { type: 'Event' }), cost({}) + 12 * 0.0000002);
    equal(cost({ eventBytes }, { type: 'Event', attempt: 2 }), cost({}));
  });

  it('is nothing where nothing ran', () => {
    assert.equal(costEstimate({ type: 'Event', attempt: 1 }), undefined);
  });

  it('is written in digits that count', () => {
    assert.deepEqual([0, 0.00000213456, 0.000016866, 0.5, 12.345].map(dollars), [
      '$0',
      '$0.00000213',
      '$0.0000169',
      '$0.500',
      '$12.35',
    ]);
  });
});
