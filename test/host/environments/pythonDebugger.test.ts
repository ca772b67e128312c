/** A Python environment under the debugger (DEBUGGING.md, Python; DESIGN.md rule 2). */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { prepareDebugpy } from '../../../scripts/prepare/debugpy.mjs';
import { systemClock } from '../../../src/host/clock.ts';
import type { Environment, EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import { copiedFiles } from '../../../src/extension/debug/python/copiedFiles.ts';
import type { PythonDebugTarget } from '../../../src/protocol/model.ts';
import { until } from '../../helpers/until.ts';
import { DebugpyClient } from './debugpyClient.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

const source = `import os, sys
loaded = "yes"
def handler(event, context):
    answer = 41 + 1
    return [answer, [name for name in os.environ if "DEBUG" in name or "PYDEV" in name], [p for p in sys.path if "debugpy" in p]]
`;

describe('a Python environment under the debugger', () => {
  let harness: Harness;
  let debugpy: string;
  const clients: DebugpyClient[] = [];
  before(async function () {
    this.timeout(180_000);
    debugpy = await prepareDebugpy(process.execPath);
  });
  beforeEach(() => {
    const clock = systemClock();
    // The init limit of 10 s is over after 3 s, so that standing still is seen.
    harness = createHarness({
      clock: { ...clock, afterWall: (ms, run) => clock.afterWall(ms === 10_000 ? 3000 : ms, run) },
    });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map(client => client.close()));
    await harness.close();
  });

  async function waiting(
    overrides: Partial<EnvironmentSpec> = {},
    files: Readonly<Record<string, string>> = { 'index.py': source },
  ): Promise<{ environment: Environment; target: PythonDebugTarget; init: Promise<void>; file: string }> {
    const spec = harness.spec(files, { runtime: 'python3.13', debugId: 'session', ...overrides });
    const environment = harness.environments.create(spec);
    const waits = harness.whenState('waiting-for-debugger');
    const init = environment.init();
    const { debug } = await waits;
    assert.ok(debug?.language === 'python' && spec.code.kind === 'folder');
    assert.equal(debug.localRoot, spec.code.root);
    return { environment, target: debug, init, file: path.join(spec.code.root, 'index.py') };
  }

  /** Attached, with breakpoints on those lines. */
  async function attached(
    lines: readonly number[],
    overrides: Partial<EnvironmentSpec> = {},
    files?: Readonly<Record<string, string>>,
  ): Promise<{ environment: Environment; client: DebugpyClient; init: Promise<void> }> {
    const { environment, target, init, file } = await waiting(overrides, files);
    const client = await DebugpyClient.listen(target, debugpy);
    clients.push(client);
    environment.connectDebugger({ port: client.port, debugpy });
    assert.deepEqual(
      await client.configure(file, lines),
      lines.map(() => true),
    );
    return { environment, client, init };
  }

  it('waits longer than its init may take, stops in its init and in the handler, and its time stands still', async () => {
    const { environment, target, init, file } = await waiting({ timeout: 2 });
    assert.equal(target.debugpy, undefined);
    await delay(3500);
    assert.equal(environment.summary.state, 'waiting-for-debugger');
    const client = await DebugpyClient.listen(target, debugpy);
    clients.push(client);
    environment.connectDebugger({ port: client.port, debugpy });
    assert.deepEqual(await client.configure(file, [2, 4]), [true, true]);
    const first = await client.stopped();
    environment.setPaused(true);
    const frames = await client.frames(first);
    assert.equal(frames[0], '<module> index.py:2');
    assert.doesNotMatch(frames.join(', '), /bootstrap|loop\.py|debugger\.py/);
    environment.setPaused(false);
    await client.send('continue', { threadId: first });
    await init;
    const running = invoke(environment);
    const second = await client.stopped();
    environment.setPaused(true);
    assert.deepEqual(await client.frames(second), ['handler index.py:4']);
    await delay(2300);
    assert.equal(environment.summary.state, 'busy');
    environment.setPaused(false);
    await client.send('continue', { threadId: second });
    const { result, phase } = await running;
    // The handler sees nothing of the debugger.
    assert.deepEqual(result, [42, [], []]);
    assert.equal(phase.status, 'success');
    const printed = harness.logs.map(({ text }) => text).join('');
    assert.doesNotMatch(printed, /debug|frozen/i);
    await environment.stop('spindown');
    await client.terminated();
  });

  it('stops in each of several environments of a function, also where one was started ahead', async () => {
    harness.environments.warm(harness.spec({ 'index.py': source }, { runtime: 'python3.13' }));
    await until(() => harness.environments.startedAhead() > 0, { what: 'a runtime that was started ahead' });
    const both = [await attached([4]), await attached([4])];
    await Promise.all(both.map(({ init }) => init));
    const running = both.map(({ environment }) => invoke(environment));
    const threads = await Promise.all(both.map(({ client }) => client.stopped()));
    await Promise.all(both.map(({ client }, index) => client.send('continue', { threadId: threads[index] })));
    for (const run of running) assert.deepEqual((await run).result, [42, [], []]);
  });

  it('takes the files of a version for the workspace’s where they are the same, and shows its own text else', async () => {
    const files = {
      'index.py': 'import util\ndef handler(event, context):\n    return util.add(41)\n',
      'util.py': 'def add(a):\n    return a + 1\n',
    };
    const { environment, target, init } = await waiting({}, files);
    const workspace = path.join(harness.folder, 'workspace');
    await mkdir(workspace);
    await writeFile(path.join(workspace, 'index.py'), files['index.py']);
    await writeFile(path.join(workspace, 'util.py'), `# newer\n${files['util.py']}`);
    const pathMappings = await copiedFiles(workspace, target.localRoot);
    const client = await DebugpyClient.listen(target, debugpy, { pathMappings });
    clients.push(client);
    environment.connectDebugger({ port: client.port, debugpy });
    assert.deepEqual(await client.configure(path.join(workspace, 'index.py'), [3]), [true]);
    await init;
    const running = invoke(environment);
    const threadId = await client.stopped();
    assert.deepEqual(await client.sources(threadId), [{ path: path.join(workspace, 'index.py') }]);
    await client.send('stepIn', { threadId });
    const [own] = await client.sources(await client.stopped());
    assert.deepEqual(own, { path: path.join(target.localRoot, 'util.py'), text: files['util.py'] });
    await client.send('continue', { threadId });
    assert.equal((await running).result, 42);
  });

  it('counts the time in which it runs', async () => {
    const text = 'import time\ndef handler(event, context):\n    time.sleep(60)\n';
    const { environment, client, init } = await attached([3], { timeout: 2 }, { 'index.py': text });
    await init;
    const running = invoke(environment);
    const threadId = await client.stopped();
    environment.setPaused(true);
    environment.setPaused(false);
    await client.send('continue', { threadId });
    assert.equal((await running).phase.status, 'timeout');
  });

  it('finds the debugpy of the project, and goes on without one that can’t be used, saying why', async () => {
    const { environment, target, init } = await waiting(
      {},
      {
        'index.py': source,
        'debugpy/__init__.py': 'raise ImportError("not for this Python")',
        'debugpy/adapter/__init__.py': '',
      },
    );
    assert.equal(target.debugpy, path.join(target.localRoot, 'debugpy'));
    environment.connectDebugger({ port: 1, debugpy: target.debugpy });
    await init;
    assert.deepEqual((await invoke(environment)).result, [42, [], []]);
    assert.match(harness.notices.join('\n'), /No debugger finds to orders: .*not for this Python/);
  });

  it('ends while it waits', async () => {
    const { environment, init } = await waiting();
    const rejected = assert.rejects(init);
    await environment.stop('spindown');
    await rejected;
    assert.equal(environment.summary.state, 'stopped');
  });
});
