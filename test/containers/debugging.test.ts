import assert from 'node:assert/strict';
import type { NodeDebugTarget } from '../../src/protocol/model.ts';
import { invoke } from '../host/environments/environmentHarness.ts';
import { until } from '../helpers/until.ts';
import { Inspector } from './support/inspector.ts';
import { useContainers } from './support/containerHarness.ts';

const HANDLER = [
  `console.log('loading');`,
  `let total = 40;`,
  `export const handler = async event => {`,
  `  total += event.add;`,
  `  return { total, options: process.env.NODE_OPTIONS ?? null, debug: process.env.LAMPLIGHT_DEBUG ?? null };`,
  `};`,
].join('\n');

describe('a debugger in a container', () => {
  const harness = useContainers();

  /** What an environment offers to a debugger as soon as it waits for one. */
  async function offered(id: string): Promise<NodeDebugTarget> {
    const target = await until(() => harness().environments.get(id)?.summary.debug, {
      what: 'the environment to wait',
    });
    assert.ok(target.language === 'node');
    return target;
  }

  it('stops at the first line of the module and in the handler, and its time stands still', async () => {
    const spec = harness().spec({ 'index.mjs': HANDLER }, { debugId: 'debug-1', timeout: 1 });
    const environment = harness().environments.create(spec);
    const ready = environment.init();
    const target = await offered(environment.id);
    assert.equal(environment.summary.state, 'waiting-for-debugger');
    assert.equal(target.remoteRoot, '/var/task');
    assert.equal(target.localRoot, spec.code.kind === 'folder' ? spec.code.root : '');
    assert.match(target.websocketAddress, /^ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]{36}$/);

    const inspector = await Inspector.attach(target.websocketAddress);
    await inspector.breakAt('file:///var/task/index.mjs', 0);
    await inspector.breakAt('file:///var/task/index.mjs', 3);
    await inspector.send('Runtime.runIfWaitingForDebugger');
    assert.equal((await inspector.paused()).line, 0);
    await inspector.send('Debugger.resume');
    await ready;
    assert.equal(environment.summary.state, 'idle');

    const outcome = invoke(environment, { add: 2 });
    const stop = await inspector.paused();
    environment.setPaused(true);
    assert.equal(stop.line, 3);
    assert.equal(await inspector.evaluate('total', stop.frame), 40);
    // Longer than the function may run: only a deadline that stands still survives this.
    await new Promise(resolve => setTimeout(resolve, 1300));
    environment.setPaused(false);
    await inspector.send('Debugger.resume');
    const { result, phase } = await outcome;
    assert.deepEqual(result, { total: 42, options: null, debug: null });
    assert.equal(phase.status, 'success');
    inspector.close();

    // The inspector's address lets its reader run code: it is in no log.
    const printed = harness()
      .logs.map(({ text }) => text)
      .join('');
    assert.ok(!printed.includes('ws://'), printed);
    assert.ok(!printed.includes('Warning'), printed);
    const listed = await fetch(`http://${new URL(target.websocketAddress).host}/json/list`);
    assert.equal(listed.status, 404);
    await environment.stop('spindown');
  });

  it('leaves the NODE_OPTIONS of the function to it', async () => {
    const spec = harness().spec(
      { 'index.mjs': HANDLER },
      { debugId: 'debug-2', variables: { NODE_OPTIONS: '--no-deprecation' } },
    );
    const environment = harness().environments.create(spec);
    const ready = environment.init();
    const inspector = await Inspector.attach((await offered(environment.id)).websocketAddress);
    await inspector.send('Runtime.runIfWaitingForDebugger');
    await ready;
    const { result } = await invoke(environment, { add: 1 });
    assert.deepEqual(result, { total: 41, options: '--no-deprecation', debug: null });
    inspector.close();
    await environment.stop('spindown');
  });

  it('can be stopped while it waits for a debugger', async () => {
    const spec = harness().spec({ 'index.mjs': HANDLER }, { debugId: 'debug-3' });
    const environment = harness().environments.create(spec);
    const ready = environment.init().then(
      () => 'ready',
      () => 'refused',
    );
    await offered(environment.id);
    await environment.stop('spindown');
    assert.equal(await ready, 'refused');
  });
});
