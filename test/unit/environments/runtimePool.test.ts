import assert from 'node:assert/strict';
import { RuntimePool } from '../../../src/host/environments/engines/process/runtimePool.ts';
import type { EngineRuntime } from '../../../src/host/environments/engine.ts';
import type { ProcessLaunch } from '../../../src/host/runtimes/processLaunch.ts';
import { manualClock } from '../../helpers/manualClock.ts';
import { until } from '../../helpers/until.ts';
import { settle } from './fakeEngine.ts';
import { frameClient, type RuntimeClient } from './runtimeClients.ts';

const launch = { command: 'node', args: [] } as unknown as ProcessLaunch;

describe('the pool of runtimes', () => {
  const clients: RuntimeClient[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  function setUp(onStart: (nth: number) => void = () => undefined, connects = true) {
    const clock = manualClock();
    let starts = 0;
    let ends = 0;
    const pool = new RuntimePool({
      clock,
      start(_launch, port): EngineRuntime {
        starts++;
        onStart(starts);
        let exit = (): void => undefined;
        const exited = new Promise<never>(resolve => {
          exit = () => resolve({ code: null, signal: 'SIGKILL', outOfMemory: false } as never);
        });
        if (connects) void frameClient(port).then(client => clients.push(client));
        return {
          engine: 'process',
          exited,
          signal: () => exit(),
          memory: () => Promise.resolve(undefined),
          dispose() {
            ends++;
            return Promise.reject(new Error('ENOSPC'));
          },
        };
      },
    });
    const warm = async (): Promise<void> => {
      pool.warm(launch);
      clock.advance(150);
      await settle();
    };
    return { pool, clock, warm, counts: () => [starts, ends] };
  }

  it('fills itself up the next time where a runtime could not be started', async () => {
    const { pool, warm } = setUp(nth => {
      if (nth === 1) throw new Error('ENOSPC: no space left on device, write');
    });
    await warm();
    assert.equal(pool.size, 0);
    await warm();
    await until(() => pool.size === 1, { what: 'a runtime that is up' });
    await pool.close();
  });

  it('gives up a runtime that never comes up, and fills itself up the next time', async () => {
    const { pool, clock, warm, counts } = setUp(undefined, false);
    await warm();
    await until(() => counts()[0] === 1, { what: 'the first start' });
    await settle();
    clock.advance(30_000);
    await settle();
    assert.deepEqual(counts(), [1, 1]);
    await warm();
    await until(() => counts()[0] === 2, { what: 'the second start' });
    await pool.close();
  });

  it('ends with all that it started, where nothing can be noted of it', async () => {
    const { pool, warm, counts } = setUp();
    await warm();
    await until(() => pool.size === 1, { what: 'a runtime that is up' });
    await pool.close();
    assert.deepEqual(counts(), [1, 1]);
  });
});
