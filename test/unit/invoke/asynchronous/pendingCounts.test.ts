import assert from 'node:assert/strict';
import { createPendingCounts } from '../../../../src/host/invoke/asynchronous/pendingCounts.ts';
import { manualClock } from '../../../helpers/manualClock.ts';

describe('the numbers of events that wait', () => {
  it('are told together, and once they have come to rest', () => {
    const clock = manualClock();
    const told: string[] = [];
    const counts = createPendingCounts(
      clock,
      [{ functionName: 'old', count: 2 }],
      ({ functionName, count }) => told.push(`${functionName} ${count}`),
    );
    for (let n = 0; n < 1_000; n++) counts.change('f', 1);
    counts.change('old', -2);
    counts.change('g', 1);
    assert.deepEqual(told, []);
    assert.deepEqual(counts.list(), [
      { functionName: 'f', count: 1_000 },
      { functionName: 'g', count: 1 },
    ]);
    clock.advance(250);
    assert.deepEqual(told.splice(0), ['f 1000', 'old 0', 'g 1']);
    clock.advance(10_000);
    assert.deepEqual(told, []);
    counts.change('g', 0);
    clock.advance(250);
    assert.deepEqual(told, ['g 1']);
  });
});
