/** What an environment is said to have been started for. */
import assert from 'node:assert/strict';
import { keyOf, type PoolKey } from '../../../src/host/invoke/poolKey.ts';
import { StartReasons } from '../../../src/host/invoke/startReasons.ts';

const key: PoolKey = { functionName: 'f', version: '$LATEST' };
const present = (idle: boolean, generation = 0, of = key) => ({
  key: keyOf(of),
  generation,
  idle,
  environment: { ended: false },
});

describe('reasons for a start', () => {
  it('count what is busy or starting of the same version and code, and nothing else', () => {
    const reasons = new StartReasons();
    const first = reasons.begin(key, 0, [present(false, 0, { ...key, version: '1' })], false);
    assert.deepEqual(first.reason, { kind: 'first', busy: 0 });
    assert.deepEqual(reasons.begin(key, 0, [], false).reason, { kind: 'busy', busy: 1 });
    first.created();
    const there = [present(false), present(false), present(true), present(false, 7)];
    assert.deepEqual(reasons.begin(key, 0, there, false).reason, { kind: 'busy', busy: 3 });
  });

  it('tell code that changed from environments that ended, and what nobody waits for', () => {
    const reasons = new StartReasons();
    const kind = (generation: number, isAhead = false, of = key): string => {
      const { reason, created } = reasons.begin(of, generation, [], isAhead);
      created();
      return reason.kind;
    };
    assert.deepEqual(
      [kind(0), kind(0), kind(1), kind(1), kind(1, true), kind(1, false, { ...key, debugId: 'd' })],
      ['first', 'ended', 'changed', 'ended', 'provisioned', 'debug'],
    );
  });
});
