import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  concerns,
  draw,
  POINTS,
  strikes,
  type FaultArrival,
} from '../../../../src/host/invoke/faults/decideFault.ts';
import { publishedInit, publishedRuntimes } from '../../../../src/host/invoke/faults/publishedInit.ts';
import { runtimeIdentifiers } from '../../../../src/host/runtimes/runtimeTable.ts';
import { FAULT_KINDS, type FaultRule } from '../../../../src/protocol/faults.ts';

const rule = (more: Partial<FaultRule> = {}): FaultRule => ({
  id: 'f1',
  functionName: 'orders',
  kind: 'error',
  source: 'any',
  seed: 'a seed',
  enabled: true,
  ...more,
});

/** Which of so many it hits, counted from 0. */
function hitsOf(asked: FaultRule, many: number): number[] {
  const found: number[] = [];
  for (let seen = 0; seen < many; seen++) if (strikes(asked, { seen, hits: found.length })) found.push(seen);
  return found;
}

describe('whether a fault rule hits', () => {
  it('is the same for the same seed and order, and another for another seed', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (seed, probability) => {
          const hits = hitsOf(rule({ seed, probability }), 200);
          assert.deepEqual(hitsOf(rule({ seed, probability }), 200), hits);
          assert.notDeepEqual(hitsOf(rule({ seed: `${seed}!`, probability }), 200), hits);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is as probable as the rule says', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (seed, probability) => {
          const many = 2_000;
          const share = hitsOf(rule({ seed, probability }), many).length / many;
          // Six standard deviations: once in 500 million draws of a seed.
          const bound = 6 * Math.sqrt((probability * (1 - probability)) / many);
          assert.ok(Math.abs(share - probability) <= bound + 1 / many, `${share} for ${probability}`);
        },
      ),
      { numRuns: 50 },
    );
    assert.equal(hitsOf(rule({ probability: 1 }), 1_000).length, 1_000);
  });

  it('hits every Nth, or so many and no more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 300 }), (n, many) => {
        assert.deepEqual(
          hitsOf(rule({ every: n }), many),
          Array.from({ length: Math.floor(many / n) }, (_, index) => (index + 1) * n - 1),
        );
        assert.deepEqual(
          hitsOf(rule({ next: n }), many),
          Array.from({ length: Math.min(n, many) }, (_, index) => index),
        );
      }),
    );
  });

  it('concerns what the rule names', () => {
    const arrival: FaultArrival = {
      functionName: 'orders',
      qualifier: 'live',
      source: 'cli',
      isAsynchronous: false,
    };
    const event = { ...arrival, isAsynchronous: true };
    const concerned = (more: Partial<FaultRule>, of = arrival): boolean => concerns(rule(more), of);
    assert.ok(concerned({}));
    assert.ok(concerned({ functionName: '*' }));
    assert.ok(!concerned({ functionName: 'order' }));
    assert.ok(concerned({ qualifier: 'live' }));
    assert.ok(!concerned({ qualifier: '$LATEST' }));
    assert.ok(concerned({ source: 'cli' }));
    assert.ok(!concerned({ source: 'api' }));
    assert.ok(!concerned({ source: 'async' }));
    assert.ok(concerned({ source: 'async' }, event));
    assert.ok(concerned({ source: 'cli' }, event));
  });

  it('draws from 0 up to 1, another figure for each purpose', () => {
    for (let nth = 0; nth < 1_000; nth++) {
      const drawn = draw('s', nth, 'init');
      assert.ok(drawn >= 0 && drawn < 1);
      assert.notEqual(drawn, draw('s', nth, 'hit'));
    }
  });

  it('has a place for each kind', () => {
    assert.deepEqual(Object.keys(POINTS).sort(), Object.keys(FAULT_KINDS).sort());
  });
});

describe('published figures of inits', () => {
  it('are there for every runtime of Lambda, between the fastest and the slowest that was measured', () => {
    for (const runtime of [...runtimeIdentifiers(), undefined])
      for (const architecture of ['x86_64', 'arm64'] as const) {
        const drawn = [0, 0.05, 0.5, 0.97, 0.9999].map(part => publishedInit(runtime, architecture, part));
        assert.deepEqual(
          drawn,
          [...drawn].sort((a, b) => a - b),
          runtime,
        );
        assert.ok(
          drawn.every(ms => ms >= 28 && ms <= 850),
          `${String(runtime)}: ${String(drawn)}`,
        );
      }
    assert.equal(publishedInit('nodejs24.x', 'x86_64', 0.5), 134);
    assert.equal(publishedInit('nodejs24.x', 'arm64', 0), 70);
    assert.ok(publishedInit('nodejs24.x', 'x86_64', 0.995) > 186);
    assert.equal(publishedInit('nodejs18.x', 'x86_64', 0.5), publishedInit('nodejs20.x', 'x86_64', 0.5));
    for (const runtime of publishedRuntimes()) assert.ok(runtimeIdentifiers().includes(runtime), runtime);
  });
});
