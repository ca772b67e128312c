import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TimerHeap, type HeapEntry } from '../../../src/host/time/timerHeap.ts';

describe('the heap of timers', () => {
  it('gives entries by time, those of one time in the order in which they came, and forgets any of them', () => {
    const action = fc.oneof(
      fc.record({ add: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ remove: fc.nat(50) }),
      fc.constant('take' as const),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), actions => {
        const heap = new TimerHeap<HeapEntry>();
        let expected: HeapEntry[] = [];
        const sorted = (): HeapEntry[] => expected.sort((a, b) => a.at - b.at || a.order - b.order);
        for (const one of actions) {
          if (one === 'take') {
            const first = heap.first();
            assert.equal(first, sorted()[0]);
            if (first !== undefined) heap.remove(first);
            expected = expected.slice(1);
          } else if ('add' in one) {
            const entry = { at: one.add, index: -1, order: 0 };
            heap.add(entry);
            expected.push(entry);
          } else {
            const entry = expected[one.remove];
            if (entry === undefined) continue;
            heap.remove(entry);
            heap.remove(entry);
            expected.splice(one.remove, 1);
          }
          assert.equal(heap.size, expected.length);
        }
        for (const entry of sorted()) {
          assert.equal(heap.first(), entry);
          heap.remove(entry);
        }
      }),
    );
  });
});
