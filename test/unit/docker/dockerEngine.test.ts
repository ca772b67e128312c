import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ServerResponse } from 'node:http';
import { createDockerEngine } from '../../../src/host/environments/engines/docker/dockerEngine.ts';
import type { Engine, EngineStart } from '../../../src/host/environments/engine.ts';
import type { EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { until } from '../../helpers/until.ts';
import { answer, fakeDockerEngine, type FakeDockerEngine } from './fakeDockerEngine.ts';

describe('the engine for containers', () => {
  let folder: TemporaryFolder;
  let clock: ManualClock;
  let server: FakeDockerEngine;
  let notices: string[];
  let opened: number;
  let closed: number;

  beforeEach(async () => {
    folder = await temporaryFolder('docker');
    clock = manualClock();
    notices = [];
    opened = 0;
    closed = 0;
  });
  afterEach(async () => {
    await server.close();
    await folder.remove();
  });

  async function setUp(override: (call: string, response: ServerResponse) => boolean): Promise<Engine> {
    server = await fakeDockerEngine(folder.path, override);
    return createDockerEngine({
      layers: { of: () => Promise.resolve(undefined) },
      stateDir: folder.path,
      clock,
      settings: { address: server.address, images: { 'nodejs24.x': 'image' }, network: 'bridge' },
      openEndpoint() {
        opened++;
        const close = (): Promise<void> => {
          closed++;
          return Promise.resolve();
        };
        return Promise.resolve({ port: 1000 + opened, close });
      },
      notice: (_severity, message) => notices.push(message),
    });
  }

  async function startRequest(): Promise<EngineStart> {
    const tmp = path.join(folder.path, 'tmp');
    await mkdir(tmp, { recursive: true });
    return {
      environmentId: 'id',
      spec: {
        functionName: 'orders',
        runtime: 'nodejs24.x',
        architecture: 'x86_64',
        memorySize: 128,
        ephemeralStorage: 512,
        variables: {},
        layers: [],
        code: { kind: 'folder', root: folder.path },
      } as unknown as EnvironmentSpec,
      variables: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' },
      openRuntimeApi: () => Promise.resolve(9001),
      connect: () => undefined,
      assign: () => undefined,
      tmp,
      output: () => undefined,
    };
  }

  /** Resolves as `work` does, however long that takes on the engine's clock. */
  async function inNoTime<T>(work: Promise<T>): Promise<T> {
    const settled = new AbortController();
    const mark = (): void => settled.abort();
    work.then(mark, mark);
    await until(
      () => {
        clock.advance(1000);
        return settled.signal.aborted;
      },
      { ms: 5000, what: 'the end' },
    );
    return work;
  }

  const note = (): boolean => existsSync(path.join(folder.path, 'containers.json'));

  it('comes to its end where it never answers a start, and leaves the note for the next host', async () => {
    const engine = await setUp(call => call === 'POST /containers/create');
    const hanging = assert.rejects(engine.start(await startRequest()));
    await until(() => server.calls.includes('POST /containers/create'), { what: 'the start' });
    await inNoTime(engine.close());
    assert.ok(note());
    await server.close();
    await hanging;
  });

  it('comes to its end where it answers nothing any more, and says so', async () => {
    let isSilent = false;
    const engine = await setUp((call, response) => {
      if (call === 'POST /containers/create') answer(response, 500, { message: 'no' });
      return isSilent || call === 'POST /containers/create';
    });
    await assert.rejects(engine.start(await startRequest()), /no\./);
    isSilent = true;
    await inNoTime(engine.close());
    assert.match(notices.join('\n'), /could not be removed: the engine does not answer within 10 s/);
    assert.ok(note());
    // The next host: it pings, and then nothing comes.
    const next = createDockerEngine({
      layers: { of: () => Promise.resolve(undefined) },
      stateDir: folder.path,
      clock,
      settings: { address: server.address, images: {}, network: 'bridge' },
      notice: () => undefined,
    });
    await server.close();
    server = await fakeDockerEngine(folder.path, call => call !== 'GET /_ping');
    assert.match((await inNoTime(next.sweep())).join('\n'), /the engine does not answer within 10 s/);
  });

  it('has one listener for containers however often the network is gone, and none after its end', async () => {
    let gone = 2;
    const engine = await setUp((call, response) => {
      if (call !== 'POST /containers/create') return false;
      if (gone-- > 0) answer(response, 404, { message: 'network lamplight-x not found' });
      else answer(response, 500, { message: 'no' });
      return true;
    });
    await assert.rejects(engine.start(await startRequest()), /no\./);
    assert.deepEqual([opened, closed], [3, 2]);
    await engine.close();
    assert.deepEqual([opened, closed], [3, 3]);
    assert.equal(note(), false);
  });
});
