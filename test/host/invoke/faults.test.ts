/** Each kind of fault, on a real host with real processes: what comes of it is what always comes of such a thing. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { pendingEvents } from '../../../src/client/asynchronous.ts';
import {
  advanceClock,
  freezeClock,
  invocation,
  invocations,
  metrics,
} from '../../../src/client/controlCalls.ts';
import { addFault, clearFaults, enableFault, faultRules, replaceFault } from '../../../src/client/faults.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { invoke } from '../../../src/client/invoke.ts';
import type { FaultRuleSummary, NewFaultRule } from '../../../src/protocol/faults.ts';
import type { InvocationRecord, InvocationSummary } from '../../../src/protocol/model.ts';
import { call, createFunction, type Called } from '../../helpers/functions.ts';
import { startTestHost, type TestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { type Ended, run } from '../cli/program.ts';

/** Notes each run in a file, and answers with its process and how often it has run in it. */
const SOURCE = `
  const { appendFileSync } = require('node:fs');
  let runs = 0;
  exports.handler = async event => {
    appendFileSync(process.env.RUNS, (event.id ?? 'run') + '\\n');
    return { pid: process.pid, runs: ++runs };
  };`;

describe('faults', function () {
  this.timeout(60_000);
  let host: TestHost;
  let client: HostClient;
  let runsFile: string;

  before(async () => {
    host = await startTestHost();
    client = new HostClient(host.ready);
    runsFile = path.join(host.root.path, 'runs');
    for (const name of ['orders', 'inits', 'events'])
      await createFunction(host.client, name, SOURCE, {
        Timeout: 3,
        Environment: { Variables: { RUNS: `${runsFile}-${name}` } },
      });
  });

  after(async () => {
    client.close();
    await host.stop();
  });

  afterEach(() => clearFaults(client));

  const runs = async (name: string): Promise<string[]> =>
    (await readFile(`${runsFile}-${name}`, 'utf8').catch(() => '')).split('\n').filter(line => line !== '');
  const add = (
    kind: NewFaultRule['kind'],
    more: Partial<NewFaultRule> = {},
  ): Promise<{ readonly id: string }> => addFault(client, { functionName: 'orders', kind, next: 1, ...more });
  const record = (requestId: string): Promise<InvocationRecord> =>
    until(() => invocation(client, requestId).catch(() => undefined), { what: `the record of ${requestId}` });
  const pidOf = ({ payload }: Called): number => (payload as { readonly pid: number }).pid;

  it('throttle: 429 with its reason, counted, and in history', async () => {
    const { id } = await add('throttle', { reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
    const before = await runs('orders');
    await assert.rejects(call(host.client, 'orders'), {
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    const { functionError } = await call(host.client, 'orders');
    assert.equal(functionError, undefined);
    assert.equal((await runs('orders')).length, before.length + 1);
    const throttles = await metrics(client, { functionName: 'orders', metric: 'Throttles' });
    assert.equal(throttles[0]?.points.at(-1)?.sum, 1);
    const listed = await invocations(client, { functionName: 'orders' });
    const refused = listed.find(({ status }) => status === 'throttled');
    assert.deepEqual(refused?.fault, { rule: id, kind: 'throttle' });
    assert.equal(refused.errorType, 'TooManyRequestsException');
  });

  it('error: as the runtime would report it, before the handler or in place of its answer', async () => {
    await call(host.client, 'orders');
    const before = (await runs('orders')).length;
    const { id } = await add('error', { errorType: 'TypeError', errorMessage: 'no such order' });
    const first = await call(host.client, 'orders');
    assert.equal(first.functionError, 'Unhandled');
    assert.deepEqual(first.payload, { errorType: 'TypeError', errorMessage: 'no such order', trace: [] });
    assert.match(
      first.log,
      new RegExp(`^START .*\\nLamplight fault rule ${id} \\(error\\): .*\\nEND .*\\nREPORT `),
    );
    assert.equal((await runs('orders')).length, before);
    const kept = await record(first.requestId);
    assert.equal(kept.status, 'error');
    assert.deepEqual(kept.fault, { rule: id, kind: 'error' });

    await add('error', { moment: 'end' });
    const answer = await invoke(client, {
      functionName: 'orders',
      payload: Buffer.from('{}'),
      client: 'cli',
    });
    assert.equal(answer.functionError, 'Unhandled');
    assert.equal(answer.fault?.kind, 'error');
    assert.equal((await runs('orders')).length, before + 1);
    // Its environment goes on.
    assert.equal((await call(host.client, 'orders')).functionError, undefined);
  });

  it('timeout: the words, Duration and end of a real one, without its time', async () => {
    const { pid, runs: count } = (await call(host.client, 'orders')).payload as { pid: number; runs: number };
    await add('timeout');
    const began = performance.now();
    const { payload, log, functionError } = await call(host.client, 'orders');
    assert.ok(performance.now() - began < 2_500);
    assert.equal(functionError, 'Unhandled');
    const { errorType, errorMessage } = payload as { errorType: string; errorMessage: string };
    assert.equal(errorType, 'Sandbox.Timedout');
    assert.match(errorMessage, /^RequestId: \S+ Error: Task timed out after 3\.00 seconds$/);
    assert.match(log, /Task timed out after 3\.00 seconds/);
    assert.match(log, /Duration: 3000\.00 ms.*Status: timeout/);
    assert.ok(count > 0);
    // The handler had run; what comes next is another process.
    assert.notEqual(pidOf(await call(host.client, 'orders')), pid);
  });

  it('crash before and after the answer: the process is killed', async () => {
    const pid = pidOf(await call(host.client, 'orders'));
    const before = (await runs('orders')).length;
    await add('crash-before');
    const crashed = await call(host.client, 'orders');
    assert.equal(crashed.functionError, 'Unhandled');
    const { errorType, errorMessage } = crashed.payload as { errorType: string; errorMessage: string };
    assert.equal(errorType, 'Runtime.ExitError');
    assert.match(errorMessage, /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/);
    assert.equal((await runs('orders')).length, before + 1);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });

    await add('crash-before', { moment: 'start' });
    assert.equal((await call(host.client, 'orders')).functionError, 'Unhandled');
    assert.equal((await runs('orders')).length, before + 1);

    const next = pidOf(await call(host.client, 'orders'));
    const { id } = await add('crash-after');
    const answered = await call(host.client, 'orders');
    assert.equal(answered.functionError, undefined);
    assert.equal(pidOf(answered), next);
    await until(() => !isThere(next), { what: 'the end of the process' });
    assert.deepEqual((await record(answered.requestId)).fault, { rule: id, kind: 'crash-after' });
    const cold = await call(host.client, 'orders');
    assert.match(cold.log, /Init Duration/);
  });

  it('init failure: the init, and the one that runs again within the event; the next event is served', async () => {
    const { id } = await add('init-failure', {
      functionName: 'inits',
      errorType: 'Runtime.ImportModuleError',
      errorMessage: 'no module',
    });
    const failed = await call(host.client, 'inits');
    assert.equal(failed.functionError, 'Unhandled');
    assert.deepEqual(failed.payload, {
      errorType: 'Runtime.ImportModuleError',
      errorMessage: 'no module',
      trace: [],
    });
    assert.match(
      failed.log,
      /INIT_REPORT .*Phase: invoke\tStatus: error\tError Type: Runtime\.ImportModuleError/,
    );
    assert.deepEqual((await record(failed.requestId)).fault, { rule: id, kind: 'init-failure' });
    assert.deepEqual(await runs('inits'), []);
    assert.equal((await call(host.client, 'inits')).functionError, undefined);
    // A warm one starts nothing.
    await add('init-failure', { functionName: 'inits' });
    assert.equal((await call(host.client, 'inits')).functionError, undefined);
    assert.equal((await faultRules(client)).at(-1)?.seen, 0);
  });

  it('lost environment: the next one is cold; with an event in its hands Lambda itself fails', async () => {
    const warm = pidOf(await call(host.client, 'orders'));
    const { id } = await add('lost-environment');
    const next = await call(host.client, 'orders');
    assert.match(next.log, /Init Duration/);
    assert.notEqual(pidOf(next), warm);
    assert.throws(() => process.kill(warm, 0), { code: 'ESRCH' });
    assert.deepEqual((await record(next.requestId)).fault, { rule: id, kind: 'lost-environment' });
    const before = (await runs('orders')).length;
    await add('lost-environment', { moment: 'end' });
    await assert.rejects(call(host.client, 'orders'), { name: 'ServiceException', $fault: 'server' });
    assert.equal((await runs('orders')).length, before + 1);
    assert.match((await call(host.client, 'orders')).log, /Init Duration/);
  });

  it('lost environment: not where the handler ran out of time by itself, nor where a limit refuses the call', async () => {
    await createFunction(
      host.client,
      'stuck',
      'exports.handler = () => new Promise(done => setTimeout(done, 60_000));',
      {
        Timeout: 1,
      },
    );
    const { id } = await add('lost-environment', { functionName: 'stuck', moment: 'end' });
    const limit = (amount: number): Promise<unknown> =>
      host.client.send(
        new PutFunctionConcurrencyCommand({ FunctionName: 'stuck', ReservedConcurrentExecutions: amount }),
      );
    await limit(0);
    await assert.rejects(call(host.client, 'stuck'), { name: 'TooManyRequestsException' });
    assert.equal((await faultRules(client)).find(rule => rule.id === id)?.seen, 0);
    await limit(1);
    const { functionError, payload, log, requestId } = await call(host.client, 'stuck');
    assert.equal(functionError, 'Unhandled');
    assert.equal((payload as { errorType: string }).errorType, 'Sandbox.Timedout');
    assert.doesNotMatch(log, /fault rule/);
    assert.equal((await record(requestId)).fault, undefined);
  });

  it('are named by a replay, whose answer they made', async () => {
    const lamplight = (...argv: string[]): Promise<Ended> =>
      run([...argv, '--state', host.stateDir], { cwd: host.root.path });
    const { requestId } = await call(host.client, 'orders');
    await record(requestId);
    const { id } = await add('error', { source: 'replay' });
    const failed = await lamplight('replay', requestId);
    assert.match(failed.out, new RegExp(`worked then, fails now \\(now: fault ${id} error\\)\n`));
    const throttle = await add('throttle', { source: 'replay' });
    const refused = await lamplight('replay', requestId);
    assert.match(refused.out, new RegExp(`did not run \\(fault ${throttle.id} throttle\\): Rate Exceeded`));
  });

  it('slow init: as long as the rule says, or as on AWS', async () => {
    await createFunction(host.client, 'slow', 'exports.handler = async () => 1;');
    const initOf = async (name: string): Promise<number> =>
      Number(/Init Duration: ([\d.]+) ms/.exec((await call(host.client, name)).log)?.[1]);
    await add('slow-init', { functionName: 'slow', initMs: 1_200 });
    const ms = await initOf('slow');
    assert.ok(ms >= 1_200 && ms < 4_000, String(ms));
    await createFunction(host.client, 'published', 'exports.handler = async () => 1;');
    await add('slow-init', { functionName: 'published' });
    const published = await initOf('published');
    assert.ok(published >= 100, String(published));
  });

  it('are tried again as Lambda does: throttles with back-off, losses too, duplicates and another order', async () => {
    await freezeClock(client);
    const send = (id: string): Promise<{ readonly requestId: string }> =>
      invoke(client, {
        functionName: 'events',
        payload: Buffer.from(JSON.stringify({ id })),
        type: 'Event',
      });
    const ended = async (requestId: string, count: number): Promise<readonly InvocationSummary[]> =>
      until(
        async () => {
          const all = (await invocations(client, { functionName: 'events' })).filter(
            one => one.requestId === requestId,
          );
          return all.length >= count && all.every(({ status }) => status !== 'running')
            ? all.toSorted((a, b) => a.attempt - b.attempt)
            : undefined;
        },
        { what: `${count} attempts of ${requestId}` },
      );

    await add('throttle', { functionName: 'events', source: 'async', next: 2 });
    const throttled = await send('throttled');
    await until(async () => (await pendingEvents(client)).Events[0]?.attempt === 2, {
      what: 'the first throttle',
    });
    await advanceClock(client, '1s');
    await until(async () => (await pendingEvents(client)).Events[0]?.attempt === 3, {
      what: 'the second throttle',
    });
    await advanceClock(client, '2s');
    assert.deepEqual(
      (await ended(throttled.requestId, 3)).map(one => [one.attempt, one.status, one.cause, one.fault?.kind]),
      [
        [1, 'throttled', 'call', 'throttle'],
        [2, 'throttled', 'throttle', 'throttle'],
        [3, 'success', 'throttle', undefined],
      ],
    );

    const { id } = await add('duplicate', { functionName: 'events' });
    const twice = await send('twice');
    assert.deepEqual(
      (await ended(twice.requestId, 2)).map(one => [one.attempt, one.status, one.cause, one.fault]),
      [
        [1, 'success', 'call', undefined],
        [2, 'success', 'duplicate', { rule: id, kind: 'duplicate' }],
      ],
    );
    assert.equal((await runs('events')).filter(line => line === 'twice').length, 2);

    await add('lost-environment', { functionName: 'events', moment: 'end' });
    const lost = await send('lost');
    await until(async () => (await pendingEvents(client)).Events[0]?.attempt === 2, { what: 'the loss' });
    await advanceClock(client, '1s');
    assert.deepEqual(
      (await ended(lost.requestId, 2)).map(one => [one.attempt, one.status, one.cause]),
      [
        [1, 'error', 'call'],
        [2, 'success', 'system-error'],
      ],
    );

    // One at a time, so that they run in the order in which they are due.
    await host.client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'events', ReservedConcurrentExecutions: 1 }),
    );
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    await addFault(client, { functionName: 'events', kind: 'reorder', seed: 'order', windowMs: 60_000 });
    for (const name of names) await send(name);
    assert.equal((await pendingEvents(client)).Events.length, names.length);
    await advanceClock(client, '10m');
    await until(async () => (await pendingEvents(client)).Events.length === 0, { what: 'all events' });
    const order = (await runs('events')).filter(line => names.includes(line));
    assert.deepEqual(order.toSorted(), names);
    assert.notDeepEqual(order, names);
  });

  it('are made, listed and removed by the command line, and named by invoke and history', async () => {
    const lamplight = (...argv: string[]): Promise<Ended> =>
      run([...argv, '--state', host.stateDir], { cwd: host.root.path });
    const added = await lamplight('faults', 'add', 'orders', 'throttle', '--source', 'cli', '--seed', 's');
    assert.equal(added.code, 0, added.err);
    const [id = ''] = added.out.split(' ');
    assert.match(
      added.out,
      /^f\d+ +on +orders +cli +throttle ConcurrentInvocationLimitExceeded +always +hit 0 of 0 +seed s\n$/,
    );
    const refused = await lamplight('invoke', 'orders');
    assert.equal(refused.code, 2);
    assert.match(
      refused.err,
      new RegExp(`^lamplight: fault rule ${id} made this \\(throttle\\): .*\\n.*Rate Exceeded`),
    );
    assert.match(
      (await lamplight('history', '--function', 'orders', '--limit', '1')).out,
      new RegExp(`TooManyRequestsException \\(fault ${id} throttle\\)`),
    );
    const [rule] = JSON.parse((await lamplight('faults', '--json')).out) as FaultRuleSummary[];
    assert.equal(rule?.hits, 1);
    const wrong = await lamplight('faults', 'add', 'orders', 'timeout', '--next', '1', '--every', '2');
    assert.deepEqual([wrong.code, wrong.out], [1, '']);
    assert.match(wrong.err, /every and next exclude each other: give one of them\./);
    assert.match((await lamplight('faults', 'reset', id)).out, /hit 0 of 0/);
    const replaced = await replaceFault(client, id, { functionName: 'orders', kind: 'throttle', every: 2 });
    assert.deepEqual([replaced.id, replaced.every, replaced.source], [id, 2, 'any']);
    assert.match((await lamplight('faults', 'remove', id)).err, new RegExp(`^Removed ${id}; `));
    assert.match((await lamplight('faults', 'restore', id)).out, /every 2/);
    assert.match((await lamplight('faults', 'disable', id)).out, / off /);
    const gone = await lamplight('faults', 'remove', 'f999');
    assert.deepEqual([gone.code, gone.out], [1, '']);
    assert.match(gone.err, /There is no fault rule f999: lamplight faults lists them\./);
    assert.match((await lamplight('faults', 'clear')).err, new RegExp(`^Removed ${id}; `));
    assert.equal((await lamplight('invoke', 'orders')).code, 0);
    assert.equal((await lamplight('faults')).err, 'There are no fault rules.\n');
  });

  it('outlive kill -9 with their counts', async () => {
    const other = await startTestHost();
    let again: TestHost | undefined;
    try {
      await createFunction(other.client, 'f', 'exports.handler = async () => 1;');
      const first = new HostClient(other.ready);
      await addFault(first, { functionName: 'f', kind: 'error', every: 2, seed: 's' });
      const off = await addFault(first, { functionName: '*', kind: 'throttle' });
      await enableFault(first, off.id, false);
      await call(other.client, 'f');
      const before = await faultRules(first);
      first.close();
      await other.kill();
      again = await startTestHost({ root: other.root });
      const second = new HostClient(again.ready);
      assert.deepEqual(await faultRules(second), before);
      second.close();
      assert.equal((await call(again.client, 'f')).functionError, 'Unhandled');
      assert.equal((await call(again.client, 'f')).functionError, undefined);
    } finally {
      await again?.stop();
    }
  });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
