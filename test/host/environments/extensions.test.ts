/** External extensions in Node.js beside a function in Node.js: real processes (spec/execution-environment.md §2). */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import { skipTest } from '../../helpers/skipTest.ts';
import { until } from '../../helpers/until.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';
import { layerOf, said, withExtensions, type Plan } from './extensionPrograms.ts';

const HANDLER = `exports.handler = async event => {
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.wait) await new Promise(done => setTimeout(done, event.wait));
  return { echo: event, at: Date.now(), pid: process.pid };
};`;

const alive = (pid: unknown): boolean => {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
};

const megabytesOf = (pid: number): number =>
  Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;

describe('external extensions', () => {
  let harness: Harness;
  beforeEach(() => (harness = createHarness({ ahead: false })));
  afterEach(() => harness.close());

  const specOf = (plans: Readonly<Record<string, Plan>>, overrides?: Partial<EnvironmentSpec>) =>
    withExtensions(harness, plans, overrides);
  const start = (plans: Readonly<Record<string, Plan>>, overrides?: Partial<EnvironmentSpec>) =>
    harness.start({ 'index.js': HANDLER }, specOf(plans, overrides));
  const lines = (start: string): string[] =>
    harness.logs.filter(({ text }) => text.startsWith(start)).map(({ text }) => text);
  const pids = (): unknown[] => said(harness, 'born').map(({ pid }) => pid);
  const reasons = (): unknown[] =>
    said(harness, 'event')
      .map(({ text }) => JSON.parse(String(text)) as { eventType: string; shutdownReason?: string })
      .filter(({ eventType }) => eventType === 'SHUTDOWN')
      .map(({ shutdownReason }) => shutdownReason);

  it('come before the runtime, get INVOKE and SHUTDOWN, and are told in the log', async () => {
    const environment = await start({ watcher: { features: 'accountId' } });
    await harness.whenLogged('registered watcher');
    assert.equal(harness.logs[0]?.text.split(' ')[0], 'INIT_START');
    assert.deepEqual(lines('EXTENSION'), [
      'EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n',
    ]);
    assert.equal(
      said(harness, 'registered')[0]?.['body'],
      '{"accountId":"000000000000","functionName":"orders","functionVersion":"$LATEST","handler":"index.handler"}\n',
    );
    const { phase, requestId } = await invoke(environment, { a: 1 }, { traceId: 'Root=1-2;Sampled=0' });
    assert.match(phase.log, /^START .*\n(?:event|worked) watcher [^]*\nEND .*\nREPORT /);
    await environment.stop('spindown');
    const [invoked, shutdown, ...others] = said(harness, 'event');
    assert.deepEqual(others, []);
    assert.match(
      String(invoked?.['text']),
      new RegExp(
        `^{"eventType":"INVOKE","deadlineMs":\\d{13},"requestId":"${requestId}","invokedFunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:orders","tracing":{"type":"X-Amzn-Trace-Id","value":"Root=1-2;Sampled=0"}}$`,
      ),
    );
    assert.match(
      String(shutdown?.['text']),
      /^{"eventType":"SHUTDOWN","deadlineMs":\d{13},"shutdownReason":"spindown"}$/,
    );
    assert.deepEqual(pids().map(alive), [false]);
  });

  it('have the variables that AWS gives them, and those of the user', async () => {
    await start({ watcher: {} }, { variables: { MINE: '1' } });
    const env = said(harness, 'born')[0]?.['env'] as Record<string, string>;
    assert.deepEqual(
      Object.keys(env)
        .filter(name => !['PLAN', 'MINE', 'TMPDIR'].includes(name))
        .sort(),
      [
        'AWS_ACCESS_KEY_ID',
        'AWS_DEFAULT_REGION',
        'AWS_ENDPOINT_URL',
        'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
        'AWS_LAMBDA_FUNCTION_NAME',
        'AWS_LAMBDA_FUNCTION_VERSION',
        'AWS_LAMBDA_INITIALIZATION_TYPE',
        'AWS_LAMBDA_RUNTIME_API',
        'AWS_REGION',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'LANG',
        'LD_LIBRARY_PATH',
        'PATH',
        'TZ',
      ],
    );
    assert.equal(env['MINE'], '1');
    assert.deepEqual(said(harness, 'born')[0]?.['argv'], []);
  });

  it('keep the phase of an event open, not its answer', async () => {
    const environment = await start({ slow: { work: 300 }, only: { events: ['SHUTDOWN'] } });
    const answered = invoke(environment).then(outcome => outcome.phase);
    const phase = await answered;
    assert.ok(phase.report.durationMs >= 290, `${phase.report.durationMs} ms`);
    assert.equal(phase.status, 'success');
    const { answer } = environment.invoke({
      requestId: 'two',
      payload: Buffer.from('{}'),
      invokedFunctionArn: 'arn',
    });
    assert.equal((await answer).isError, false);
    assert.equal(environment.summary.state, 'busy');
    assert.equal(said(harness, 'event', 'only').length, 0);
  });

  it('share the timeout of the event, and its caller keeps the answer', async () => {
    const environment = await start({ slow: { work: 60_000, events: ['INVOKE'] } }, { timeout: 2 });
    const { answer, phase } = await invoke(environment);
    assert.equal(answer.isError, false);
    assert.equal(phase.status, 'timeout');
    assert.match(phase.log, /Task timed out after 2\.00 seconds/);
    assert.deepEqual(pids().map(alive), [false]);
    assert.equal(environment.ended, false);
  });

  it('are told why they end where the function fails, and start again with it', async () => {
    const environment = await start({ watcher: {} });
    const crash = await invoke(environment, { exit: 3 });
    assert.match(crash.answer.payload.toString(), /Runtime exited with error: exit status 3/);
    assert.deepEqual(reasons(), ['failure']);
    assert.equal((await invoke(environment)).phase.status, 'success');
    assert.equal(new Set(pids()).size, 2);
    assert.deepEqual(pids().map(alive), [false, true]);
  });

  it('are told of a timeout of the function', async () => {
    const environment = await start({ watcher: {} }, { timeout: 1 });
    const { answer } = await invoke(environment, { wait: 60_000 });
    assert.equal(answer.errorType, 'Sandbox.Timedout');
    assert.deepEqual(reasons(), ['timeout']);
    assert.deepEqual(pids().map(alive), [false]);
  });

  describe('that crash', () => {
    for (const phase of ['start', 'registered', 'INVOKE'] as const)
      it(`in the phase ${phase} fail the event with Extension.Crash`, async () => {
        const environment = await start({ watcher: { exit: { [phase]: 7 } } });
        const { answer, phase: end, requestId } = await invoke(environment, { wait: 5_000 });
        assert.equal(
          answer.payload.toString(),
          `{"errorType":"Extension.Crash","errorMessage":"RequestId: ${requestId} Error: exit status 7"}`,
        );
        assert.equal(end.errorType, 'Extension.Crash');
        assert.match(end.log, /Error: exit status 7\nExtension\.Crash\n/);
        assert.match(end.log, /Status: error\tError Type: Extension\.Crash\n$/);
        assert.equal(environment.ended, false);
      });

    it('with code 0 are told as AWS tells it', async () => {
      const environment = await start({ watcher: { exit: { INVOKE: 0 } } });
      const { answer } = await invoke(environment, { wait: 5_000 });
      assert.match(answer.payload.toString(), /Error: exit code 0"/);
    });

    it('between two events end the environment, and the next one is not given to it', async () => {
      const environment = await start({ watcher: {} });
      const ended = harness.nextEnd();
      process.kill(Number(pids()[0]), 'SIGKILL');
      await ended;
      assert.equal(environment.ended, true);
    });

    it('since their port is taken are named, with what to do', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const address = other.address();
      assert.ok(address !== null && typeof address === 'object');
      try {
        const environment = await start({ 'port-user': { port: address.port } });
        const { phase } = await invoke(environment);
        assert.equal(phase.errorType, 'Extension.Crash');
        assert.match(phase.log, /extension port-user of orders listens on a port that is taken/);
        assert.match(harness.notices.join('\n'), /port-user of orders listens on a port that is taken/);
      } finally {
        other.close();
      }
    });
  });

  for (const at of ['init', 'exit'] as const)
    it(`that tell /${at}/error name the error that the event fails with`, async () => {
      const environment = await start({ watcher: { error: { at, type: 'Extension.NoConfig' } } });
      const name = at === 'init' ? 'InitError' : 'ExitError';
      assert.deepEqual(lines('EXTENSION'), [
        `EXTENSION\tName: watcher\tState: ${name}\tEvents: [INVOKE, SHUTDOWN]\tError Type: Extension.NoConfig\n`,
      ]);
      const { answer, requestId } = await invoke(environment);
      assert.equal(
        answer.payload.toString(),
        `{"errorType":"Extension.${name}","errorMessage":"RequestId: ${requestId} Error: exit status 1"}`,
      );
    });

  describe('that can’t be launched', () => {
    const cases: readonly [string, string, number, string, string][] = [
      ['is not executable', '#!/bin/sh\n', 0o644, 'PermissionDenied', 'permission denied'],
      ['is no program', 'echo hello\n', 0o755, 'UnknownError', 'exec format error'],
      ['lacks its interpreter', '#!/no/such/thing\n', 0o755, 'UnknownError', 'no such file or directory'],
    ];
    for (const [what, text, mode, errorType, message] of cases)
      it(`fail the event: one that ${what}`, async function () {
        if (process.platform !== 'linux') skipTest(this, 'programs are looked at on Linux only');
        const layer = layerOf(harness, { 'extensions/broken': text }, mode);
        const environment = await harness.start({ 'index.js': HANDLER }, { layers: [layer] });
        assert.deepEqual(lines('EXTENSION'), [
          `EXTENSION\tName: broken\tState: LaunchError\tEvents: []\tError Type: ${errorType}\n`,
        ]);
        const { answer, requestId } = await invoke(environment);
        assert.equal(
          answer.payload.toString(),
          `{"errorType":"Extension.LaunchError","errorMessage":"RequestId: ${requestId} Error: fork/exec /opt/extensions/broken: ${message}"}`,
        );
      });

    it('fail the event: the eleventh', async () => {
      const files = Array.from({ length: 11 }, (_, i) => [
        `extensions/${10 + i}`,
        '#!/bin/sh\nexec sleep 60\n',
      ]);
      const layer = layerOf(harness, Object.fromEntries(files) as Record<string, string>);
      const environment = await harness.start({ 'index.js': HANDLER }, { layers: [layer] });
      assert.equal(lines('EXTENSION').at(-1)?.split('\t').slice(1, 3).join(), 'Name: 20,State: LaunchError');
      assert.match(lines('EXTENSION').at(-1) ?? '', /Error Type: TooManyExtensions\n$/);
      const { answer } = await invoke(environment);
      assert.equal(answer.errorType, 'Extension.LaunchError');
    });
  });

  it('that never register hold up the init, until it is stopped', async () => {
    const spec = harness.spec({ 'index.js': HANDLER }, specOf({ mute: { silent: true } }));
    const environment = harness.environments.create(spec);
    const init = environment.init();
    const rejected = assert.rejects(init, /stopped while it started/);
    await harness.whenLogged('born mute');
    await environment.stop('spindown');
    await rejected;
    assert.deepEqual(pids().map(alive), [false]);
  });

  it('that ignore SHUTDOWN are killed when their time is over', async () => {
    const environment = await start({ stubborn: { stays: true } });
    const began = performance.now();
    await environment.stop('spindown');
    assert.ok(performance.now() - began > 1_500);
    assert.deepEqual(reasons(), ['spindown']);
    assert.deepEqual(pids().map(alive), [false]);
  });

  it('of a host that was killed end at the next start on its state, with all that they started', async () => {
    const reads = `exports.handler = async () => JSON.parse(require('node:fs').readFileSync(process.env.TMPDIR + '/pids', 'utf8'));`;
    const spec = harness.spec({ 'index.js': reads }, specOf({ watcher: { family: true } }));
    const stateDir = path.join(harness.folder, 'state');
    const script = fileURLToPath(new URL('./hostThatDies.ts', import.meta.url));
    const host = spawn(process.execPath, [script, JSON.stringify({ stateDir, spec })], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(host.stdout, 'data')) as [Buffer];
    const { pid, answer } = JSON.parse(line.toString()) as { pid: number; answer: string };
    const all = [pid, ...(JSON.parse(answer) as number[])];
    assert.deepEqual(all.map(alive), [true, true, true]);
    host.kill('SIGKILL');
    await once(host, 'exit');
    await harness.environments.sweep();
    await until(() => !all.some(alive), { what: 'the leftovers to end' });
  });

  it('are turned off by a file in the layers', async () => {
    const off = layerOf(harness, { 'disable-extensions-jwigqn8j': '' });
    const spec = specOf({ watcher: {} });
    const environment = await harness.start(
      { 'index.js': HANDLER },
      { ...spec, layers: [...(spec.layers ?? []), off] },
    );
    assert.equal((await invoke(environment)).phase.status, 'success');
    assert.deepEqual(pids(), []);
  });

  it('stand still with their environment, and their memory counts', async function () {
    if (process.platform !== 'linux') skipTest(this, 'needs /proc, which tells what stands still');
    await harness.close();
    harness = createHarness({ ahead: false, freezeAfterMs: 10 });
    const stateOf = (): string | undefined =>
      /\) (\w)/.exec(readFileSync(`/proc/${Number(pids()[0])}/stat`, 'latin1'))?.[1];
    const environment = await start({ watcher: {} });
    const { phase, result } = await invoke(environment);
    const { pid } = result as { readonly pid: number };
    const [runtime, extension] = [pid, Number(pids()[0])].map(megabytesOf);
    assert.ok(runtime !== undefined && extension !== undefined);
    const used = phase.report.maxMemoryUsedMb;
    assert.ok(used > runtime + extension / 2, `${used} of ${runtime} and ${extension} MB`);
    if (environment.summary.state !== 'frozen') await harness.whenState('frozen');
    await until(() => stateOf() === 'T', { what: 'the extension to stop' });
    assert.equal((await invoke(environment)).phase.status, 'success');
    assert.equal(pids().length, 1);
    if (environment.summary.state !== 'frozen') await harness.whenState('frozen');
    await environment.stop('spindown');
    assert.deepEqual(reasons(), ['spindown']);
    assert.deepEqual(pids().map(alive), [false]);
  });
});
