import assert from 'node:assert/strict';
import type { EngineRuntime } from '../../../src/host/environments/engine.ts';
import { Freezer } from '../../../src/host/environments/life/freezer.ts';
import { manualClock } from '../../helpers/manualClock.ts';

describe('freezer', () => {
  function setUp(afterMs: number, pause: () => Promise<void> | undefined = () => undefined) {
    const clock = manualClock();
    const said: string[] = [];
    const runtime = {
      pause: () => {
        said.push('pause');
        return pause();
      },
      resume: () => {
        said.push('resume');
        return pause();
      },
    } as unknown as EngineRuntime;
    const freezer = new Freezer({
      clock,
      afterMs,
      runtime: () => runtime,
      frozen: () => said.push('frozen'),
      failed: error => said.push(String(error)),
    });
    return { clock, said, freezer };
  }
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

  it('freezes what was idle for the whole time, and thaws it at once', () => {
    const { clock, said, freezer } = setUp(100);
    freezer.idle();
    clock.advance(99);
    void freezer.thaw();
    freezer.idle();
    clock.advance(99);
    assert.deepEqual(said, []);
    clock.advance(2);
    assert.deepEqual(said, ['pause', 'frozen']);
    assert.equal(freezer.thaw(), undefined);
    void freezer.thaw();
    assert.deepEqual(said, ['pause', 'frozen', 'resume']);
    clock.advance(1_000);
    assert.equal(said.length, 3);
  });

  it('never freezes where it is off, or stopped', () => {
    const off = setUp(0);
    off.freezer.idle();
    off.clock.advance(10_000);
    assert.deepEqual(off.said, []);
    const stopped = setUp(100);
    stopped.freezer.idle();
    void stopped.freezer.stop();
    stopped.clock.advance(10_000);
    assert.deepEqual(stopped.said, []);
  });

  it('thaws what is just being frozen after that, and says nothing of it', async () => {
    let done = (): void => undefined;
    const { clock, said, freezer } = setUp(100, () => new Promise(resolve => (done = resolve)));
    freezer.idle();
    clock.advance(101);
    const thawed = freezer.thaw();
    assert.deepEqual(said, ['pause']);
    done();
    await turn();
    assert.deepEqual(said, ['pause', 'resume']);
    done();
    await thawed;
    assert.deepEqual(said, ['pause', 'resume']);
  });

  it('tells that an engine can not, and goes on', async () => {
    const { clock, said, freezer } = setUp(100, () => Promise.reject(new Error('no cgroup')));
    freezer.idle();
    clock.advance(101);
    await turn();
    assert.deepEqual(said, ['pause', 'Error: no cgroup']);
    assert.equal(freezer.thaw(), undefined);
  });
});
