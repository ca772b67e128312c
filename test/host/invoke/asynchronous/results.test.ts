/** Retries, results and dead letters of asynchronous invocations, on a real host whose clock is driven. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  PutFunctionRecursionConfigCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  dropDelivery,
  dropEvent,
  pendingDeliveries,
  pendingEvent,
  pendingEvents,
  retryEvent,
} from '../../../../src/client/asynchronous.ts';
import { advanceClock, invocation, invocations, metrics } from '../../../../src/client/controlCalls.ts';
import { HostClient } from '../../../../src/client/hostClient.ts';
import { call, createFunction } from '../../../helpers/functions.ts';
import { createQueue, deleteQueue } from '../../../helpers/sqs.ts';
import { useTestHost } from '../../../helpers/testHost.ts';
import { until } from '../../../helpers/until.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:';

/** Writes each event that it gets into a file of its name. */
const RECORDING = `
  const { appendFileSync } = require('node:fs');
  exports.handler = async (event, context) => {
    appendFileSync(process.env.FOLDER + '/' + context.functionName, JSON.stringify({ event, trace: process.env._X_AMZN_TRACE_ID }) + '\\n');
    if (event.fail) throw new Error('told to fail');
    return { ok: true };
  };`;

interface Recorded {
  readonly event: Readonly<Record<string, unknown>>;
  readonly trace: string;
}

