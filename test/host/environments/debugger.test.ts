/** A Node.js environment under the debugger (DEBUGGING.md, Node.js; DESIGN.md rule 2). */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../../src/host/clock.ts';
import type { Environment, EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import { until } from '../../helpers/until.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';
import { InspectorClient } from './inspectorClient.ts';

const source = `globalThis.loaded = true;
exports.handler = async event => {
  const answer = 41 + 1;
  return answer;
};
`;

describe('a Node.js environment under the debugger', () => {
  let harness: Harness;
  beforeEach(() => {
    const clock = systemClock();
    // The init limit of 10 s is over after 3 s, so that standing still is seen.
    harness = createHarness({
      clock: { ...clock, afterWall: (ms, run) => clock.afterWall(ms === 10_000 ? 3000 : ms, run) },
    });
  });
  afterEach(() => harness.close());

  async function attached(
    overrides: Partial<EnvironmentSpec> = {},
    files: Readonly<Record<string, string>> = { 'index.js': source },
    waitMs = 0,
  ): Promise<{ environment: Environment; client: InspectorClient; address: string }> {
    const environment = harness.environments.create(
      harness.spec(files, { debugId: 'session', timeout: 20, ...overrides }),
    );
    const waiting = harness.whenState('waiting-for-debugger');
    const init = environment.init();
    const { debug } = await waiting;
    assert.ok(debug?.language === 'node');
    assert.equal(debug.debugId, 'session');
    assert.match(debug.websocketAddress, /^ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]{36}$/);
    assert.ok(environment.spec.code.kind === 'folder' && debug.localRoot === environment.spec.code.root);
    await delay(waitMs);
    assert.equal(environment.summary.state, 'waiting-for-debugger');
    const client = await InspectorClient.attach(debug.websocketAddress);
    await client.send('Runtime.enable');
    const { result } = (await client.send('Runtime.evaluate', { expression: 'globalThis.loaded' })) as {
      result: { type: string };
    };
    assert.equal(result.type, 'undefined', "nothing of the function's is loaded yet");
    await client.send('Debugger.enable');
    await client.send('Debugger.setBreakpointByUrl', { urlRegex: '.*index\\.js$', lineNumber: 2 });
    await client.send('Runtime.runIfWaitingForDebugger');
    await init;
    assert.equal(environment.summary.state, 'idle');
    return { environment, client, address: debug.websocketAddress };
  }

  for (const [how, prepare] of [
    ['freshly started', undefined],
    [
      'started ahead',
      async (): Promise<void> => {
        const spec = harness.spec({ 'index.js': source });
        harness.environments.warm(spec);
        await until(() => harness.environments.startedAhead() > 0, {
          what: 'a runtime that was started ahead',
        });
      },
    ],
  ] as const) {
    it(`${how}: waits before it loads, stops at the breakpoint, and its deadline stands still`, async () => {
      await prepare?.();
      // Longer than the init limit.
      const { environment, client } = await attached({ timeout: 1 }, undefined, 3500);
      const paused = client.event('Debugger.paused');
      const running = invoke(environment);
      await paused;
      environment.setPaused(true);
      await delay(1300);
      assert.equal(environment.summary.state, 'busy');
      environment.setPaused(false);
      await client.send('Debugger.resume');
      const { result, phase } = await running;
      assert.equal(result, 42);
      assert.equal(phase.status, 'success');
      assert.ok(phase.report.durationMs < 1000, String(phase.report.durationMs));
      client.close();
      await environment.stop('spindown');
      const printed = harness.logs.map(record => record.text).join('');
      assert.doesNotMatch(printed, /ws:|Debugger|inspector/);
    });
  }

  it('counts the time in which it runs', async () => {
    const { environment, client } = await attached(
      { timeout: 1 },
      {
        'index.js': `exports.handler = async () => {\n\n  await new Promise(r => setTimeout(r, 60_000)); };`,
      },
    );
    const paused = client.event('Debugger.paused');
    const running = invoke(environment);
    await paused;
    environment.setPaused(true);
    await delay(200);
    environment.setPaused(false);
    await client.send('Debugger.resume');
    assert.equal((await running).phase.status, 'timeout');
    client.close();
  });

  it('does not tell its address to who asks for the list of targets', async () => {
    const { client, address } = await attached();
    const { port } = new URL(address);
    for (const path of ['/json/list', '/json']) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      assert.equal(answer.status, 404);
    }
    client.close();
  });

  it('keeps no memory limit', async () => {
    const { environment, client } = await attached(
      { memorySize: 128 },
      {
        'index.js': `const kept = Buffer.alloc(200 * 1024 * 1024, 1);\nexports.handler = async () => { await new Promise(r => setTimeout(r, 400)); return kept.length; };`,
      },
    );
    await client.send('Debugger.disable');
    assert.equal((await invoke(environment)).result, 200 * 1024 * 1024);
    client.close();
  });

  it('ends while it waits', async () => {
    const environment = harness.environments.create(
      harness.spec({ 'index.js': source }, { debugId: 'session' }),
    );
    const waiting = harness.whenState('waiting-for-debugger');
    const rejected = assert.rejects(environment.init());
    await waiting;
    await environment.stop('spindown');
    await rejected;
    assert.equal(environment.summary.state, 'stopped');
  });
});
