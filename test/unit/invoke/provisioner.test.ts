import assert from 'node:assert/strict';
import type { Environment, EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import { provisionedConcurrency } from '../../../src/host/functions/concurrency.ts';
import { createEnvironmentPools, type EnvironmentPools } from '../../../src/host/invoke/environmentPools.ts';
import { createProvisioner, type Provisioner } from '../../../src/host/invoke/provisioner.ts';
import { newFunction, openStore } from '../functions/storeFixture.ts';

interface Double {
  readonly id: string;
  readonly spec: EnvironmentSpec;
  readonly summary: { readonly pid?: number; readonly initMs?: number };
  ended: boolean;
}

describe('provisioned concurrency', () => {
  let fixture: Awaited<ReturnType<typeof openStore>>;
  let pools: EnvironmentPools;
  let provisioner: Provisioner;
  let made: Double[];
  let initFails: boolean;
  let work: Promise<unknown>[];

  beforeEach(async () => {
    fixture = await openStore();
    made = [];
    work = [];
    initFails = false;
    pools = createEnvironmentPools({
      environments: {
        create(spec): Environment {
          const double = {
            id: `env-${made.length + 1}`,
            spec,
            summary: initFails ? {} : { pid: 1, initMs: 5 },
            ended: false,
            init: () => Promise.resolve(),
            stop() {
              this.ended = true;
              return Promise.resolve();
            },
          };
          made.push(double);
          return double as unknown as Environment;
        },
      },
      maxEnvironments: 8,
      afterIdle: () => ({ cancel: () => undefined }),
      afterPatience: () => ({ cancel: () => undefined }),
      lost: key => provisioner.lost(key),
    });
    provisioner = createProvisioner({
      clock: {
        afterWall: (ms, run) => fixture.clock.afterWall(ms, run),
        occupy: done => void work.push(done),
      },
      functions: fixture.store,
      pools,
      most: 4,
      spec: ({ name, version }) =>
        Promise.resolve({
          functionName: name,
          version,
          initType: 'provisioned-concurrency',
        } as unknown as EnvironmentSpec),
    });
    const { store } = fixture;
    store.create(newFunction('f'), 'now');
    for (let i = 1; i <= 2; i++) {
      await store.versions.publish('f');
      store.update('f', 'configuration', { description: `${i}` }, 'now');
    }
    provisioner.start();
  });
  afterEach(() => fixture.close());

  const done = async (): Promise<void> => {
    for (let one = work.shift(); one !== undefined; one = work.shift()) await one;
    // What ended has told so.
    await new Promise(resolve => setImmediate(resolve));
  };
  const put = (qualifier: string, requested: number): void =>
    provisionedConcurrency(fixture.store.settings).put('f', qualifier, { requested, lastModified: 0 });
  const alias = (version: string, additional?: { version: string; weight: number }): void =>
    void fixture.store.aliases.put('f', {
      name: 'live',
      version,
      description: '',
      ...(additional === undefined ? {} : { additional }),
    });
  const alive = (): string[] => made.filter(({ ended }) => !ended).map(({ spec }) => spec.version);
  const of = (qualifier: string) => provisioner.allocation('f', qualifier);
  const key = (version: string, provisioned: string) => ({ functionName: 'f', version, provisioned });
  const acquire = (version: string, provisioned: string): Promise<Environment> =>
    pools.acquire(key(version, provisioned), () => Promise.reject(new Error('nothing has to start')));

  it('is initialised ahead, and served by what was', async () => {
    put('1', 2);
    assert.deepEqual(of('1'), { status: 'IN_PROGRESS', allocated: 0 });
    await done();
    assert.deepEqual([of('1'), alive()], [{ status: 'READY', allocated: 2 }, ['1', '1']]);
    const used = [await acquire('1', '1'), await acquire('1', '1')];
    assert.deepEqual(used.map(({ id }) => id).sort(), ['env-1', 'env-2']);
    for (const environment of used) pools.release(environment);
    assert.equal(alive().length, 2);
  });

  it('follows its amount', async () => {
    put('1', 1);
    await done();
    put('1', 3);
    assert.deepEqual(of('1'), { status: 'IN_PROGRESS', allocated: 1 });
    await done();
    assert.deepEqual([of('1').allocated, alive().length], [3, 3]);
    const busy = await acquire('1', '1');
    put('1', 1);
    await done();
    assert.deepEqual([of('1').allocated, busy.ended], [1, false]);
    assert.equal(alive().length, 1);
    provisionedConcurrency(fixture.store.settings).delete('f', '1');
    await done();
    assert.equal(provisioner.allocated('f', '1'), 0);
    pools.release(busy);
    assert.deepEqual(alive(), []);
  });

  it('moves with its alias, and divides by its weights', async () => {
    alias('1');
    put('live', 4);
    await done();
    assert.deepEqual(alive(), ['1', '1', '1', '1']);
    alias('2');
    assert.deepEqual(of('live'), { status: 'IN_PROGRESS', allocated: 0 });
    await done();
    assert.deepEqual([alive(), of('live').status], [['2', '2', '2', '2'], 'READY']);
    alias('1', { version: '2', weight: 0.25 });
    await done();
    assert.deepEqual(alive().sort(), ['1', '1', '1', '2']);
    fixture.store.delete('f');
    await done();
    assert.deepEqual(alive(), []);
  });

  it('replaces what crashed, at once and then ever more slowly', async () => {
    put('1', 1);
    await done();
    const crash = async (): Promise<void> => {
      const last = made.at(-1)!;
      last.ended = true;
      pools.forget(last.id);
      await done();
    };
    await crash();
    fixture.clock.advance(0);
    await done();
    assert.equal(made.length, 2);
    await crash();
    fixture.clock.advance(999);
    await done();
    assert.equal(made.length, 2);
    fixture.clock.advance(1);
    await done();
    assert.equal(made.length, 3);
    // After a calm minute it is at once again.
    fixture.clock.advance(60_000);
    await crash();
    fixture.clock.advance(0);
    await done();
    assert.equal(made.length, 4);
    assert.deepEqual(of('1'), { status: 'READY', allocated: 1 });
  });

  it('fails where the init does, and keeps nothing', async () => {
    initFails = true;
    put('1', 2);
    await done();
    assert.deepEqual(of('1'), {
      status: 'FAILED',
      allocated: 0,
      statusReason: 'FUNCTION_ERROR_INIT_FAILURE',
    });
    assert.deepEqual(alive(), []);
    initFails = false;
    put('1', 1);
    await done();
    assert.equal(of('1').status, 'READY');
  });

  it('tries again where the same amount is put again after a failure', async () => {
    initFails = true;
    put('1', 2);
    await done();
    assert.equal(of('1').status, 'FAILED');
    put('2', 1);
    await done();
    // What is put for another version is no reason.
    assert.deepEqual(of('1').status, 'FAILED');
    initFails = false;
    put('1', 2);
    assert.deepEqual(of('1'), { status: 'IN_PROGRESS', allocated: 0 });
    await done();
    assert.deepEqual(of('1'), { status: 'READY', allocated: 2 });
    assert.equal(alive().length, 2);
  });

  it('keeps warm what an event has started beyond its share, until it is idle for long', async () => {
    put('1', 4);
    put('2', 2);
    await done();
    assert.deepEqual([of('2').allocated, alive()], [2, ['1', '1', '1', '1']]);
    const start = (): Promise<Environment> =>
      pools.acquire(key('2', '2'), () =>
        Promise.resolve({ version: '2', initType: 'provisioned-concurrency' } as EnvironmentSpec),
      );
    const first = await start();
    pools.release(first);
    assert.equal((await start()).id, first.id);
    pools.release(first);
    provisionedConcurrency(fixture.store.settings).delete('f', '2');
    await done();
    assert.equal(first.ended, true);
  });

  it('takes no more of the machine than its share, and gives room to others last', async () => {
    put('1', 10);
    put('2', 2);
    await done();
    assert.deepEqual([of('1').allocated, of('2').allocated, alive().length], [10, 2, 4]);
    const others: Environment[] = [];
    for (let i = 0; i < 8; i++) {
      others.push(
        await pools.acquire({ functionName: 'g', version: '$LATEST' }, () =>
          Promise.resolve({
            functionName: 'g',
            version: '$LATEST',
            initType: 'on-demand',
          } as EnvironmentSpec),
        ),
      );
      assert.equal(alive().filter(version => version === '1').length, Math.min(4, 7 - i), String(i));
    }
  });
});
