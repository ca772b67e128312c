import assert from 'node:assert/strict';
import {
  followConcurrencyLimits,
  provisionedConcurrency,
  reservedConcurrency,
  type ConcurrencyLimits,
} from '../../../src/host/functions/concurrency.ts';
import { createConcurrencyGate } from '../../../src/host/invoke/concurrencyGate.ts';
import type { Throttle } from '../../../src/host/invoke/recentThrottles.ts';
import { manualClock } from '../../helpers/manualClock.ts';
import { newFunction, openStore } from '../functions/storeFixture.ts';

type Recorded = readonly [
  metric: string,
  functionName: string | undefined,
  qualifier: string | undefined,
  value: number,
];

const OWN = { members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' } };
const OWN_RATE = { members: { Reason: 'ReservedFunctionInvocationRateLimitExceeded' } };
const ACCOUNTS_RATE = { members: { Reason: 'FunctionInvocationRateLimitExceeded' } };
const ACCOUNTS = { members: { Reason: 'ConcurrentInvocationLimitExceeded' } };

function setUp(given: {
  readonly unreserved?: number;
  readonly reserved?: Readonly<Record<string, number>>;
  readonly provisioned?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}) {
  const provisioned = Object.entries(given.provisioned ?? {});
  const limits: { current: ConcurrencyLimits } = {
    current: {
      reserved: new Map(Object.entries(given.reserved ?? {})),
      provisioned: new Map(provisioned.map(([name, amounts]) => [name, new Map(Object.entries(amounts))])),
      provisionedTotals: new Map(
        provisioned.map(([name, amounts]) => [name, Object.values(amounts).reduce((a, b) => a + b)]),
      ),
      unreserved: given.unreserved ?? 1_000,
    },
  };
  const clock = manualClock();
  const recorded: Recorded[] = [];
  const throttled: Throttle[] = [];
  const gate = createConcurrencyGate({
    limits: () => limits.current,
    allocated: (name, qualifier) => limits.current.provisioned.get(name)?.get(qualifier) ?? 0,
    accountLimit: 1_000,
    idleMs: 600_000,
    clock,
    metrics: {
      record: (metric, { functionName, qualifier }, value = 1) =>
        recorded.push([metric, functionName, qualifier, value]),
    },
    throttled: throttle => throttled.push(throttle),
  });
  const enter = (functionName: string, qualifier = '$LATEST', version = qualifier): (() => void) =>
    gate.enter({ functionName, qualifier, version }).leave;
  return { enter, limits, gate, clock, recorded, throttled };
}

describe('the gate of concurrency', () => {
  it('lets functions without a reservation share what the account has left', () => {
    const { enter } = setUp({ unreserved: 2, reserved: { own: 1 } });
    const leave = enter('a');
    enter('b');
    assert.throws(() => enter('a'), ACCOUNTS);
    assert.throws(() => enter('c'), ACCOUNTS);
    // A reservation is nobody else's.
    enter('own');
    leave();
    enter('c');
    assert.throws(() => enter('c'), ACCOUNTS);
  });

  it('keeps a function within its reservation, over all its versions', () => {
    const { enter, throttled } = setUp({ reserved: { f: 2 } });
    enter('f');
    const leave = enter('f', 'live', '1');
    assert.throws(() => enter('f', '2'), OWN);
    leave();
    enter('f', '2');
    assert.equal(throttled.length, 1);
    assert.throws(() => enter('f'), OWN);
    const reason = OWN.members.Reason;
    assert.deepEqual(throttled[1], {
      functionName: 'f',
      qualifier: '$LATEST',
      type: 'RequestResponse',
      reason,
    });
  });

  it('lets nothing in where nothing is reserved', () => {
    const { enter } = setUp({ reserved: { f: 0 } });
    assert.throws(() => enter('f'), OWN);
  });

  it('counts what began before the reservation came, and gives the account back what it took', () => {
    const { enter, limits } = setUp({ unreserved: 1 });
    const leave = enter('f');
    limits.current = { ...limits.current, reserved: new Map([['f', 1]]) };
    assert.throws(() => enter('f'), OWN);
    assert.throws(() => enter('g'), ACCOUNTS);
    leave();
    enter('f');
    enter('g');
  });

  it('keeps what is provisioned for its version or alias, and spills over into the rest', () => {
    const { enter } = setUp({ reserved: { f: 3 }, provisioned: { f: { live: 1, 2: 1 } } });
    enter('f');
    assert.throws(() => enter('f'), OWN);
    const leave = enter('f', 'live', '1');
    assert.throws(() => enter('f', 'live', '1'), OWN);
    // By another alias, too.
    enter('f', 'other', '2');
    assert.throws(() => enter('f', '2'), OWN);
    leave();
    enter('f', 'live', '1');
  });

  it('takes what is provisioned from nobody else, and the spilling over from the account', () => {
    const { enter } = setUp({ unreserved: 1, provisioned: { f: { 1: 1 } } });
    enter('f', '1');
    enter('f', '1');
    assert.throws(() => enter('f', '1'), ACCOUNTS);
    assert.throws(() => enter('g'), ACCOUNTS);
  });

  it('takes ten requests a second for each concurrent execution, of the account or of a reservation', () => {
    const { enter, gate, clock } = setUp({ unreserved: 2, reserved: { own: 1 } });
    const call = (name: string): void => enter(name)();
    for (let i = 0; i < 10; i++) call('own');
    assert.throws(() => call('own'), OWN_RATE);
    for (let i = 0; i < 10; i++) {
      call('a');
      call('b');
    }
    assert.throws(() => call('a'), ACCOUNTS_RATE);
    // What was accepted before has no rate.
    gate
      .enter({ functionName: 'own', qualifier: '$LATEST', version: '$LATEST', isAsynchronous: true })
      .leave();
    clock.advance(99);
    assert.throws(() => call('own'), OWN_RATE);
    clock.advance(1);
    call('own');
    assert.throws(() => call('own'), OWN_RATE);
    call('a');
    call('b');
    assert.throws(() => call('b'), ACCOUNTS_RATE);
    clock.advance(60_000);
    for (let i = 0; i < 10; i++) call('own');
    assert.throws(() => call('own'), OWN_RATE);
  });

  it('takes ten requests a second for each environment that is provisioned, and more on demand', () => {
    const { enter, recorded } = setUp({ unreserved: 100, provisioned: { f: { live: 1 } } });
    for (let i = 0; i < 12; i++) enter('f', 'live', '1')();
    const count = (metric: string): number => recorded.filter(([name]) => name === metric).length;
    assert.deepEqual(
      [count('ProvisionedConcurrencyInvocations'), count('ProvisionedConcurrencySpilloverInvocations')],
      [10, 2],
    );
  });

  it('starts 1,000 environments of a function at once and 100 a second after that', () => {
    const { enter, gate, clock } = setUp({ unreserved: 5_000 });
    const leaves = Array.from({ length: 1_000 }, () => enter('f'));
    assert.throws(() => enter('f'), ACCOUNTS_RATE);
    // Another function has its own; an environment that is idle need not start.
    enter('g');
    leaves.pop()?.();
    leaves.push(enter('f'));
    assert.throws(() => enter('f'), ACCOUNTS_RATE);
    clock.advance(1_000);
    for (let i = 0; i < 100; i++) leaves.push(enter('f'));
    assert.throws(() => enter('f'), ACCOUNTS_RATE);
    // An idle environment of another version, or of older code, is of no use.
    leaves.pop()?.();
    assert.throws(() => enter('f', '2'), ACCOUNTS_RATE);
    gate.forgetIdle('f');
    assert.throws(() => enter('f'), ACCOUNTS_RATE);
    for (const leave of leaves) leave();
    clock.advance(20_000);
    // 1,099 are idle again, and 1,000 may start.
    for (let i = 0; i < 2_099; i++) enter('f');
    assert.throws(() => enter('f'), ACCOUNTS_RATE);
  });

  it('counts what it lets in and what it does not', () => {
    const { enter, recorded, clock } = setUp({ unreserved: 1, provisioned: { f: { live: 2 } } });
    enter('f', 'live', '1');
    assert.deepEqual(recorded.splice(0), [
      ['ProvisionedConcurrencyInvocations', 'f', 'live', 1],
      ['ProvisionedConcurrentExecutions', 'f', 'live', 1],
      ['ProvisionedConcurrencyUtilization', 'f', 'live', 0.5],
      ['ConcurrentExecutions', undefined, undefined, 1],
      ['UnreservedConcurrentExecutions', undefined, undefined, 0],
      ['ClaimedAccountConcurrency', undefined, undefined, 999],
      ['ConcurrentExecutions', 'f', undefined, 1],
    ]);
    const leave = enter('f');
    recorded.splice(0);
    assert.throws(() => enter('g', 'live', '1'), ACCOUNTS);
    assert.deepEqual(recorded.splice(0), [['Throttles', 'g', 'live', 1]]);
    // What runs for long is seen every 10 s.
    leave();
    clock.advance(10_000);
    assert.deepEqual(recorded.splice(0), [
      ['ConcurrentExecutions', undefined, undefined, 1],
      ['UnreservedConcurrentExecutions', undefined, undefined, 0],
      ['ClaimedAccountConcurrency', undefined, undefined, 999],
      ['ConcurrentExecutions', 'f', undefined, 1],
      ['ProvisionedConcurrentExecutions', 'f', 'live', 1],
      ['ProvisionedConcurrencyUtilization', 'f', 'live', 0.5],
    ]);
  });

  it('follows what is stored, and functions that go', async () => {
    const fixture = await openStore();
    try {
      const { store } = fixture;
      const limits = followConcurrencyLimits(store, 1_000);
      store.create(newFunction('f'), 'now');
      assert.equal(limits(), limits());
      assert.deepEqual([limits().unreserved, limits().reserved.get('f')], [1_000, undefined]);
      reservedConcurrency(store.settings).put('f', '', 10);
      assert.deepEqual([limits().unreserved, limits().reserved.get('f')], [990, 10]);
      const put = (qualifier: string, requested: number): void =>
        provisionedConcurrency(store.settings).put('f', qualifier, { requested, lastModified: 0 });
      put('1', 2);
      put('live', 3);
      assert.deepEqual([...(limits().provisioned.get('f') ?? [])].sort(), [
        ['1', 2],
        ['live', 3],
      ]);
      assert.deepEqual([limits().provisionedTotals.get('f'), limits().unreserved], [5, 990]);
      store.delete('f');
      assert.deepEqual(
        [limits().reserved.size, limits().provisioned.size, limits().unreserved],
        [0, 0, 1_000],
      );
    } finally {
      await fixture.close();
    }
  });
});
