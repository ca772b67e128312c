import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { PreparedEngine } from '../../../src/host/environments/engine.ts';
import type { EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import { RuntimeSlot } from '../../../src/host/environments/life/runtimeSlot.ts';
import { manualClock } from '../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { FakeEngine } from './fakeEngine.ts';

describe('the place of a runtime', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder('slot');
  });
  afterEach(() => folder.remove());

  it('makes no keys, no listener and no folder where it is closed before its start could begin', async () => {
    const clock = manualClock();
    const engine = new FakeEngine();
    let made = 0;
    let prepared = (): void => undefined;
    const preparation = new Promise<PreparedEngine>(resolve => {
      prepared = () =>
        resolve({
          taskRoot: '/var/task',
          runtimeDirectory: '/var/runtime',
          defaults: {},
          runtimeVersion: 'x',
          start: start => engine.start(start),
        });
    });
    const slot = new RuntimeSlot({
      clock,
      id: 'id',
      spec: { functionName: 'orders', variables: {} } as EnvironmentSpec,
      engine: Object.assign(engine, { prepare: () => preparation }),
      folder: path.join(folder.path, 'id'),
      logStream: 'stream',
      endpoint: () => '',
      mintCredentials() {
        made++;
        return {
          accessKeyId: 'a',
          secretAccessKey: 's',
          sessionToken: 't',
          revoke: () => undefined,
        };
      },
      owner: {
        ready: () => undefined,
        answered: () => undefined,
        initFailed: () => undefined,
        looking: () => undefined,
        leftBehind: () => undefined,
        debugger: () => undefined,
      },
      output: () => undefined,
      exited: () => undefined,
      notice: () => undefined,
    });
    const started = assert.rejects(slot.start(), /stopped while it started/);
    const closed = slot.close();
    // The folder may still be being made when the end has waited long enough for the start.
    clock.advance(10_000);
    await closed;
    prepared();
    await started;
    assert.deepEqual([made, engine.runtimes.length], [0, 0]);
    assert.equal(existsSync(path.join(folder.path, 'id')), false);
  });
});
