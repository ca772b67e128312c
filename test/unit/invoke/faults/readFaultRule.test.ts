import assert from 'node:assert/strict';
import { readFaultRule } from '../../../../src/host/invoke/faults/readFaultRule.ts';

const refused = (rule: unknown): string => {
  try {
    readFaultRule(rule);
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'ValidationException');
    return (error as Error).message;
  }
  return assert.fail(`${JSON.stringify(rule)} was taken`);
};

describe('a fault rule as a client gives it', () => {
  const usual = { functionName: 'orders', kind: 'error' };

  it('is refused with what is wrong with it, by name', () => {
    const rows: readonly (readonly [unknown, string | RegExp])[] = [
      [undefined, 'A fault rule is a JSON object.'],
      [[], 'A fault rule is a JSON object.'],
      [{ functionName: 'f' }, /^kind is missing: one of throttle, error, timeout, /],
      [{ functionName: 'f', kind: 'boom' }, /^kind is one of throttle, .*, not "boom"\.$/],
      [{ functionName: 'f', kind: 'toString' }, /^kind is one of /],
      [{ kind: 'error' }, "functionName is missing: a function's name, or *."],
      [{ ...usual, functionName: 'a:b' }, /^functionName is a function's name without ARN .*, not "a:b"\.$/],
      [{ ...usual, qualifier: '$OLD' }, /^qualifier is a version, an alias or \$LATEST, not "\$OLD"\.$/],
      [{ ...usual, source: 'sqs?' }, /^source is one of any, async, api, .*, not "sqs\?"\.$/],
      [{ ...usual, probability: 0 }, 'probability is a number above 0 and up to 1, not 0.'],
      [{ ...usual, probability: 1.01 }, 'probability is a number above 0 and up to 1, not 1.01.'],
      [{ ...usual, probability: 'often' }, 'probability is a number above 0 and up to 1, not "often".'],
      [{ ...usual, every: 1.5 }, 'every is a whole number from 1 to 1000000, not 1.5.'],
      [{ ...usual, next: 0 }, 'next is a whole number from 1 to 1000000, not 0.'],
      [{ ...usual, next: 1, probability: 1 }, 'probability and next exclude each other: give one of them.'],
      [{ ...usual, seed: '' }, 'seed is 1 to 100 characters, not "".'],
      [{ ...usual, enabled: 'yes' }, 'enabled is true or false, not "yes".'],
      [{ ...usual, reason: 'X' }, 'reason belongs to throttle, not to error.'],
      [{ ...usual, wait: 1 }, 'A fault rule has no wait.'],
      [{ ...usual, constructor: 1 }, 'A fault rule has no constructor.'],
      [{ ...usual, moment: 'idle' }, 'moment is one of start, end, not "idle".'],
      [{ ...usual, errorType: 'a b' }, /^errorType is letters, digits and .*, not "a b"\.$/],
      [
        { functionName: 'f', kind: 'throttle', reason: 'X' },
        /^reason is one of ConcurrentInvocationLimitExceeded, .*"X"\.$/,
      ],
      [
        { functionName: 'f', kind: 'slow-init', initMs: 'long' },
        'initMs is a whole number from 1 to 900000 or "published", not "long".',
      ],
      [
        { functionName: 'f', kind: 'reorder', windowMs: -1 },
        'windowMs is a whole number from 1 to 900000, not -1.',
      ],
      [
        { functionName: 'f', kind: 'crash-after', moment: 'end' },
        /^moment belongs to error and timeout and /,
      ],
    ];
    for (const [rule, expected] of rows) {
      const message = refused(rule);
      if (typeof expected === 'string') assert.equal(message, expected);
      else assert.match(message, expected);
    }
  });

  it('gets what is usual for its kind', () => {
    const partsOf = (rule: object): object => {
      const {
        functionName: _name,
        source: _source,
        seed: _seed,
        enabled: _enabled,
        ...parts
      } = readFaultRule({
        functionName: '*',
        ...rule,
      });
      return parts;
    };
    assert.deepEqual(partsOf({ kind: 'throttle', every: 2 }), {
      kind: 'throttle',
      every: 2,
      reason: 'ConcurrentInvocationLimitExceeded',
    });
    assert.deepEqual(partsOf({ kind: 'timeout', next: 1 }), { kind: 'timeout', next: 1, moment: 'end' });
    assert.deepEqual(partsOf({ kind: 'slow-init' }), {
      kind: 'slow-init',
      probability: 1,
      initMs: 'published',
    });
    assert.deepEqual(partsOf({ kind: 'reorder' }), { kind: 'reorder', probability: 1, windowMs: 10_000 });
    assert.deepEqual(partsOf({ kind: 'lost-environment' }), {
      kind: 'lost-environment',
      probability: 1,
      moment: 'idle',
    });
    assert.deepEqual(partsOf({ kind: 'duplicate' }), { kind: 'duplicate', probability: 1 });
  });

  it('may be given back as it was told', () => {
    const rule = readFaultRule({ functionName: 'f', kind: 'timeout', seed: 's' });
    assert.deepEqual(readFaultRule({ ...rule, id: 'f9', seen: 3, hits: 1, lastHit: 5 }), rule);
  });
});
