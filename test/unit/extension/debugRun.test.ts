import assert from 'node:assert/strict';
import { DebugRun } from '../../../src/extension/debug/debugRun.ts';
import { NoDebugger } from '../../../src/extension/debug/noDebugger.ts';
import type { DebugSurroundings } from '../../../src/extension/debug/debugRun.ts';
import { debugPlan, PENDING_FIELD } from '../../../src/extension/debug/launchConfiguration.ts';
import type { HostSession, InvokeAnswer, InvokeCall } from '../../../src/extension/host/hostSession.ts';
import { Listeners } from '../../../src/extension/listeners.ts';
import type { HostEvent } from '../../../src/protocol/control.ts';
import type { EnvironmentSummary } from '../../../src/protocol/model.ts';
import { environmentSummary, invocationRecord, invocationSummary } from './builders.ts';

interface Stage {
  readonly run: DebugRun;
  readonly said: string[];
  readonly host: Listeners<HostEvent>;
  /** Answers the invocation that is under way. */
  readonly answer: (answer: Partial<InvokeAnswer>) => void;
  readonly invoked: () => Promise<InvokeCall>;
}

function stage(configuration: object, over: Partial<DebugSurroundings> = {}): Stage {
  const plan = debugPlan({ request: 'launch', function: 'a', payload: { n: 1 }, ...configuration }, '/w');
  if ('mistake' in plan) throw new Error(plan.mistake);
  const said: string[] = [];
  const host = new Listeners<HostEvent>();
  let settle: (answer: InvokeAnswer) => void = () => undefined;
  let called: (call: InvokeCall) => void = () => undefined;
  const invoked = new Promise<InvokeCall>(resolve => (called = resolve));
  const session: Pick<HostSession, 'invoke' | 'invocation' | 'startDebug' | 'endDebug'> = {
    invoke: call =>
      new Promise((resolve, reject) => {
        settle = resolve;
        call.signal?.addEventListener('abort', () => reject(call.signal?.reason as Error));
        called(call);
      }),
    invocation: (requestId, attempt) =>
      Promise.resolve(invocationRecord({ requestId, attempt: attempt ?? 1, result: '{"n":1}' })),
    startDebug: name => {
      said.push(`open ${name}`);
      return Promise.resolve('d1');
    },
    endDebug: id => {
      said.push(`end ${id}`);
      return Promise.resolve();
    },
  };
  const run = new DebugRun(plan, {
    settle: () => Promise.resolve(true),
    host: () => Promise.resolve(session as HostSession),
    note: () => undefined,
    hostEvents: host,
    retry: requestId => {
      said.push(`retry ${requestId}`);
      return Promise.resolve();
    },
    isOver: () => Promise.resolve(false),
    eventText: event => Promise.resolve(event === 'current' ? '{}' : event.kind === 'text' ? event.text : ''),
    attach: environment => {
      said.push(`attach ${environment.id}`);
      return Promise.resolve(true);
    },
    describe: answer => Promise.resolve(answer.payload),
    result: (requestId, startedAt) => ({ name: requestId, path: `result:${requestId}@${startedAt}` }),
    write: (category, text, link) =>
      said.push(`${category}: ${text}${link === undefined ? '' : ` → ${link.path}`}`),
    ended: () => said.push('ended'),
    ...over,
  });
  return {
    run,
    said,
    host,
    answer: answer => settle({ requestId: 'r', payload: '{}', ...answer }),
    invoked: () => invoked,
  };
}

/** Everything that was promised so far has happened. */
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

const waiting = (id: string, debugId = 'd1'): EnvironmentSummary =>
  environmentSummary(id, 'a', {
    state: 'waiting-for-debugger',
    debug: { debugId, language: 'node', websocketAddress: 'ws://x', localRoot: '/b', skipFiles: [] },
  });

