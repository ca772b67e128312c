/** Admission against a model that is as plain as the rules in spec/lambda-service.md §6: whoever runs is on a list. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AwsError } from '../../../src/protocol/awsError.ts';
import type { ConcurrencyLimits } from '../../../src/host/functions/concurrency.ts';
import { createConcurrencyGate } from '../../../src/host/invoke/concurrencyGate.ts';
import { manualClock } from '../../helpers/manualClock.ts';

const LIMIT = 8;
const FUNCTIONS = ['f', 'g', 'h'] as const;
const QUALIFIERS = ['$LATEST', '1', 'live'] as const;
/** `live` stands for version 1. */
const versionOf = (qualifier: string): string => (qualifier === 'live' ? '1' : qualifier);

interface Running {
  readonly functionName: string;
  /** `shared`, `reserved`, or the qualifier whose provisioned concurrency it has. */
  readonly on: string;
  readonly leave: () => void;
}

interface Settings {
  readonly reserved: Map<string, number>;
  /** By `function:qualifier`: asked for, and ready. */
  readonly provisioned: Map<string, { readonly requested: number; readonly allocated: number }>;
}

const functionName = fc.constantFrom(...FUNCTIONS);
const action = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      enter: functionName,
      qualifier: fc.constantFrom(...QUALIFIERS),
      isAsynchronous: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.record({ leave: fc.nat(LIMIT) }) },
  {
    weight: 1,
    arbitrary: fc.record({ reserve: functionName, amount: fc.option(fc.nat(4), { nil: undefined }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      provision: functionName,
      qualifier: fc.constantFrom('1', 'live'),
      requested: fc.nat(3),
      missing: fc.nat(3),
    }),
  },
  { weight: 2, arbitrary: fc.record({ wait: fc.nat(3_000) }) },
);

const provisionedOf = ({ provisioned }: Settings, name: string) =>
  [...provisioned].filter(([key]) => key.startsWith(`${name}:`)).map(([, amounts]) => amounts);
const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

/** What functions without a reservation share. */
function unreservedOf(settings: Settings): number {
  const uncovered = FUNCTIONS.filter(name => !settings.reserved.has(name)).flatMap(name =>
    provisionedOf(settings, name).map(({ requested }) => requested),
  );
  return LIMIT - total([...settings.reserved.values()]) - total(uncovered);
}

function limitsOf(settings: Settings): ConcurrencyLimits {
  const provisioned = new Map<string, Map<string, number>>();
  for (const [key, { requested }] of settings.provisioned) {
    const [name = '', qualifier = ''] = key.split(':');
    provisioned.set(name, (provisioned.get(name) ?? new Map<string, number>()).set(qualifier, requested));
  }
  return {
    reserved: settings.reserved,
    provisioned,
    provisionedTotals: new Map(
      FUNCTIONS.map(name => [name, total(provisionedOf(settings, name).map(({ requested }) => requested))]),
    ),
    unreserved: unreservedOf(settings),
  };
}

/** Where one more would run, or the reason why it can't; rates left aside. */
function expected(settings: Settings, running: readonly Running[], name: string, qualifier: string): string {
  const own = running.filter(one => one.functionName === name);
  const reserved = settings.reserved.get(name);
  if (reserved === 0) return 'ReservedFunctionConcurrentInvocationLimitExceeded';
  const hasRoom = reserved === undefined || own.length < reserved;
  for (const target of new Set([qualifier, versionOf(qualifier)])) {
    const allocated = settings.provisioned.get(`${name}:${target}`)?.allocated ?? 0;
    if (hasRoom && own.filter(({ on }) => on === target).length < allocated) return target;
  }
  if (reserved === undefined) {
    const shared = running.filter(({ on }) => on === 'shared').length;
    return shared < unreservedOf(settings) ? 'shared' : 'ConcurrentInvocationLimitExceeded';
  }
  const kept = total(provisionedOf(settings, name).map(({ allocated }) => allocated));
  const onDemand = own.filter(({ on }) => on === 'shared' || on === 'reserved').length;
  return hasRoom && onDemand < reserved - kept
    ? 'reserved'
    : 'ReservedFunctionConcurrentInvocationLimitExceeded';
}

