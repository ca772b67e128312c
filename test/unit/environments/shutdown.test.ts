/** Order, signals and budgets of the shutdown phase (spec/execution-environment.md §2.5), on a clock that the test moves. */
import assert from 'node:assert/strict';
import type { EngineExit, ExtensionProcess } from '../../../src/host/environments/engine.ts';
import { ExtensionStates } from '../../../src/host/environments/extensionsApi/extensionStates.ts';
import { shutDown } from '../../../src/host/environments/life/shutdown.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';
import { settle } from './fakeEngine.ts';

describe('the shutdown of an environment with extensions', () => {
  let clock: ManualClock;
  let states: ExtensionStates;
  let began: number;
  /** `<ms since the begin> <who> <what>` */
  let log: string[];
  let processes: Map<string, ExtensionProcess>;

  beforeEach(() => {
    clock = manualClock();
    began = clock.monotonic();
    states = new ExtensionStates();
    log = [];
    processes = new Map();
  });

  const note = (text: string): unknown => log.push(`${clock.monotonic() - began} ${text}`);

  /** A process that ends by the signals in `by`. */
  function fake(name: string, by: readonly string[]): ExtensionProcess & { exit(): void } {
    let exit = (_exit: EngineExit): void => undefined;
    const exited = new Promise<EngineExit>(resolve => (exit = resolve));
    return {
      exited,
      exit: () => exit({ code: 0, signal: null, outOfMemory: false }),
      signal(signal) {
        note(`${name} ${signal}`);
        if (by.includes(signal)) exit({ code: null, signal, outOfMemory: false });
      },
      memory: () => Promise.resolve(undefined),
      dispose() {
        note(`${name} disposed`);
        return Promise.resolve();
      },
    };
  }

  /** An external one that waits for events; `told` is called with SHUTDOWN. */
  function external(
    name: string,
    events: readonly string[],
    told: (process: { exit(): void }, event: string) => void,
  ): void {
    const process = fake(name, ['SIGKILL']);
    states.launch(name);
    const known = states.register(name, events);
    assert.ok('id' in known);
    states.next(known.id, event => {
      note(`${name} ${event}`);
      told(process, event);
    });
    processes.set(name, process);
  }

  async function end(runtime: ExtensionProcess): Promise<void> {
    const over = new AbortController();
    const flush = (): Promise<void> => Promise.resolve();
    const done = shutDown({ clock, states, processes, runtime, flush, notice: note }, 'timeout').finally(() =>
      over.abort(),
    );
    for (let step = 0; step < 60; step++) {
      await settle();
      if (over.signal.aborted) break;
      clock.advance(100);
    }
    await done;
  }

  it('asks the runtime first, kills it after 300 ms, then tells the external ones, and kills those that stay', async () => {
    external('good', ['INVOKE', 'SHUTDOWN'], process => process.exit());
    external('stubborn', ['SHUTDOWN'], () => undefined);
    external('deaf', ['INVOKE'], () => undefined);
    await end(fake('runtime', ['SIGKILL']));
    const event = `{"eventType":"SHUTDOWN","deadlineMs":${clock.wallNow() - (clock.monotonic() - began) + 2000},"shutdownReason":"timeout"}`;
    assert.deepEqual(log, [
      '0 runtime SIGTERM',
      '300 runtime SIGKILL',
      `300 good ${event}`,
      `300 stubborn ${event}`,
      '300 deaf SIGKILL',
      // What it started and left behind.
      '300 good SIGKILL',
      '2000 stubborn SIGKILL',
      '2000 good disposed',
      '2000 stubborn disposed',
      '2000 deaf disposed',
    ]);
    assert.deepEqual(
      states.list.map(({ state }) => state),
      ['Exited', 'ShutdownFailed', 'Ready'],
    );
  });

  it('does not wait where the runtime ends when it is asked', async () => {
    external('good', ['SHUTDOWN'], process => process.exit());
    await end(fake('runtime', ['SIGTERM', 'SIGKILL']));
    assert.deepEqual(
      log.map(line => line.replace(/{.*}/, 'told')),
      ['0 runtime SIGTERM', '0 good told', '0 good SIGKILL', '0 good disposed'],
    );
  });

  it('gives the runtime 500 ms where it has internal ones only', async () => {
    states.register('inside', []);
    await end(fake('runtime', ['SIGKILL']));
    assert.deepEqual(log, ['0 runtime SIGTERM', '500 runtime SIGKILL']);
  });

  it('comes to its end although nothing dies', async () => {
    external('stubborn', ['SHUTDOWN'], () => undefined);
    processes.set('stubborn', { ...fake('stubborn', []), dispose: () => Promise.reject(new Error('busy')) });
    await end(fake('runtime', []));
    assert.match(log.join('\n'), /Something of extension stubborn could not be removed: Error: busy/);
    assert.ok(clock.monotonic() - began < 7000);
  });
});