describe('DebugRun', () => {
  it('ends where there is no debugger to be had, so that nobody waits for ever', async () => {
    const { run, said, host } = stage({}, { attach: () => Promise.reject(new NoDebugger('none here')) });
    await run.open();
    void run.run();
    await settled();
    host.fire({ type: 'environment', environment: waiting('e1') });
    await settled();
    assert.deepEqual(said, ['open a', 'important: none here', 'end d1', 'ended']);
  });

  it('invokes, attaches to what waits for it, shows the answer and cleans up', async () => {
    const { run, said, host, answer, invoked } = stage({});
    await run.open();
    const done = run.run();
    assert.equal((await invoked()).payload, '{\n  "n": 1\n}');
    host.fire({ type: 'environment', environment: waiting('theirs', 'd2') });
    host.fire({ type: 'environment', environment: waiting('e1') });
    host.fire({ type: 'environment', environment: waiting('e1') });
    const record = {
      functionName: 'a',
      environmentId: 'e1',
      time: 0,
      kind: 'function',
      text: 'hello\n',
    } as const;
    host.fire({ type: 'log', record });
    host.fire({ type: 'log', record: { ...record, environmentId: 'theirs' } });
    answer({ requestId: 'r', payload: '{"ok":true}' });
    await settled();
    const report = { durationMs: 1, billedMs: 1, memorySizeMb: 128, maxMemoryUsedMb: 60 };
    host.fire({ type: 'log', record: { ...record, kind: 'platform', text: 'REPORT RequestId: r\n' } });
    const ended = { report, environmentId: 'e1', startedAt: 7 };
    host.fire({
      type: 'invocation',
      invocation: invocationSummary('theirs', 'a', { ...ended, environmentId: 'x' }),
    });
    host.fire({ type: 'invocation', invocation: invocationSummary('r', 'a', ended) });
    await done;
    assert.deepEqual(said, [
      'open a',
      'attach e1',
      'stdout: hello',
      'stdout: ✓ a succeeded\n{"ok":true}',
      'stdout: \u001b[37mREPORT RequestId: r\u001b[39m',
      'console: Result and log: → result:r@7',
      'end d1',
      'ended',
    ]);
  });

  it('writes a function error where errors go', async () => {
    const { run, said, answer, invoked } = stage({});
    await run.open();
    const done = run.run();
    await invoked();
    answer({ payload: 'TypeError: no', functionError: 'Unhandled' });
    await settled();
    await run.stop();
    await done;
    assert.equal(said.includes('stderr: ✗ a failed\nTypeError: no'), true);
  });

  it('stays for every later invocation when it attaches', async () => {
    const { run, said, host } = stage({ request: 'attach', payload: undefined });
    await run.open();
    await run.run();
    host.fire({ type: 'environment', environment: waiting('e1') });
    host.fire({ type: 'environment', environment: waiting('e2') });
    assert.equal(said.includes('ended'), false);
    assert.deepEqual(
      said.filter(line => line.startsWith('attach')),
      ['attach e1', 'attach e2'],
    );
    await run.stop();
    await run.stop();
    assert.deepEqual(
      said.filter(line => line.startsWith('end')),
      ['end d1'],
    );
  });

  it('waits no longer for an answer when it is stopped', async () => {
    const { run, said, invoked } = stage({});
    await run.open();
    const done = run.run();
    await invoked();
    await run.stop();
    await done;
    assert.deepEqual(said, ['open a', 'end d1']);
  });

  it('opens nothing in the host when it runs without debugging', async () => {
    const { run, said, answer, invoked } = stage({ noDebug: true });
    await run.open();
    const done = run.run();
    await invoked();
    answer({ payload: 'x' });
    await done;
    assert.deepEqual(
      said.map(line => line.replace(/@\d+$/, '')),
      ['stdout: ✓ a succeeded\nx', 'console: Result and log: → result:r', 'ended'],
    );
  });

  it('does not run code that could not be saved', async () => {
    const { run } = stage({}, { settle: () => Promise.resolve(false) });
    await assert.rejects(run.open(), /could not be saved/);
  });

  it('ends with the host', async () => {
    const { run, said, host } = stage({ request: 'attach', payload: undefined });
    await run.open();
    await run.run();
    host.fire({ type: 'stopping', reason: 'asked to' });
    await settled();
    assert.deepEqual(said.slice(-3), ['important: The host stopped: asked to', 'end d1', 'ended']);
  });

  describe('sent a queued event', () => {
    const pending = { [PENDING_FIELD]: 'q1' };
    const report = { durationMs: 1, billedMs: 1, memorySizeMb: 128, maxMemoryUsedMb: 60 };
    const attempt = (status: 'running' | 'success' | 'error', requestId = 'q1'): HostEvent => ({
      type: 'invocation',
      invocation: invocationSummary(requestId, 'a', {
        attempt: 2,
        status,
        startedAt: 7,
        environmentId: 'e1',
        ...(status === 'running' ? {} : { report }),
      }),
    });
    const changed: HostEvent = { type: 'pendingEvents', pending: { functionName: 'a', count: 1 } };

    it('has its next attempt run when debugging is open, and shows how it ended', async () => {
      const { run, said, host } = stage(pending);
      await run.open();
      const done = run.run();
      host.fire({ type: 'environment', environment: waiting('e1') });
      host.fire(attempt('running'));
      host.fire(attempt('success', 'other'));
      await settled();
      assert.deepEqual(said, [
        'open a',
        'retry q1',
        'attach e1',
        'console: Result and log: → result:other~2@7',
      ]);
      host.fire(attempt('error'));
      await done;
      assert.deepEqual(said.slice(4), [
        'console: Result and log: → result:q1~2@7',
        'stderr: ✗ a failed in attempt 2\n{"n":1}',
        'end d1',
        'ended',
      ]);
    });

    it('leaves it in the queue where debugging can not be opened', async () => {
      const { run, said } = stage(pending, { settle: () => Promise.resolve(false) });
      await assert.rejects(run.open());
      assert.deepEqual(said, []);
    });

    it('says why it can not be tried', async () => {
      const { run, said } = stage(pending, {
        retry: () => Promise.reject(new Error('The event q1 is running.')),
      });
      await run.open();
      await run.run();
      assert.deepEqual(said, ['open a', 'important: The event q1 is running.', 'end d1', 'ended']);
    });

    it('ends where the event came to its end without an attempt', async () => {
      let isOver = false;
      const { run, said, host } = stage(pending, { isOver: () => Promise.resolve(isOver) });
      await run.open();
      const done = run.run();
      await settled();
      host.fire(changed);
      await settled();
      isOver = true;
      host.fire(changed);
      await done;
      assert.deepEqual(said.slice(2), [
        'important: The event of a was not tried: the queue says why.',
        'end d1',
        'ended',
      ]);
    });
  });
});
