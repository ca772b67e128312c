import assert from 'node:assert/strict';
import type { ClockState } from '../../../src/host/time/clockState.ts';
import { openDrivenClock, type DrivenClock } from '../../../src/host/time/drivenClock.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 22, 12);

function memoryStore(): { stored: ClockState | undefined; isFull: boolean } & Parameters<
  typeof openDrivenClock
>[1] {
  const store = {
    stored: undefined as ClockState | undefined,
    isFull: false,
    read: () => store.stored,
    write: (state: ClockState) => {
      if (store.isFull) throw new Error('database or disk is full');
      store.stored = state;
    },
  };
  return store;
}

describe('the clock that can be driven', () => {
  let machine: ManualClock;
  let store: ReturnType<typeof memoryStore>;
  let failures: unknown[];
  let clock: DrivenClock;
  const open = (): DrivenClock => openDrivenClock(machine, store, error => failures.push(error));

  beforeEach(() => {
    machine = manualClock(START);
    store = memoryStore();
    failures = [];
    clock = open();
  });

  it('is the machine until it is driven', () => {
    let rang = 0;
    clock.afterService(100, () => rang++);
    machine.advance(99);
    assert.equal(clock.serviceNow(), START + 99);
    assert.equal(rang, 0);
    machine.advance(1);
    assert.equal(rang, 1);
    assert.equal(store.stored, undefined);
  });

  it('runs faster: timers and dates follow, wall time does not', () => {
    const rang: string[] = [];
    clock.afterService(MINUTE, () => rang.push('before'));
    clock.setSpeed(60);
    clock.afterService(2 * MINUTE, () => rang.push('after'));
    clock.afterWall(1_500, () => rang.push('wall'));
    machine.advance(1_000);
    assert.deepEqual(rang, ['before']);
    assert.equal(clock.serviceNow(), START + MINUTE);
    assert.equal(clock.wallNow(), START + 1_000);
    machine.advance(1_000);
    assert.deepEqual(rang, ['before', 'wall', 'after']);
    clock.setSpeed(1);
    machine.advance(1_000);
    assert.equal(clock.serviceNow(), START + 2 * MINUTE + 1_000);
  });

  it('goes on where the clock of the machine is set back, and not back over kill -9', () => {
    let back = 0;
    const changed = { ...machine, wallNow: () => machine.wallNow() - back };
    clock = openDrivenClock(changed, store, error => failures.push(error));
    let rang = false;
    clock.afterService(2 * MINUTE, () => (rang = true));
    machine.advance(MINUTE);
    assert.equal(clock.serviceNow(), START + MINUTE);
    back = 60 * MINUTE;
    assert.equal(clock.serviceNow(), START + MINUTE);
    machine.advance(MINUTE);
    assert.equal(clock.serviceNow(), START + 2 * MINUTE);
    machine.advance(1);
    assert.equal(rang, true);
    const next = openDrivenClock(changed, store, error => failures.push(error));
    assert.equal(next.serviceNow(), clock.serviceNow());
  });

  it('stands still while it is frozen, and goes on at the speed that it had', () => {
    let rang = false;
    clock.setSpeed(10);
    clock.afterService(1_000, () => (rang = true));
    clock.freeze();
    machine.advance(MINUTE);
    assert.deepEqual([clock.serviceNow(), rang, clock.status().frozen], [START, false, true]);
    assert.equal(clock.resume().speed, 10);
    machine.advance(100);
    assert.deepEqual([clock.serviceNow(), rang], [START + 1_000, true]);
  });

  it('stops an advance that nobody waits for any more, where it has come to', async () => {
    clock.freeze();
    const abort = new AbortController();
    clock.afterService(
      MINUTE,
      () => abort.abort(),
      () => 'first',
    );
    clock.afterService(
      2 * MINUTE,
      () => assert.fail('it was stopped before'),
      () => 'second',
    );
    const { done, serviceTime } = await clock.advance(10 * MINUTE, abort.signal);
    assert.deepEqual([done.map(({ what }) => what), serviceTime], [['first'], START + MINUTE]);
    assert.deepEqual((await clock.next(abort.signal)).done, []);
    assert.equal(clock.serviceNow(), START + MINUTE);
  });

  it('tells on the way how far an advance is', async () => {
    clock.freeze();
    const told: number[] = [];
    clock.onChange(({ serviceTime }) => told.push(serviceTime - START));
    for (const minute of [1, 2, 3]) clock.afterService(minute * MINUTE, () => machine.advance(150));
    await clock.advance(4 * MINUTE);
    assert.deepEqual(told, [2 * MINUTE, 4 * MINUTE]);
  });

  it('advances from one thing that is due to the next, and says what was done', async () => {
    clock.freeze();
    const at: number[] = [];
    clock.afterService(
      MINUTE,
      () => {
        at.push(clock.serviceNow() - START);
        clock.afterService(
          2 * MINUTE,
          () => at.push(clock.serviceNow() - START),
          () => 'retry 2 of f',
        );
      },
      () => 'retry 1 of f',
    );
    clock.afterService(
      5 * MINUTE,
      () => at.push(-1),
      () => 'much later',
    );
    clock.afterService(30_000, () => at.push(clock.serviceNow() - START));
    const { done, serviceTime, next } = await clock.advance(4 * MINUTE);
    assert.deepEqual(at, [30_000, MINUTE, 3 * MINUTE]);
    assert.deepEqual(done, [
      { at: START + MINUTE, what: 'retry 1 of f' },
      { at: START + 3 * MINUTE, what: 'retry 2 of f' },
    ]);
    assert.equal(serviceTime, START + 4 * MINUTE);
    assert.deepEqual(next, { at: START + 5 * MINUTE, what: 'much later' });
  });

  it('waits for what it set off, and for what was being done before it', async () => {
    clock.freeze();
    const order: string[] = [];
    const first = withResolvers();
    const second = withResolvers();
    clock.occupy(first.promise);
    clock.afterService(
      1_000,
      async () => {
        order.push('began');
        await second.promise;
        order.push('ended');
      },
      () => 'slow',
    );
    clock.afterService(1_001, () => order.push('next'));
    const advanced = clock.advance(2_000).then(() => order.push('advanced'));
    await turn();
    assert.deepEqual([order, clock.serviceNow()], [[], START]);
    first.resolve();
    await turn();
    assert.deepEqual([order, clock.serviceNow()], [['began'], START + 1_000]);
    second.resolve();
    await advanced;
    assert.deepEqual(order, ['began', 'ended', 'next', 'advanced']);
    assert.equal(clock.serviceNow(), START + 2_000);
  });

  it('runs to the next thing that has a name, and stays where none waits', async () => {
    const order: string[] = [];
    clock.freeze();
    clock.afterService(1_000, () => order.push('unnamed'));
    clock.afterService(
      3_000,
      () => order.push('b'),
      () => 'b',
    );
    clock.afterService(
      2_000,
      () => order.push('a'),
      () => 'a',
    );
    const { done, serviceTime } = await clock.next();
    assert.deepEqual(
      [order, done.map(({ what }) => what), serviceTime],
      [['unnamed', 'a'], ['a'], START + 2_000],
    );
    assert.deepEqual((await clock.next()).done, [{ at: START + 3_000, what: 'b' }]);
    const { done: nothing, serviceTime: same } = await clock.next();
    assert.deepEqual([nothing, same], [[], START + 3_000]);
  });

  it('lets several who drive it wait for each other', async () => {
    clock.freeze();
    await Promise.all([clock.advance(MINUTE), clock.advance(MINUTE), clock.next()]);
    assert.equal(clock.serviceNow(), START + 2 * MINUTE);
  });

  it('holds a timer with what is left of it', async () => {
    clock.freeze();
    let rang = false;
    const timer = clock.afterService(1_000, () => (rang = true));
    await clock.advance(400);
    timer.hold();
    timer.hold();
    await clock.advance(MINUTE);
    assert.equal(rang, false);
    timer.go();
    timer.go();
    await clock.advance(599);
    assert.equal(rang, false);
    await clock.advance(1);
    assert.equal(rang, true);
    timer.go();
    const cancelled = clock.afterService(1, () => assert.fail('it was cancelled'));
    cancelled.hold();
    cancelled.cancel();
    cancelled.go();
    await clock.advance(MINUTE);
  });

  it('goes on after a restart where it was: advanced, frozen, faster', async () => {
    await clock.advance(MINUTE);
    machine.advance(5_000);
    clock = open();
    assert.equal(clock.serviceNow(), START + MINUTE + 5_000);
    clock.freeze();
    machine.advance(5_000);
    clock = open();
    assert.deepEqual([clock.serviceNow(), clock.status().frozen], [START + MINUTE + 5_000, true]);
    clock.setSpeed(100);
    machine.advance(1_000);
    clock.close();
    machine.advance(1_000);
    clock = open();
    // At speed 1 while it was down.
    assert.equal(clock.serviceNow(), START + MINUTE + 5_000 + 100_000 + 1_000);
    assert.equal(clock.status().speed, 100);
  });

  it('never goes back over a kill, whatever its speed', () => {
    for (const speed of [1, 3, 1_000]) {
      clock.setSpeed(speed);
      for (const wait of [1, 40, 260, 3]) {
        machine.advance(wait);
        const before = clock.serviceNow();
        // Nothing was closed.
        clock = open();
        assert.ok(clock.serviceNow() >= before, `${speed} × after ${wait} ms`);
      }
    }
  });

  it('stands still where its time cannot be stored', () => {
    clock.setSpeed(1_000);
    machine.advance(10);
    const before = clock.serviceNow();
    store.isFull = true;
    machine.advance(10_000);
    const stopped = clock.serviceNow();
    assert.ok(stopped >= before && stopped <= before + 250_000);
    machine.advance(10_000);
    assert.equal(clock.serviceNow(), stopped);
    assert.equal(failures.length, 1);
    assert.throws(() => clock.freeze(), /full/);
    assert.equal(clock.status().frozen, false);
    store.isFull = false;
    assert.ok(clock.serviceNow() > stopped);
  });

  it('refuses nonsense', async () => {
    for (const speed of [0, -1, 0.5, 1_001, NaN, Infinity])
      assert.throws(() => clock.setSpeed(speed), { code: 'ValidationException', message: /from 1 to 1000/ });
    for (const ms of [0, -5, NaN, Infinity, 400 * 86_400_000])
      await assert.rejects(clock.advance(ms), { code: 'ValidationException', message: /at most 366 days/ });
    assert.equal(clock.serviceNow(), START);
  });

  it('tells of each change, once', async () => {
    const told: boolean[] = [];
    clock.onChange(({ frozen }) => told.push(frozen));
    clock.freeze();
    await clock.advance(5);
    clock.resume();
    assert.deepEqual(told, [true, true, false]);
  });
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>(done => (resolve = done));
  return { promise, resolve };
}

/** Promises that were settled have been heard. */
const turn = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve));
};
