import assert from 'node:assert/strict';
import { createRecentInvocations } from '../../../src/host/invoke/recentInvocations.ts';
import type { InvocationSummary } from '../../../src/protocol/model.ts';

const summary = (
  requestId: string,
  startedAt: number,
  status: InvocationSummary['status'],
): InvocationSummary => ({
  requestId,
  functionName: 'f',
  version: '$LATEST',
  type: 'RequestResponse',
  source: 'api',
  status,
  startedAt,
  attempt: 1,
});

describe('recent invocations', () => {
  it('are all that run, and the last 100 that have ended, newest first', () => {
    const recent = createRecentInvocations();
    recent.add(summary('long', 0, 'running'));
    for (let n = 1; n <= 300; n++) {
      recent.add(summary(`r-${n}`, n, 'running'));
      recent.add(summary(`r-${n}`, n, 'success'));
    }
    const list = recent.list();
    assert.equal(list.length, 101);
    assert.deepEqual(
      [list[0]?.requestId, list[99]?.requestId, list[100]?.requestId],
      ['r-300', 'r-201', 'long'],
    );
    recent.add(summary('long', 0, 'error'));
    assert.equal(recent.list().find(({ requestId }) => requestId === 'long')?.status, 'error');
    assert.equal(recent.list().length, 100);
  });
});
