import assert from 'node:assert/strict';
import type { Environment, EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import { createEnvironmentPools, type EnvironmentPools } from '../../../src/host/invoke/environmentPools.ts';

/** An environment whose init and end the test decides; the real ones are tested in test/host. */
interface Double {
  readonly id: string;
  readonly spec: { readonly functionName: string };
  ended: boolean;
  stopped: boolean;
  init(): Promise<void>;
  stop(): Promise<void>;
}

function setUp(maxEnvironments: number, init: () => Promise<void> = () => Promise.resolve()) {
  const made: Double[] = [];
  const idleTimers = new Set<() => Promise<void>>();
  const patienceTimers = new Set<() => void>();
  const pools: EnvironmentPools = createEnvironmentPools({
    environments: {
      create(spec: EnvironmentSpec): Environment {
        const double: Double = {
          id: `env-${made.length + 1}`,
          spec,
          ended: false,
          stopped: false,
          init,
          stop() {
            this.stopped = true;
            this.ended = true;
            return Promise.resolve();
          },
        };
        made.push(double);
        return double as unknown as Environment;
      },
    },
    maxEnvironments,
    afterIdle(_environment, run) {
      idleTimers.add(run);
      return { cancel: () => idleTimers.delete(run) };
    },
    afterPatience(_environment, run) {
      patienceTimers.add(run);
      return { cancel: () => patienceTimers.delete(run) };
    },
  });
  const acquire = (functionName: string, debugId?: string, caller?: string): Promise<Environment> =>
    pools.acquire(
      { functionName, version: '$LATEST', ...(debugId === undefined ? {} : { debugId }) },
      () => Promise.resolve({ functionName } as EnvironmentSpec),
      caller,
    );
  return { pools, made, idleTimers, patienceTimers, acquire };
}

describe('environment pools', () => {
  it('use an idle environment again, the most recently used first', async () => {
    const { pools, made, acquire } = setUp(10);
    const a = await acquire('f');
    const b = await acquire('f');
    pools.release(a);
    pools.release(b);
    assert.equal((await acquire('f')).id, b.id);
    assert.equal((await acquire('f')).id, a.id);
    assert.equal(made.length, 2);
  });

  it('use what was initialised ahead, also where another one of them could not be', async () => {
    let inits = 0;
    const { pools, made, acquire } = setUp(10, () =>
      ++inits === 2 ? Promise.reject(new Error('no process')) : Promise.resolve(),
    );
    const key = { functionName: 'f', version: '$LATEST' };
    const spec = (): Promise<EnvironmentSpec> => Promise.resolve({ functionName: 'f' } as EnvironmentSpec);
    await assert.rejects(pools.keep(key, 3, spec), /no process/);
    assert.deepEqual([(await acquire('f')).id, (await acquire('f')).id], ['env-3', 'env-1']);
    assert.equal(made.length, 3);
  });

  it('wake a request by a kept environment that became idle, not what is initialised ahead', async () => {
    const { pools, made, acquire } = setUp(2);
    const spec = (): Promise<EnvironmentSpec> => Promise.resolve({ functionName: 'f' } as EnvironmentSpec);
    await pools.keep({ functionName: 'f', version: '$LATEST' }, 1, spec);
    const kept = await acquire('f');
    await acquire('busy');
    const ahead = pools.keep({ functionName: 'g', version: '$LATEST' }, 1, spec);
    const waiting = acquire('f');
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(pools.waiting, 2);
    pools.release(kept);
    assert.equal((await waiting).id, kept.id);
    assert.equal(made.length, 2);
    await pools.close();
    await assert.rejects(ahead);
  });

  it('lose what is idle of a key, and what settles, where a request shall find nothing', async () => {
    const { pools, made, acquire } = setUp(10);
    const [a, b, settling, busy] = [
      await acquire('f'),
      await acquire('f'),
      await acquire('f'),
      await acquire('f'),
    ];
    const other = await acquire('g');
    for (const environment of [a, b, other]) pools.release(environment);
    pools.answered(settling);
    const key = { functionName: 'f', version: '$LATEST' };
    const spec = (): Promise<EnvironmentSpec> => Promise.resolve({ functionName: 'f' } as EnvironmentSpec);
    const fresh = pools.acquire(key, spec, undefined, true);
    await new Promise(resolve => setImmediate(resolve));
    pools.release(settling);
    assert.equal((await fresh).id, 'env-6');
    assert.deepEqual(
      made.map(({ stopped }) => stopped),
      [true, true, true, false, false, false],
    );
    pools.release(busy);
    assert.equal((await acquire('f')).id, busy.id);
  });

  it('end all environments of a debug session that ends, and no others', async () => {
    const { pools, made, acquire } = setUp(10);
    const idle = await acquire('f', 'd1');
    // Stopped at a breakpoint: it will never be released by itself.
    await acquire('f', 'd1');
    pools.release(idle);
    await acquire('f', 'd2');
    await acquire('f');
    pools.endDebugged('d1');
    assert.deepEqual(
      made.map(({ stopped }) => stopped),
      [true, true, false, false],
    );
  });

  it('keep functions and debug sessions apart', async () => {
    const { pools, made, acquire } = setUp(10);
    pools.release(await acquire('f'));
    await acquire('g');
    await acquire('f', 'debug-1');
    assert.equal(made.length, 3);
  });

  it('end idle environments of older code at once and busy ones when they are done', async () => {
    const { pools, made, acquire } = setUp(10);
    const busy = await acquire('f');
    pools.release(await acquire('f'));
    pools.drain('f');
    assert.deepEqual(
      made.map(double => double.stopped),
      [false, true],
    );
    pools.release(busy);
    assert.equal(made[0]!.stopped, true);
    await acquire('f');
    assert.equal(made.length, 3);
  });

  it('do not hand out an environment that has ended by itself', async () => {
    const { pools, made, acquire } = setUp(10);
    pools.release(await acquire('f'));
    made[0]!.ended = true;
    assert.equal((await acquire('f')).id, 'env-2');
  });

  it('make room at the local cap by ending the least recently used idle environment of another function', async () => {
    const { pools, made, acquire } = setUp(2);
    const f = await acquire('f');
    const g = await acquire('g');
    pools.release(f);
    pools.release(g);
    const h = await acquire('h');
    assert.equal(h.id, 'env-3');
    assert.deepEqual(
      made.map(double => double.stopped),
      [true, false, false],
    );
  });

  it('let a request wait where nothing is idle, and give it the freed environment of its own function', async () => {
    const { pools, made, acquire } = setUp(1);
    const first = await acquire('f');
    const second = acquire('f');
    await new Promise(setImmediate);
    assert.equal(pools.waiting, 1);
    pools.release(first);
    assert.equal((await second).id, first.id);
    assert.equal(made.length, 1);
  });

  it('serve 200 waiting requests one after the other at a cap of 3, none twice at once', async () => {
    const { pools, acquire } = setUp(3);
    const inUse = new Set<string>();
    let served = 0;
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const environment = await acquire(`f${index % 7}`);
        assert.equal(inUse.has(environment.id), false);
        inUse.add(environment.id);
        assert.ok(inUse.size <= 3);
        await new Promise(setImmediate);
        inUse.delete(environment.id);
        pools.release(environment);
        served++;
      }),
    );
    assert.equal(served, 200);
    assert.equal(pools.waiting, 0);
  });

  it('let a request wait for an environment that has just answered', async () => {
    const { pools, made, patienceTimers, acquire } = setUp(10);
    const first = await acquire('f');
    pools.answered(first);
    const second = acquire('f');
    // A second request does not wait behind the first for the same environment, nor one for another function.
    assert.notEqual((await acquire('f')).id, first.id);
    assert.notEqual((await acquire('g')).id, first.id);
    pools.release(first);
    assert.equal((await second).id, first.id);
    assert.equal(made.length, 3);
    assert.equal(patienceTimers.size, 0);
    // It is in use: nobody else gets it.
    assert.equal((await acquire('f')).id, 'env-4');
  });

  it('start another environment where the one that has answered goes on for too long, or ends', async () => {
    const { pools, made, patienceTimers, acquire } = setUp(10);
    const first = await acquire('f');
    pools.answered(first);
    const second = acquire('f');
    await new Promise(setImmediate);
    for (const run of [...patienceTimers]) run();
    assert.equal((await second).id, 'env-2');
    const third = acquire('f');
    await new Promise(setImmediate);
    made[0]!.ended = true;
    pools.release(first);
    assert.equal((await third).id, 'env-3');
    pools.release(await second);
    assert.equal((await acquire('f')).id, 'env-2');
  });

  it('give the room back when an environment cannot start', async () => {
    let fail = true;
    const { acquire } = setUp(1, () =>
      fail ? Promise.reject(new Error('no such language')) : Promise.resolve(),
    );
    await assert.rejects(acquire('f'), /no such language/);
    fail = false;
    await acquire('f');
  });

  it('end an environment that nobody used for the idle time', async () => {
    const { pools, made, idleTimers, acquire } = setUp(10);
    pools.release(await acquire('f'));
    await Promise.all([...idleTimers].map(run => run()));
    assert.equal(made[0]!.stopped, true);
    assert.equal((await acquire('f')).id, 'env-2');
  });

  it('do not give a request that waits for an environment one that crashed after its answer', async () => {
    const { pools, made, acquire } = setUp(10);
    const first = await acquire('f');
    pools.answered(first);
    const second = acquire('f');
    // As LocalEnvironment does: the phase is over, and in the same breath it ends.
    pools.release(first);
    made[0]!.ended = true;
    assert.equal((await second).id, 'env-2');
    pools.forget(first.id);
    pools.release(made[1] as unknown as Environment);
    assert.equal((await acquire('f')).id, 'env-2');
  });

  describe('where handlers wait for each other at the local cap', () => {
    it('start one more where every handler waits for room, and only then', async () => {
      const { pools, made, acquire } = setUp(2);
      const one = await acquire('f');
      const two = await acquire('g');
      const first = acquire('h', undefined, one.id);
      await new Promise(setImmediate);
      // The other handler may end by itself.
      assert.deepEqual([made.length, pools.waiting], [2, 1]);
      const second = await acquire('i', undefined, two.id);
      assert.deepEqual([made.length, pools.waiting], [3, 1]);
      pools.release(second);
      pools.release(two);
      pools.release(await first);
      pools.release(one);
      assert.equal(pools.waiting, 0);
    });

    it('find a chain of them, the last of which waits for room', async () => {
      const { pools, made, acquire } = setUp(3);
      const one = await acquire('f');
      const two = await acquire('g', undefined, one.id);
      const three = await acquire('h', undefined, two.id);
      const four = await acquire('i', undefined, three.id);
      assert.equal(made.length, 4);
      // A request from outside waits, as ever.
      const outside = acquire('j');
      await new Promise(setImmediate);
      assert.equal(pools.waiting, 1);
      for (const environment of [four, three, two, one]) {
        pools.answered(environment);
        pools.release(environment);
      }
      await outside;
    });

    it('see that a handler which has its answer waits for nothing', async () => {
      const { pools, acquire } = setUp(2);
      const one = await acquire('f');
      const two = await acquire('g', undefined, one.id);
      pools.answered(two);
      void acquire('h', undefined, two.id);
      await new Promise(setImmediate);
      assert.equal(pools.waiting, 1);
    });

    it('refuse a recursion without end as AWS does where all concurrency is used', async () => {
      const { made, acquire } = setUp(3);
      let caller = (await acquire('f')).id;
      await assert.rejects(
        async () => {
          for (let depth = 0; depth < 100; depth++) caller = (await acquire('f', undefined, caller)).id;
        },
        { name: 'TooManyRequestsException' },
      );
      assert.equal(made.length, 6);
    });

    it('let two that call each other without waiting for an answer be', async () => {
      const { pools, acquire } = setUp(2);
      const one = await acquire('f');
      const two = await acquire('g', undefined, one.id);
      // The first did not wait, and is called by whom it called.
      pools.release(one);
      assert.equal((await acquire('f', undefined, two.id)).id, one.id);
      void acquire('h', undefined, one.id);
      await new Promise(setImmediate);
      assert.equal(pools.waiting, 0);
    });
  });

  it('start nothing more once they are closed, and let nobody wait', async () => {
    const { pools, made, acquire } = setUp(1);
    await acquire('f');
    const waiting = acquire('g');
    await new Promise(setImmediate);
    await pools.close();
    await assert.rejects(waiting, /The host is stopping/);
    await assert.rejects(acquire('h'), /The host is stopping/);
    assert.equal(made.length, 1);
  });
});
