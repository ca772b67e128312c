/** What extensions do to an environment's phases, on a clock that the test moves: limits that real processes would take long for. */
import assert from 'node:assert/strict';
import type {
  EngineExit,
  EngineStart,
  ExtensionProcess,
  PreparedEngine,
} from '../../../src/host/environments/engine.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { until } from '../../helpers/until.ts';
import { FakeEngine, fakeEnvironment, invokeFake, settle, type FakeEnvironment } from './fakeEngine.ts';

/** One external extension, which a test moves by hand. */
class EngineWithExtension extends FakeEngine {
  readonly signals: string[] = [];
  starts = 0;
  /** Where the start of the extension's process waits. */
  gate: Promise<void> = Promise.resolve();
  exit: (exit: Partial<EngineExit>) => void = () => undefined;

  prepare(): Promise<PreparedEngine> {
    return Promise.resolve({
      taskRoot: '/var/task',
      runtimeDirectory: '/var/runtime',
      defaults: {},
      runtimeVersion: 'nodejs:24',
      extensions: { names: ['watcher'], disabled: false, start: () => this.#startExtension() },
      start: (start: EngineStart) => this.start(start),
    });
  }

  async #startExtension(): Promise<ExtensionProcess> {
    await this.gate;
    this.starts++;
    const exited = new Promise<EngineExit>(resolve => {
      this.exit = exit => resolve({ code: null, signal: null, outOfMemory: false, ...exit });
    });
    return {
      exited,
      signal: name => {
        this.signals.push(name);
        if (name === 'SIGKILL') this.exit({ signal: name });
      },
      memory: () => Promise.resolve(undefined),
      dispose: () => Promise.resolve(),
    };
  }
}

describe('an environment with an external extension', () => {
  let folder: TemporaryFolder;
  let clock: ManualClock;
  let engine: EngineWithExtension;
  let made: FakeEnvironment;

  beforeEach(async () => {
    folder = await temporaryFolder('extensions');
    clock = manualClock();
    engine = new EngineWithExtension();
    made = fakeEnvironment(engine, clock, folder.path);
  });
  afterEach(() => folder.remove());

  /** Moves time on until the promise is settled, by so many seconds at most. */
  async function within<T>(seconds: number, promise: Promise<T>): Promise<T> {
    const settled = new AbortController();
    const mark = (): void => settled.abort();
    promise.then(mark, mark);
    let left = seconds;
    const asked = async (): Promise<boolean> => {
      await settle();
      if (!settled.signal.aborted && left-- > 0) clock.advance(1000);
      return settled.signal.aborted;
    };
    await until(asked, { what: `the end within ${seconds} s` });
    return promise;
  }

  const started = (times: number): Promise<unknown> =>
    until(() => engine.starts === times, { what: `start ${times} of the extension` });

  it('is not initialised while it does not register; the event runs init again, and times out', async () => {
    const init = made.environment.init();
    await started(1);
    assert.equal(engine.runtimes.length, 0);
    await within(20, init);
    assert.equal(clock.wallNow() - Date.UTC(2026, 10, 22, 12) >= 10_000, true);
    assert.deepEqual(engine.signals, ['SIGKILL']);
    const { answer, phase } = invokeFake(made.environment);
    await started(2);
    assert.equal((await within(5, answer)).errorType, 'Sandbox.Timedout');
    assert.equal((await within(5, phase)).status, 'timeout');
    assert.equal(engine.runtimes.length, 0);
    assert.equal(made.environment.ended, false);
    await within(5, made.environment.stop('spindown'));
  });

  it('leaves no process of an extension that was still being started when it ended', async () => {
    let open = (): void => undefined;
    engine.gate = new Promise(resolve => (open = resolve));
    const init = assert.rejects(made.environment.init(), /stopped while it started/);
    await until(() => made.credentials() === 1, { what: 'the start to be under way' });
    const stopped = made.environment.stop('spindown');
    await within(10, stopped);
    await init;
    assert.deepEqual(made.ended, [made.environment.id]);
    open();
    await settle();
    assert.equal(engine.starts, 1);
    assert.deepEqual(engine.signals, ['SIGKILL']);
  });
});
