import assert from 'node:assert/strict';
import { interleaved, median, quantile } from '../../../bench/measure.ts';
import { isReached, ratioOf, tableOf, type Row } from '../../../bench/report.ts';

const row: Row = {
  name: 'cold start',
  value: 30,
  unit: 'ms',
  baseline: { name: 'node -e 0', value: 40 },
  target: { of: 'ratio', is: 'at most', limit: 0.6 },
};

describe('the bench', () => {
  it('takes the middle of the values, whatever their order', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(quantile([0, 10], 0.9), 9);
    assert.throws(() => median([]), RangeError);
  });

  it('lets the sides take turns, each first as often as the others', async () => {
    const order: string[] = [];
    const side = (name: string) => (round: number) => {
      order.push(name);
      return Promise.resolve(round);
    };
    assert.deepEqual(await interleaved(3, { a: side('a'), b: side('b') }), { a: [0, 1, 2], b: [0, 1, 2] });
    assert.deepEqual(order, ['a', 'b', 'b', 'a', 'a', 'b']);
  });

  it('compares the ratio or the value with the target, in its direction', () => {
    assert.equal(ratioOf(row), 0.75);
    assert.equal(isReached(row), false);
    assert.equal(isReached({ ...row, target: { of: 'value', is: 'at most', limit: 30 } }), true);
    assert.equal(isReached({ ...row, target: { of: 'ratio', is: 'at least', limit: 0.7 } }), true);
    assert.equal(isReached({ name: 'size', value: 1, unit: 'KB' }), undefined);
  });

  it('prints what was measured beside its baseline and target', () => {
    assert.deepEqual(
      tableOf([row, { name: 'size', value: 5_190.4, unit: 'KB', note: 'packed' }]).split('\n'),
      [
        '            measured               bare  ratio   target',
        'cold start     30 ms  40 ms (node -e 0)   0.75  ≤ 0.6 ×  NO',
        'size        5,190 KB',
        '',
        'size: packed',
      ],
    );
  });
});
