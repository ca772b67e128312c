import assert from 'node:assert/strict';
import { formatDuration, parseDuration } from '../../../src/protocol/duration.ts';

describe('durations', () => {
  it('are read as people write them', () => {
    const read = ['61s', '10m', '5m30s', '2h', '1d', '1d2h3m4s', '1.5h', '0.25s', '0s'].map(parseDuration);
    assert.deepEqual(read, [61_000, 600_000, 330_000, 7_200_000, 86_400_000, 93_784_000, 5_400_000, 250, 0]);
  });

  it('are nothing else', () => {
    for (const text of ['', ' ', '5', 's', '5 m', '-5m', '30s5m', '5M', '1w', '1e3s', 'NaNs', '.5s', '5m5m'])
      assert.equal(parseDuration(text), undefined, text);
  });

  it('are written so that they can be read', () => {
    const all = [61_000, 330_000, 86_400_000, 93_784_250, 0];
    assert.deepEqual(all.map(formatDuration), ['1m1s', '5m30s', '1d', '1d2h3m4.25s', '0s']);
    assert.deepEqual(all.map(formatDuration).map(parseDuration), all);
    assert.equal(formatDuration(-61_000), '-1m1s');
  });
});
