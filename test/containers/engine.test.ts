import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { TEST_IMAGE } from '../../scripts/prepare/dockerImage.mjs';
import { systemClock } from '../../src/host/clock.ts';
import type { Engine, EngineRuntime } from '../../src/host/environments/engine.ts';
import { createDockerEngine } from '../../src/host/environments/engines/docker/dockerEngine.ts';
import { until } from '../helpers/until.ts';
import { docker, inspect, lines } from './support/containerHarness.ts';

describe('the container engine itself', () => {
  let folder: string;
  let engine: Engine;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lamplight-engine-'));
    engine = makeEngine();
  });
  afterEach(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  function makeEngine(address?: string): Engine {
    return createDockerEngine({
      stateDir: folder,
      layers: { of: () => Promise.resolve(undefined) },
      clock: systemClock(),
      settings: { images: {}, network: 'bridge', ...(address === undefined ? {} : { address }) },
      notice: () => undefined,
    });
  }

  /** Runs a shell script in the container; `written` is what it has printed. */
  async function shell(script: string): Promise<{ runtime: EngineRuntime; written: () => string }> {
    let written = '';
    const runtime = await engine.start({
      environmentId: 'one',
      spec: {
        functionName: 'orders',
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:orders',
        version: '$LATEST',
        accountId: '000000000000',
        region: 'us-east-1',
        architecture: 'x86_64',
        memorySize: 128,
        timeout: 3,
        ephemeralStorage: 512,
        variables: {},
        code: { kind: 'image', imageUri: TEST_IMAGE, entryPoint: ['/bin/sh', '-c', script] },
        layers: [],
        logFormat: 'Text',
        logGroup: '/aws/lambda/orders',
        initType: 'on-demand',
      },
      variables: {},
      tmp: await mkdtemp(path.join(folder, 'tmp-')),
      openRuntimeApi: () => Promise.resolve(1),
      connect: () => undefined,
      assign: () => undefined,
      output: chunk => (written += chunk.toString()),
    });
    return { runtime, written: () => written };
  }

  it('freezes and thaws', async () => {
    const { runtime, written } = await shell('while :; do echo tick; sleep 0.02; done');
    await until(() => written().includes('tick\ntick'), { what: 'two ticks' });
    await runtime.pause!();
    const id = runtime.containerId!;
    assert.equal(await inspect(id, '.State.Paused'), true);
    // It is frozen already; what it wrote before may still be under way.
    await runtime.drain!();
    const frozen = written();
    await runtime.drain!();
    assert.equal(written(), frozen);
    await runtime.resume!();
    await until(() => written().length > frozen.length, { what: 'another tick' });
    // Freezing what is frozen and thawing what runs change nothing.
    await runtime.resume!();
    await runtime.pause!();
    await runtime.pause!();
    runtime.signal('SIGKILL');
    assert.deepEqual(await runtime.exited, { code: null, signal: 'SIGKILL', outOfMemory: false });
    await runtime.dispose();
  });

  it('passes SIGTERM on and has all output before the end', async () => {
    const { runtime, written } = await shell(
      `trap 'seq 1 20000; echo bye; exit 7' TERM; echo up; while :; do sleep 0.05; done`,
    );
    await until(() => written().includes('up'), { what: 'the script to run' });
    runtime.signal('SIGTERM');
    assert.deepEqual(await runtime.exited, { code: 7, signal: null, outOfMemory: false });
    assert.ok(written().endsWith('19999\n20000\nbye\n'));
    assert.equal(await runtime.memory(), undefined);
    await runtime.dispose();
    await assert.rejects(docker('inspect', runtime.containerId!), /No such/);
    // Twice is as good as once.
    await runtime.dispose();
    runtime.signal('SIGKILL');
  });

  it('measures memory', async () => {
    const { runtime, written } = await shell(
      `exec node -e "globalThis.kept = Buffer.alloc(40 << 20, 1); console.log('up'); setInterval(() => {}, 1000)"`,
    );
    await until(() => written().includes('up'), { what: 'the script to run' });
    const bytes = await runtime.memory();
    assert.ok(bytes !== undefined && bytes > 60e6 && bytes <= 128 * 1024 * 1024, `${String(bytes)} bytes`);
    runtime.signal('SIGKILL');
    await runtime.exited;
    await runtime.dispose();
  });

  it('removes everything on close, also what was never disposed of', async () => {
    const { runtime } = await shell('sleep 600');
    const state = String(await inspect(runtime.containerId!, '(index .Config.Labels "lamplight.state")'));
    const filter = `label=lamplight.state=${state}`;
    assert.equal(lines(await docker('ps', '-q', '--filter', filter)).length, 1);
    assert.equal(lines(await docker('network', 'ls', '-q', '--filter', filter)).length, 1);
    assert.equal(await engine.state(), 'ready');
    await engine.close();
    assert.equal((await runtime.exited).signal, 'SIGKILL');
    assert.deepEqual(lines(await docker('ps', '-aq', '--filter', filter)), []);
    assert.deepEqual(lines(await docker('network', 'ls', '-q', '--filter', filter)), []);
    // Nothing was left: the next host does not ask Docker at all.
    assert.deepEqual(await makeEngine('unix:///nowhere.sock').sweep(), []);
  });

  it('makes its network anew when somebody removed it', async () => {
    const first = await shell('sleep 600');
    const mode = String(await inspect(first.runtime.containerId!, '.HostConfig.NetworkMode'));
    first.runtime.signal('SIGKILL');
    await first.runtime.exited;
    await first.runtime.dispose();
    await docker('network', 'rm', mode);
    const second = await shell('echo up; sleep 600');
    await until(() => second.written().includes('up'), { what: 'the script to run' });
    second.runtime.signal('SIGKILL');
    await second.runtime.exited;
    await second.runtime.dispose();
  });

  it('says what is wrong where no engine answers', async () => {
    engine = makeEngine('unix:///nowhere/docker.sock');
    assert.match(await engine.state(), /^No Docker engine answers at unix:\/\/\/nowhere\/docker\.sock/);
    await assert.rejects(shell('true'), {
      name: 'ServiceException',
      message: /--engine process needs no Docker/,
    });
  });
});
