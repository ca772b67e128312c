/** What fault rules make of asynchronous events on their way. */
import assert from 'node:assert/strict';
import { createFaultRules, type FaultRules } from '../../../../src/host/invoke/faults/faultRules.ts';
import { injectedThrottle } from '../../../../src/host/invoke/faults/injectFault.ts';
import type { NewFaultRule } from '../../../../src/protocol/faults.ts';
import { failed, openQueue, succeeded, type QueueFixture } from './queueFixture.ts';

describe('asynchronous events under fault rules', () => {
  let at: QueueFixture;
  let rules: FaultRules;
  beforeEach(async () => {
    at = await openQueue(1);
    const { database, clock } = at;
    const notice = (_severity: string, message: string): void => assert.fail(message);
    rules = createFaultRules({ database, clock, publish: () => undefined, notice });
    at.faults = rules;
  });
  afterEach(() => {
    rules.close();
    return at.close();
  });

  const add = (rule: Partial<NewFaultRule>): void => void rules.add({ functionName: 'f', ...rule });
  const attempts = (): unknown[] =>
    at.attempts.map(({ request: { requestId, attempt, cause, fault }, at: ms }) => [
      requestId,
      attempt,
      cause,
      fault?.kind,
      ms,
    ]);
  const ends = (): unknown[] =>
    at.ends.map(({ event, step }) => [event.requestId, step.condition, step.attempts]);

  it('are delivered twice with one request id, and come to one end', async () => {
    add({ kind: 'duplicate', every: 2 });
    for (const id of ['a', 'b', 'c']) await at.accept(id);
    await at.queue.settled();
    assert.deepEqual(attempts(), [
      ['a', 1, 'call', undefined, 0],
      ['b', 1, 'call', undefined, 0],
      ['b', 2, 'duplicate', 'duplicate', 0],
      ['c', 1, 'call', undefined, 0],
    ]);
    assert.deepEqual(ends(), [
      ['a', 'Success', 1],
      ['b', 'Success', 1],
      ['c', 'Success', 1],
    ]);
  });

  it('are retried as often as without a duplicate, whatever becomes of that', async () => {
    add({ kind: 'duplicate' });
    at.handle = ({ cause }) => (cause === 'duplicate' ? succeeded : failed);
    await at.accept('a');
    await at.pass(3_600_000);
    assert.deepEqual(attempts(), [
      ['a', 1, 'call', undefined, 0],
      ['a', 2, 'duplicate', 'duplicate', 0],
      ['a', 3, 'function-error', undefined, 60_000],
      ['a', 4, 'function-error', undefined, 180_000],
    ]);
    assert.deepEqual(ends(), [['a', 'RetriesExhausted', 3]]);
  });

  it('are counted on over a crash after throttles of a rule', async () => {
    let refused = 0;
    at.handle = () => {
      if (refused++ < 2) throw injectedThrottle('CallerRateLimitExceeded', { rule: 'f1', kind: 'throttle' });
      return succeeded;
    };
    await at.accept('a');
    await at.queue.settled();
    at.crash();
    await at.pass(60_000);
    assert.deepEqual(attempts(), [
      ['a', 1, 'call', undefined, 0],
      ['a', 2, 'throttle', undefined, 1_000],
      ['a', 3, 'throttle', undefined, 3_000],
    ]);
    assert.deepEqual(ends(), [['a', 'Success', 1]]);
  });

  it('are attempted within their age, however long the window is', async () => {
    at.policy = { retries: 0, maxAge: 60_000 };
    add({ kind: 'reorder', seed: 'late', windowMs: 300_000 });
    const names = Array.from({ length: 20 }, (_, n) => `e${n}`);
    for (const name of names) await at.accept(name);
    await at.pass(30_000);
    const attempted = at.attempts.map(({ request }) => request.requestId);
    assert.deepEqual(attempted.toSorted(), names.toSorted());
    assert.notDeepEqual(attempted, names);
    assert.ok(at.ends.every(({ step }) => step.condition === 'Success'));
  });

  it('lose their order within the window, always in the same way', async () => {
    const orderOf = async (seed: string): Promise<string[]> => {
      rules.clear();
      add({ kind: 'reorder', seed, windowMs: 10_000 });
      at.attempts.length = 0;
      for (let n = 0; n < 20; n++) await at.accept(`e${n}`);
      await at.pass(10_000);
      assert.ok(at.attempts.every(({ request }) => request.fault?.kind === 'reorder'));
      return at.attempts.map(({ request }) => request.requestId);
    };
    const first = await orderOf('one');
    assert.equal(new Set(first).size, 20);
    assert.notDeepEqual(
      first,
      first.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))),
    );
    assert.deepEqual(await orderOf('one'), first);
    assert.notDeepEqual(await orderOf('two'), first);
  });
});
