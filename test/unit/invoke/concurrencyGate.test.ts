import assert from 'node:assert/strict';
import {
  followConcurrencyLimits,
  provisionedConcurrency,
  reservedConcurrency,
  type ConcurrencyLimits,
} from '../../../src/host/functions/concurrency.ts';
import { createConcurrencyGate } from '../../../src/host/invoke/concurrencyGate.ts';
import { newFunction, openStore } from '../functions/storeFixture.ts';

const OWN = { members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' } };
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
  const gate = createConcurrencyGate(() => limits.current);
  const enter = (functionName: string, qualifier = '$LATEST', version = qualifier): (() => void) =>
    gate.enter({ functionName, qualifier, version });
  return { enter, limits };
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
    const { enter } = setUp({ reserved: { f: 2 } });
    enter('f');
    const leave = enter('f', 'live', '1');
    assert.throws(() => enter('f', '2'), OWN);
    leave();
    enter('f', '2');
    assert.throws(() => enter('f'), OWN);
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
