import assert from 'node:assert/strict';
import { attemptKey, attemptOf, mayRunLater } from '../../../src/extension/project/attemptKey.ts';
import { ProjectStore } from '../../../src/extension/project/projectStore.ts';
import { invocationRow } from '../../../src/extension/views/functionRows.ts';
import { invocationSummary } from './builders.ts';

describe('attempts at an asynchronous event', () => {
  const first = invocationSummary('8f14e45f-ceea-467f-a8b1-3fbd3a8b2a11', 'f');
  const second = { ...first, attempt: 2 };

  it('have keys of their own, and are found again by them', () => {
    assert.equal(attemptKey(first), first.requestId);
    assert.notEqual(attemptKey(second), attemptKey(first));
    for (const { requestId, attempt } of [first, second])
      assert.deepEqual(attemptOf(attemptKey({ requestId, attempt })), { requestId, attempt });
  });

  it('that were put off are not the last of their key', () => {
    const event = { ...first, type: 'Event' } as const;
    assert.equal(mayRunLater({ ...event, status: 'throttled' }), true);
    assert.equal(mayRunLater({ ...event, status: 'success' }), false);
    assert.equal(mayRunLater({ ...first, type: 'RequestResponse', status: 'throttled' }), false);
  });

  it('stand beside each other in the view, which numbers the further ones', () => {
    const store = new ProjectStore();
    for (const invocation of [first, second, { ...second, status: 'error' as const }])
      store.apply({ type: 'invocation', invocation });
    assert.deepEqual(store.invocations('f').map(attemptKey), [attemptKey(second), attemptKey(first)]);
    assert.doesNotMatch(invocationRow(first).description ?? '', /attempt/);
    assert.match(invocationRow(second).description ?? '', / · attempt 2 · api$/);
  });
});