describe('admission', () => {
  it('never goes over a pool, never leaves one unused, and its totals add up', () => {
    let admitted = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(action, { maxLength: 150, size: 'max' }), actions => {
        const clock = manualClock();
        const settings: Settings = { reserved: new Map(), provisioned: new Map() };
        let limits = limitsOf(settings);
        const gate = createConcurrencyGate({
          limits: () => limits,
          allocated: (name, qualifier) => settings.provisioned.get(`${name}:${qualifier}`)?.allocated ?? 0,
          accountLimit: LIMIT,
          idleMs: 600_000,
          clock,
          metrics: { record: () => undefined },
        });
        const running: Running[] = [];
        for (const one of actions) {
          if ('enter' in one) {
            const { enter: name, qualifier, isAsynchronous } = one;
            const where = expected(settings, running, name, qualifier);
            const arrival = { functionName: name, qualifier, version: versionOf(qualifier), isAsynchronous };
            let reason: string | undefined;
            try {
              const { provisioned, leave } = gate.enter(arrival);
              admitted++;
              const on = provisioned ?? (settings.reserved.has(name) ? 'reserved' : 'shared');
              // At most a rate makes it run elsewhere than where there is room first.
              if (on !== where)
                assert.ok(!isAsynchronous && ['1', 'live'].includes(where), `${on}, not ${where}`);
              running.push({ functionName: name, on, leave });
            } catch (error) {
              reason = (error as AwsError).members['Reason'] as string;
              refused++;
            }
            // Room that is there is refused for a rate only, and never to what was accepted before.
            if (reason !== undefined && reason !== where)
              assert.ok(!isAsynchronous && /RateLimitExceeded$/.test(reason), `${reason}: ${where}`);
          } else if ('leave' in one) {
            const [left] = running.splice(one.leave % Math.max(1, running.length), 1);
            left?.leave();
          } else if ('wait' in one) {
            clock.advance(one.wait);
          } else {
            const before = {
              reserved: new Map(settings.reserved),
              provisioned: new Map(settings.provisioned),
            };
            if ('reserve' in one) {
              if (one.amount === undefined) settings.reserved.delete(one.reserve);
              else settings.reserved.set(one.reserve, one.amount);
            } else {
              const { requested, missing } = one;
              const key = `${one.provision}:${one.qualifier}`;
              const allocated = Math.max(0, requested - missing);
              if (requested === 0) settings.provisioned.delete(key);
              else settings.provisioned.set(key, { requested, allocated });
            }
            // The control plane refuses what does not go.
            const isPossible =
              unreservedOf(settings) >= 0 &&
              FUNCTIONS.every(
                name =>
                  (settings.reserved.get(name) ?? LIMIT) >=
                  total(provisionedOf(settings, name).map(({ requested }) => requested)),
              );
            if (!isPossible) {
              settings.reserved.clear();
              settings.provisioned.clear();
              for (const [name, amount] of before.reserved) settings.reserved.set(name, amount);
              for (const [key, amounts] of before.provisioned) settings.provisioned.set(key, amounts);
            }
            limits = limitsOf(settings);
          }
          assert.equal(gate.running(), running.length);
          for (const name of FUNCTIONS) {
            assert.equal(gate.running(name), running.filter(own => own.functionName === name).length);
          }
        }
        for (const { leave } of running) leave();
        assert.equal(gate.running(), 0);
      }),
      { numRuns: 500 },
    );
    // It says something only where both happen.
    assert.ok(admitted > 1_000 && refused > 1_000, `${admitted} admitted, ${refused} refused`);
  });
});
