import assert from 'node:assert/strict';
import { createLanes, type LaneItem, type Ran } from '../../../src/host/state/lanes.ts';

const noTimer = { cancel: () => undefined, hold: () => undefined, go: () => undefined };

describe('the lanes of what falls due', () => {
  it('begin an item once that is read from the table before it is offered', () => {
    let now = 0;
    const table: (LaneItem & { readonly due: number })[] = [{ id: 1, bytes: 1, due: 100 }];
    const begun: number[] = [];
    const lanes = createLanes<LaneItem>({
      clock: {
        serviceNow: () => now,
        // The timers of a machine that is busy are late.
        afterService: () => noTimer,
        afterWall: () => noTimer,
        occupy: () => undefined,
      },
      width: 8,
      total: 32,
      stored: () => [{ key: 'f', due: 100 }],
      due: (_key, at, limit) => table.filter(({ due }) => due <= at).slice(0, limit),
      dueAfter: (_key, at) => table.map(({ due }) => due).find(due => due > at),
      run: ({ id }) => {
        begun.push(id);
        return new Promise<Ran>(() => undefined);
      },
      what: () => 'an item',
      failed: error => assert.fail(String(error)),
    });
    lanes.start();
    now = 100;
    // Both stored by one transaction, and offered one after the other.
    const stored = [2, 3].map(id => ({ id, bytes: 1, due: now }));
    table.push(...stored);
    for (const item of stored) lanes.offer('f', item);
    assert.deepEqual(begun, [1, 2, 3]);
    assert.equal(lanes.running, 3);
  });
});
