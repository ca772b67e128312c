import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EngineRuntime } from '../../../src/host/environments/engine.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { until } from '../../helpers/until.ts';
import { FakeEngine, fakeEnvironment, invokeFake, settle, type FakeEnvironment } from './fakeEngine.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

describe('the life of an environment', () => {
  let folder: TemporaryFolder;
  let clock: ManualClock;
  let engine: FakeEngine;
  let made: FakeEnvironment;

  beforeEach(async () => {
    folder = await temporaryFolder('life');
    clock = manualClock();
    engine = new FakeEngine();
    made = fakeEnvironment(engine, clock, folder.path);
  });
  afterEach(() => folder.remove());

  /** Moves time on by so many seconds at most, until the promise is settled: what has a limit comes to its end. */
  async function within<T>(seconds: number, promise: Promise<T>): Promise<T> {
    const settled = new AbortController();
    const mark = (): void => settled.abort();
    promise.then(mark, mark);
    let left = seconds;
    // What the disk is asked for takes real time, and none of this clock's.
    const asked = async (): Promise<boolean> => {
      await settle();
      if (!settled.signal.aborted && left-- > 0) clock.advance(1000);
      return settled.signal.aborted;
    };
    await until(asked, { what: `the end within ${seconds} s` });
    return promise;
  }

  const nothingLeft = (): boolean => !existsSync(path.join(folder.path, made.environment.id));

  describe('ends', () => {
    it('while the engine never tells that it has started anything', async () => {
      engine.onStart = () => never<EngineRuntime>();
      const init = made.environment.init();
      await until(() => made.credentials() === 1, { what: 'the start to be under way' });
      const rejected = assert.rejects(init, {
        message: 'The execution environment was stopped while it started.',
      });
      const stopped = made.environment.stop('spindown');
      await within(1, rejected);
      await within(20, stopped);
      assert.deepEqual(made.ended, [made.environment.id]);
      assert.equal(made.credentials(), 0);
      assert.ok(nothingLeft());
    });

    it('what a start that it did not wait for has made in the end', async () => {
      let up = (): void => undefined;
      engine.onStart = start => new Promise(resolve => (up = () => resolve(engine.runtime(start))));
      const init = assert.rejects(made.environment.init());
      await until(() => made.credentials() === 1, { what: 'the start to be under way' });
      await within(20, made.environment.stop('spindown'));
      await init;
      up();
      await settle();
      assert.equal(engine.last.disposals, 1);
      assert.equal(made.credentials(), 0);
    });

    it('where its runtime does not die and its engine does not answer, and says so', async () => {
      await made.environment.init();
      const { answer, phase } = invokeFake(made.environment);
      Object.assign(engine.last, { mortal: false, onDispose: never, onMemory: never });
      const stopped = made.environment.stop('failure');
      await within(30, stopped);
      assert.equal((await answer).errorType, 'Sandbox.Failure');
      assert.equal((await within(1, phase)).status, 'error');
      assert.deepEqual(made.ended, [made.environment.id]);
      assert.match(made.notices.join('\n'), /could not be removed: the engine does not answer/);
    });

    it('with the log of an event whose last lines never come', async () => {
      await made.environment.init();
      const { phase } = invokeFake(made.environment);
      engine.last.answer('1');
      engine.last.onDrain = never;
      engine.last.next();
      await settle();
      await within(20, made.environment.stop('failure'));
      assert.match((await within(1, phase)).log, /^START .*\nEND .*\nREPORT /);
    });

    it('for good where it is stopped while a failed init is cleared away', async () => {
      engine.onUp = runtime => {
        runtime.onDispose = never;
        setImmediate(() => runtime.exit(1));
      };
      const init = assert.rejects(made.environment.init(), /stopped while it started/);
      await until(() => engine.runtimes[0]?.disposals === 1, { what: 'the reset to be under way' });
      const stopped = made.environment.stop('spindown');
      await within(30, stopped);
      await init;
      assert.deepEqual(made.states, ['init', 'stopping', 'stopped']);
    });

    it('for good where it is stopped in the moment in which it is ready', async () => {
      let handedOver = (): void => undefined;
      engine.onUp = runtime => {
        runtime.onDrain = () => new Promise(resolve => (handedOver = resolve));
        setImmediate(() => runtime.next());
      };
      const init = assert.rejects(made.environment.init(), /stopped while it started/);
      await until(() => engine.runtimes.length === 1, { what: 'the runtime' });
      await settle();
      const stopped = made.environment.stop('spindown');
      handedOver();
      await within(20, stopped);
      await init;
      assert.deepEqual(made.states, ['init', 'stopping', 'stopped']);
      assert.throws(() => invokeFake(made.environment), /takes no event while it is stopped/);
    });
  });

  it('goes on with a live runtime where the last one ended while its last lines were read', async () => {
    await made.environment.init();
    const { answer, phase } = invokeFake(made.environment);
    const [first] = engine.runtimes;
    let handedOver = (): void => undefined;
    engine.last.onDrain = () => new Promise(resolve => (handedOver = resolve));
    engine.last.answer('1');
    engine.last.next();
    first?.exit(1);
    await settle();
    handedOver();
    assert.equal((await answer).payload.toString(), '1');
    assert.equal((await phase).status, 'success');
    // As where it ends a moment later: the environment is gone, and whoever pools it takes another one.
    assert.equal(made.environment.ended, true);
    await within(5, made.environment.stop('failure'));
    assert.equal(first?.disposals, 1);
  });

  describe('what an event left behind', () => {
    /** The phase of an event whose runtime looks for it; `told` before the next event is asked for, or later. */
    async function phaseOf(told: readonly string[] | undefined): Promise<readonly string[]> {
      await made.environment.init();
      const { answer, phase } = invokeFake(made.environment);
      engine.last.answer('1');
      engine.last.looking();
      engine.last.next();
      assert.equal((await answer).payload.toString(), '1');
      await settle();
      assert.equal(made.environment.summary.state, 'busy');
      if (told) engine.last.leftBehind(told);
      const { leftBehind } = await (told ? phase : within(1, phase));
      assert.equal(made.environment.summary.state, 'idle');
      return leftBehind;
    }

    it('is part of its phase, which waits for it', async () => {
      assert.deepEqual(await phaseOf(['Timeout 5 s']), ['Timeout 5 s']);
    });

    it('is nothing where the runtime is too busy with it to tell', async () => {
      assert.deepEqual(await phaseOf(undefined), []);
    });

    it('is nothing that the next event left', async () => {
      await phaseOf(['Timeout 5 s']);
      const { phase } = invokeFake(made.environment);
      engine.last.answer('2');
      engine.last.next();
      assert.deepEqual((await phase).leftBehind, []);
    });
  });

  it('reports a failed init by what the runtime said, however soon it ends after that', async () => {
    engine.onUp = runtime => {
      runtime.onDrain = () => new Promise(setImmediate);
      setImmediate(() => {
        runtime.failInit();
        runtime.exit(1);
      });
    };
    await made.environment.init();
    const { answer } = invokeFake(made.environment);
    assert.equal((await answer).payload.toString(), '{}');
    await within(5, made.environment.stop('spindown'));
  });

  it('counts the time of a new runtime although the last one was stopped in a debugger', async () => {
    await made.environment.init();
    const first = invokeFake(made.environment);
    made.environment.setPaused(true);
    engine.last.exit(1);
    assert.equal((await first.answer).errorType, 'Runtime.ExitError');
    await within(5, first.phase);
    const second = invokeFake(made.environment);
    await until(() => engine.runtimes.length === 2, { what: 'the second runtime' });
    await settle();
    const { errorType } = await within(4, second.answer);
    assert.equal(errorType, 'Sandbox.Timedout');
    await within(5, made.environment.stop('spindown'));
  });

  it('ends with an answer where nothing can be started for an event any more', async () => {
    await made.environment.init();
    const first = invokeFake(made.environment);
    engine.last.exit(1);
    await within(5, first.phase);
    engine.onStart = () => Promise.reject(new Error('the engine is gone'));
    const { answer, phase } = invokeFake(made.environment);
    assert.match((await answer).payload.toString(), /the engine is gone/);
    assert.equal((await within(5, phase)).status, 'error');
    await settle();
    assert.equal(made.environment.ended, true);
    await within(5, made.environment.stop('failure'));
    assert.deepEqual(made.ended, [made.environment.id]);
  });

  it('is not ended by what its runtime says of a debugger', async () => {
    made = fakeEnvironment(engine, clock, folder.path, { debugId: 'd' });
    engine.onUp = runtime => {
      runtime.debugTarget = () => Promise.reject(new TypeError('Invalid URL'));
    };
    const init = made.environment.init();
    await until(() => engine.runtimes.length === 1, { what: 'the runtime' });
    await settle();
    made.environment.debugger({ state: 'waiting', url: 'no address' });
    await settle();
    assert.match(made.notices.join('\n'), /No debugger finds to orders: Invalid URL/);
    engine.last.next();
    await within(1, init);
    assert.equal(made.environment.summary.state, 'idle');
    await within(5, made.environment.stop('spindown'));
  });

  it('says why it could not start where what it printed can’t be handed over', async () => {
    engine.onUp = runtime => {
      runtime.onDrain = () => Promise.reject(new Error('the stream is gone'));
      setImmediate(() => runtime.next());
    };
    await assert.rejects(within(5, made.environment.init()), /the stream is gone/);
    assert.equal(made.environment.ended, true);
  });

  it('goes on where its memory can’t be read', async () => {
    await made.environment.init();
    engine.last.onMemory = () => {
      throw new Error('no such file');
    };
    const { phase } = invokeFake(made.environment);
    clock.advance(150);
    await settle();
    engine.last.answer('1');
    engine.last.next();
    assert.equal((await within(5, phase)).status, 'success');
    await within(5, made.environment.stop('spindown'));
    assert.deepEqual(made.notices, []);
  });

  it('ends by a defect of our own, and nothing else does', async () => {
    await made.environment.init();
    const { answer, phase } = invokeFake(made.environment);
    engine.last.onDrain = () => {
      throw new Error('a defect');
    };
    engine.last.answer('1');
    engine.last.next();
    assert.equal((await answer).payload.toString(), '1');
    await within(5, phase);
    await within(5, made.environment.stop('failure'));
    assert.match(made.notices.join('\n'), /ended by a defect: a defect/);
  });
});