describe('asynchronous invocation', function () {
  this.timeout(30_000);
  const host = useTestHost();
  let client: HostClient;
  before(() => (client = new HostClient(host().ready)));
  after(() => client.close());

  const create = (name: string): Promise<void> =>
    createFunction(host().client, name, RECORDING, {
      Environment: { Variables: { FOLDER: host().root.path } },
    });
  const recorded = async (name: string): Promise<Recorded[]> => {
    const text = await readFile(path.join(host().root.path, name), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Recorded);
  };
  const send = (name: string, event: unknown, Qualifier?: string) =>
    call(host().client, name, event, { InvocationType: 'Event', LogType: 'None', Qualifier });
  const configure = (FunctionName: string, config: object): Promise<unknown> =>
    host().client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...config }));
  const times = (n: number, name: string) =>
    until(async () => (await recorded(name)).length >= n && recorded(name), {
      what: `${n} calls of ${name}`,
    });
  const nothingPends = () =>
    until(async () => (await pendingEvents(client)).Counts.length === 0, { what: 'an empty queue' });

  it('sends the record of a success to a function, which is invoked with it', async () => {
    await create('source');
    await create('target');
    await host().client.send(
      new CreateAliasCommand({ FunctionName: 'source', Name: 'live', FunctionVersion: '$LATEST' }),
    );
    await configure('source', {
      Qualifier: 'live',
      DestinationConfig: { OnSuccess: { Destination: `${ARN}target` } },
    });
    const sent = await send('source', { n: 1 }, 'live');
    assert.deepEqual([sent.status, sent.payload], [202, undefined]);
    const [{ event, trace }] = (await times(1, 'target')) as [Recorded];
    const { timestamp, ...rest } = event;
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(rest, {
      version: '1.0',
      requestContext: {
        requestId: sent.requestId,
        functionArn: `${ARN}source:live`,
        condition: 'Success',
        approximateInvokeCount: 1,
      },
      requestPayload: { n: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: { ok: true },
    });
    const root = (text: string): string | undefined => /Root=[^;]+/.exec(text)?.[0];
    assert.equal(root(trace), root((await recorded('source'))[0]!.trace));
    const [child] = await until(
      async () => {
        const found = await invocations(client, { functionName: 'target' });
        return found.length > 0 && found;
      },
      { what: 'the history' },
    );
    assert.deepEqual(
      [child?.source, child?.cause, child?.attempt, child?.parent],
      ['destination', 'call', 1, sent.requestId],
    );
    // The unqualified function has a configuration of its own: none.
    await send('source', { n: 2 });
    await nothingPends();
    assert.equal((await recorded('target')).length, 1);
  });

  it('tries again when a minute and two have passed, and says meanwhile what waits', async () => {
    await create('failing');
    await create('failures');
    await configure('failing', { DestinationConfig: { OnFailure: { Destination: `${ARN}failures` } } });
    const { requestId } = await send('failing', { fail: true });
    const pending = async (attempt: number) =>
      until(async () => (await pendingEvents(client)).Events.find(event => event.attempt === attempt), {
        what: `attempt ${attempt}`,
      });
    const event = await pending(2);
    assert.deepEqual(
      [event.requestId, event.functionName, event.state, event.cause, event.errorMessage, event.source],
      [requestId, 'failing', 'waiting', 'function-error', 'told to fail', 'api'],
    );
    assert.ok(event.nextTryAt - event.acceptedAt >= 60_000 && event.nextTryAt - event.acceptedAt < 70_000);
    assert.equal(event.expiresAt - event.acceptedAt, 6 * 3_600_000);
    await advanceClock(client, '50s');
    assert.equal((await recorded('failing')).length, 1);
    const { done } = await advanceClock(client, '11s');
    assert.ok(
      done.some(({ what }) => what === 'an event for failing is tried again'),
      JSON.stringify(done),
    );
    assert.equal((await recorded('failing')).length, 2);
    await advanceClock(client, '121s');
    const [record] = await times(1, 'failures');
    assert.deepEqual((record!.event as { requestContext: unknown }).requestContext, {
      requestId,
      functionArn: `${ARN}failing:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    });
    const attempts = (await invocations(client, { functionName: 'failing' })).map(
      ({ attempt, cause, requestId: id }) => `${attempt} ${cause!} ${id}`,
    );
    assert.deepEqual(attempts, [
      `3 function-error ${requestId}`,
      `2 function-error ${requestId}`,
      `1 call ${requestId}`,
    ]);
    assert.equal((await invocation(client, requestId)).attempt, 3);
    const [dropped] = await metrics(client, { functionName: 'failing', metric: 'AsyncEventsDropped' });
    assert.deepEqual(
      dropped?.points.map(({ sum }) => sum),
      [1],
    );
  });

  it('retries now, and drops, when somebody says so', async () => {
    await create('moody');
    const { requestId } = await send('moody', { fail: true });
    const dropped = await send('moody', { fail: true, n: 2 });
    await until(
      async () => (await pendingEvents(client)).Events.filter(({ attempt }) => attempt === 2).length === 2,
      { what: 'two failures' },
    );
    assert.equal((await pendingEvent(client, dropped.requestId)).event, '{"fail":true,"n":2}');
    await retryEvent(client, requestId);
    await dropEvent(client, dropped.requestId);
    await assert.rejects(pendingEvent(client, dropped.requestId), { status: 404 });
    await times(3, 'moody');
    await until(
      async () => (await pendingEvents(client)).Events.map(({ attempt }) => attempt).join() === '3',
      { what: 'the second failure' },
    );
    const [last] = await invocations(client, { functionName: 'moody' });
    assert.deepEqual([last?.cause, last?.attempt], ['retry-now', 2]);
    await assert.rejects(dropEvent(client, dropped.requestId), { status: 404 });
    await dropEvent(client, requestId);
    await nothingPends();
  });

  it('lets those that find no room wait, and ends a poison event by the rules', async () => {
    await createFunction(
      host().client,
      'narrow',
      `exports.handler = async event => {
         if (event.poison) process.kill(process.pid, 'SIGKILL');
         await new Promise(resolve => setTimeout(resolve, 20));
       };`,
    );
    await host().client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'narrow', ReservedConcurrentExecutions: 1 }),
    );
    const sent = [];
    for (let n = 0; n < 12; n++) sent.push((await send('narrow', { n })).requestId);
    const poison = (await send('narrow', { poison: true })).requestId;
    await until(
      async () => {
        await advanceClock(client, '30s');
        return (await pendingEvents(client, { functionName: 'narrow' })).Events.length === 0;
      },
      { ms: 20_000, what: 'all of them to run' },
    );
    const ran = await invocations(client, { functionName: 'narrow', maxItems: 100 });
    assert.deepEqual(
      ran
        .filter(({ status }) => status === 'success')
        .map(({ requestId }) => requestId)
        .sort(),
      sent.sort(),
    );
    assert.deepEqual(
      ran
        .filter(({ requestId }) => requestId === poison)
        .map(({ attempt, status }) => `${attempt} ${status}`),
      ['3 error', '2 error', '1 error'],
    );
  });

  it('hands what can’t run to failure handling, and shows what can’t be delivered', async () => {
    await create('off');
    const queue = 'arn:aws:sqs:us-east-1:000000000000:dead';
    const queueUrl = await createQueue(host().ready, 'dead');
    await host().client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'off', DeadLetterConfig: { TargetArn: queue } }),
    );
    await host().client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'off', ReservedConcurrentExecutions: 0 }),
    );
    await deleteQueue(host().ready, queueUrl);
    await send('off', {});
    const [delivery] = await until(
      async () => {
        const found = await pendingDeliveries(client, { functionName: 'off' });
        return found[0]?.state === 'failed' && found;
      },
      { what: 'the failed delivery' },
    );
    assert.deepEqual([delivery?.kind, delivery?.target, delivery?.attempts], ['dead-letter', queue, 1]);
    assert.match(delivery?.error ?? '', /The specified queue does not exist: arn:aws:sqs/);
    assert.match(host().output(), /A dead letter of off could not be sent to arn:aws:sqs/);
    const [errors] = await metrics(client, { functionName: 'off', metric: 'DeadLetterErrors' });
    assert.deepEqual(
      errors?.points.map(({ sum }) => sum),
      [1],
    );
    assert.equal((await recorded('off')).length, 0);
    await dropDelivery(client, delivery!.id);
    assert.deepEqual(await pendingDeliveries(client), []);
  });

  it('goes on with what was queued for a function that is deleted', async () => {
    await create('deleted');
    await create('mourning');
    await configure('deleted', {
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: `${ARN}mourning` } },
    });
    await send('deleted', { fail: true });
    await until(async () => (await pendingEvents(client)).Events.find(({ attempt }) => attempt === 2), {
      what: 'the first failure',
    });
    await host().client.send(new DeleteFunctionCommand({ FunctionName: 'deleted' }));
    await advanceClock(client, '61s');
    const [{ event }] = (await times(1, 'mourning')) as [Recorded];
    assert.equal((event['requestContext'] as { condition: string }).condition, 'RetriesExhausted');
    assert.deepEqual(event['responseContext'], { statusCode: 404 });
    assert.equal('responsePayload' in event, false);
  });

  it('stops functions that call each other in circles, unless they may', async () => {
    for (const name of ['ping', 'pong']) await create(name);
    await create('rescue');
    await configure('ping', {
      DestinationConfig: {
        OnSuccess: { Destination: `${ARN}pong` },
        OnFailure: { Destination: `${ARN}rescue` },
      },
    });
    await configure('pong', { DestinationConfig: { OnSuccess: { Destination: `${ARN}ping` } } });
    await send('ping', {});
    const [record] = await times(1, 'rescue');
    assert.deepEqual(
      (record!.event['requestContext'] as { condition: string }).condition,
      'RecursiveInvocation',
    );
    assert.deepEqual(record!.event['responseContext'], { statusCode: 400 });
    assert.equal((await recorded('ping')).length, 16);
    assert.equal((await recorded('pong')).length, 16);
    for (const FunctionName of ['ping', 'pong'])
      await host().client.send(
        new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop: 'Allow' }),
      );
    await send('ping', {});
    await times(16 + 20, 'ping');
    await host().client.send(new DeleteFunctionCommand({ FunctionName: 'pong' }));
    // What ping sends afterwards finds no pong, and is tried again after one and after two minutes, as on Lambda.
    await until(
      async () => {
        await advanceClock(client, '61s');
        return (await pendingEvents(client)).Counts.length === 0;
      },
      { what: 'an end of the circle' },
    );
  });

  it('ends circles of failure destinations too', async () => {
    for (const name of ['fails', 'fails-too'])
      await createFunction(host().client, name, "exports.handler = () => { throw new Error('no'); };");
    const toldTo = (name: string) => ({
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: `${ARN}${name}` } },
    });
    await configure('fails', toldTo('fails-too'));
    await configure('fails-too', toldTo('fails'));
    await send('fails', {});
    const [end] = await until(
      async () => {
        const found = await pendingDeliveries(client, { functionName: 'fails' });
        return found[0]?.state === 'failed' && found;
      },
      { what: 'the end of the circle' },
    );
    assert.equal(
      end?.error,
      'Recursion detection stopped fails, and fails-too, which was to be told, has been invoked 16 times in the same chain.',
    );
    const dropped = await metrics(client, { functionName: 'fails', metric: 'RecursiveInvocationsDropped' });
    assert.deepEqual(
      dropped.flatMap(({ points }) => points.map(({ sum }) => sum)),
      [1],
    );
    await nothingPends();
    await dropDelivery(client, end.id);
  });

  it('takes InvokeAsync as it takes events', async () => {
    await create('older');
    // The SDK's command for it is deprecated.
    const invokeAsync = (name: string, body: string) =>
      client.send('lambda', 'POST', `/2014-11-13/functions/${name}/invoke-async/`, {
        body: Buffer.from(body),
      });
    const answer = await invokeAsync('older', '{"n":3}');
    assert.deepEqual([answer.status, answer.body.toString()], [202, '{"Status":202}']);
    const [first] = await times(1, 'older');
    assert.deepEqual(first!.event, { n: 3 });
    await assert.rejects(invokeAsync('older', JSON.stringify('x'.repeat(262_144))), {
      code: 'RequestEntityTooLargeException',
    });
    await assert.rejects(invokeAsync('nobody', '{}'), {
      code: 'ResourceNotFoundException',
      message: `Function not found: ${ARN}nobody:$LATEST`,
    });
  });

  it('refuses events that are too large', async () => {
    await create('small');
    await assert.rejects(send('small', 'x'.repeat(1_048_576)), {
      name: 'RequestEntityTooLargeException',
      message: 'Request must be smaller than 1048576 bytes for the InvokeFunction operation',
    });
  });
});
