/** InvokeWithResponseStream at a real host, by the official SDK and on the wire. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  type InvokeWithResponseStreamCommandInput,
  type InvokeWithResponseStreamCompleteEvent,
  type LambdaServiceException,
} from '@aws-sdk/client-lambda';
import { invocation } from '../../../src/client/controlCalls.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import type { InvocationSummary } from '../../../src/protocol/model.ts';
import { call, createFunction } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';

/** `gate`: a port of the test, at which the handler asks and waits before it goes on. */
const source = `
  const http = require('node:http');
  const pass = (port, name) => new Promise((resolve, reject) =>
    http.get({ port, path: '/' + name, agent: false }, answer => answer.resume().on('end', resolve)).on('error', reject));
  exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
    console.log('begins ' + event.mode);
    if (event.mode === 'http') stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' } });
    if (event.type) stream.setContentType(event.type);
    if (event.mode === 'fails at once') throw new TypeError('no');
    stream.write('one ');
    if (event.gate) await pass(event.gate, 'after-one');
    if (event.mode === 'fails') throw new TypeError('broken');
    if (event.mode === 'exits') process.exit(3);
    if (event.mode === 'hangs') await new Promise(() => setInterval(() => undefined, 1000));
    if (event.mode === 'floods') {
      const chunk = Buffer.alloc(1024 * 1024, 'f');
      for (let index = 0; index < event.chunks; index++) {
        if (!stream.write(chunk)) await new Promise(resolve => stream.once('drain', resolve));
        await pass(event.gate, 'chunk');
      }
    }
    stream.end('two');
  });`;

interface Streamed {
  readonly text: string;
  readonly chunks: number;
  readonly complete: InvokeWithResponseStreamCompleteEvent;
  readonly executedVersion: string | undefined;
  readonly requestId: string;
}

describe('InvokeWithResponseStream', () => {
  const host = useTestHost();
  let server: Server;
  let gate: number;
  /** Handlers that wait at the gate after their first chunk. */
  let waiting: ServerResponse[];
  /** Chunks that a handler has got rid of. */
  let written: number;

  before(async () => {
    server = createServer((request, answer) => {
      if (request.url === '/after-one') waiting.push(answer);
      else answer.end(() => (written += 1));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    gate = (server.address() as AddressInfo).port;
    await createFunction(host().client, 'streams', source, { Timeout: 30 });
    await createFunction(host().client, 'hangs', source, { Timeout: 1 });
    await createFunction(
      host().client,
      'buffered',
      `exports.handler = async event => { if (event.fail) throw new TypeError('no'); return { a: event.a }; };`,
    );
  });
  beforeEach(() => {
    waiting = [];
    written = 0;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const open = (name: string, event: unknown, more: Partial<InvokeWithResponseStreamCommandInput> = {}) =>
    host().client.send(
      new InvokeWithResponseStreamCommand({ FunctionName: name, Payload: JSON.stringify(event), ...more }),
    );

  async function streamed(...parameters: Parameters<typeof open>): Promise<Streamed> {
    const answer = await open(...parameters);
    const chunks: Buffer[] = [];
    let complete: InvokeWithResponseStreamCompleteEvent | undefined;
    for await (const event of answer.EventStream ?? []) {
      assert.equal(complete, undefined, 'nothing comes after InvokeComplete');
      if (event.PayloadChunk) chunks.push(Buffer.from(event.PayloadChunk.Payload ?? []));
      complete = event.InvokeComplete;
    }
    assert.ok(complete, 'the stream ends with InvokeComplete');
    return {
      text: Buffer.concat(chunks).toString(),
      chunks: chunks.length,
      complete,
      executedVersion: answer.ExecutedVersion,
      requestId: answer.$metadata.requestId ?? '',
    };
  }

  async function ended(client: HostClient, requestId: string): Promise<InvocationSummary | undefined> {
    const summary = await invocation(client, requestId);
    return summary.status === 'running' ? undefined : summary;
  }

  const refusal = (promise: Promise<unknown>): Promise<LambdaServiceException> =>
    promise.then(
      () => assert.fail('it was not refused'),
      (error: unknown) => error as LambdaServiceException,
    );

  it('gives each chunk while the handler is still at work', async () => {
    const { EventStream } = await open('streams', { mode: 'plain', gate });
    const chunks: string[] = [];
    for await (const { PayloadChunk, InvokeComplete } of EventStream ?? []) {
      if (PayloadChunk) chunks.push(Buffer.from(PayloadChunk.Payload ?? []).toString());
      else assert.deepEqual(InvokeComplete, {});
      if (chunks.length > 1 || !PayloadChunk) continue;
      // Its handler goes on because this chunk has come.
      await until(() => waiting.length === 1, { what: 'the handler to wait for us' });
      waiting[0]!.end();
    }
    assert.deepEqual(chunks, ['one ', 'two']);
  });

  it('says which version ran, and ends with the log where that is asked for', async () => {
    const { client } = host();
    const { Version } = await client.send(new PublishVersionCommand({ FunctionName: 'streams' }));
    const answer = await until(
      () => streamed('streams', { mode: 'plain' }, { Qualifier: Version!, LogType: 'Tail' }),
      { what: 'the version to be active' },
    );
    assert.equal(answer.text, 'one two');
    assert.equal(answer.executedVersion, Version);
    const log = Buffer.from(answer.complete.LogResult ?? '', 'base64').toString();
    assert.match(log, /begins plain\n[^]*END RequestId[^]*REPORT RequestId: [^]*Duration/);
    assert.equal(answer.complete.ErrorCode, undefined);
  });

  it('passes the prelude of HTTP on as it is', async () => {
    const { text } = await streamed('streams', { mode: 'http' });
    assert.equal(text, '{"statusCode":201,"headers":{"a":"b"}}\0\0\0\0\0\0\0\0one two');
  });

  it('gives the answer of a function that does not stream as one chunk', async () => {
    const { text, chunks, complete, executedVersion } = await streamed('buffered', { a: 'ü' });
    assert.deepEqual([text, chunks, complete, executedVersion], ['{"a":"ü"}', 1, {}, '$LATEST']);
  });

  it('ends with the error of a function that does not stream', async () => {
    const { chunks, complete } = await streamed('buffered', { fail: true });
    assert.equal(chunks, 0);
    assert.equal(complete.ErrorCode, 'Unhandled');
    assert.equal((JSON.parse(complete.ErrorDetails ?? '') as { errorType: string }).errorType, 'TypeError');
  });

  for (const [mode, name, text, errorType] of [
    ['fails', 'streams', 'one ', 'TypeError'],
    ['fails at once', 'streams', '', 'TypeError'],
    ['exits', 'streams', 'one ', 'Runtime.ExitError'],
    ['hangs', 'hangs', 'one ', 'Sandbox.Timedout'],
  ] as const)
    it(`ends with what there was and the error where the handler ${mode}, and history has it`, async () => {
      const answer = await streamed(name, { mode });
      assert.equal(answer.text, text);
      assert.equal(answer.complete.ErrorCode, 'Unhandled');
      const details = JSON.parse(answer.complete.ErrorDetails ?? '') as { errorType: string };
      assert.equal(details.errorType, errorType);
      const client = new HostClient(host().ready);
      const summary = await until(() => ended(client, answer.requestId), { what: 'the record' });
      assert.equal(summary.status, mode === 'hangs' ? 'timeout' : 'error');
      assert.equal(summary.errorType, errorType);
      client.close();
      assert.equal((await streamed('streams', { mode: 'plain' })).text, 'one two');
    });

  it('collects what is streamed for a plain Invoke', async () => {
    const answer = await host().client.send(
      new InvokeCommand({ FunctionName: 'streams', Payload: '{"mode":"plain"}' }),
    );
    assert.equal(Buffer.from(answer.Payload ?? []).toString(), 'one two');
  });

  it('goes on where its client goes away', async () => {
    const abort = new AbortController();
    const answer = await host().client.send(
      new InvokeWithResponseStreamCommand({
        FunctionName: 'streams',
        Payload: JSON.stringify({ mode: 'floods', chunks: 1, gate }),
      }),
      { abortSignal: abort.signal },
    );
    const events = answer.EventStream![Symbol.asyncIterator]();
    await events.next();
    abort.abort();
    await events.return?.();
    const client = new HostClient(host().ready);
    await until(() => waiting.length === 1, { what: 'the handler' });
    waiting[0]!.end();
    const summary = await until(() => ended(client, answer.$metadata.requestId!), { what: 'its end' });
    assert.equal(summary.status, 'success');
    client.close();
  });

  it('lets the handler wait while its client does not read', async () => {
    const client = new HostClient(host().ready);
    const chunks = 64;
    const response = await client.open(
      'lambda',
      'POST',
      '/2021-11-15/functions/streams/response-streaming-invocations',
      { body: Buffer.from(JSON.stringify({ mode: 'floods', chunks, gate })) },
    );
    assert.equal(response.headers['content-type'], 'application/vnd.amazon.eventstream');
    assert.equal(response.headers['x-amzn-remapped-content-type'], 'application/octet-stream');
    assert.equal(response.headers['x-amz-executed-version'], '$LATEST');
    await until(() => waiting.length === 1, { what: 'the handler' });
    waiting[0]!.end();
    // Nothing is read: what is on its way fills the buffers between, and then the handler waits for `drain`.
    let before = -1;
    await until(
      () => {
        const isStill = written === before;
        before = written;
        return isStill && written > 0;
      },
      { every: 200, what: 'the handler to stop writing' },
    );
    assert.ok(written < chunks, `${written} MiB were written with nobody to read them`);
    let bytes = 0;
    response.on('data', (part: Buffer) => (bytes += part.length));
    await once(response, 'end');
    assert.equal(written, chunks);
    assert.ok(bytes > chunks * 1024 * 1024);
    client.close();
  });

  it('ends at its deadline also where nobody reads, and says so to who reads late', async () => {
    const client = new HostClient(host().ready);
    const response = await client.open(
      'lambda',
      'POST',
      '/2021-11-15/functions/hangs/response-streaming-invocations',
      { body: Buffer.from(JSON.stringify({ mode: 'floods', chunks: 1_000, gate })) },
    );
    await until(() => waiting.length === 1, { what: 'the handler' });
    waiting[0]!.end();
    const summary = await until(() => ended(client, String(response.headers['x-amzn-requestid'])), {
      what: 'its deadline',
    });
    assert.equal(summary.status, 'timeout');
    const parts = (await response.toArray()) as Buffer[];
    assert.match(Buffer.concat(parts.slice(-2)).toString('latin1'), /InvokeComplete[^]*Sandbox\.Timedout/);
    client.close();
  });

  it('is refused as Invoke is before the function begins', async () => {
    const missing = await refusal(open('nobody', {}));
    assert.deepEqual([missing.name, missing.$metadata.httpStatusCode], ['ResourceNotFoundException', 404]);
    const bad = await refusal(open('streams', {}, { Payload: 'no json' }));
    assert.equal(bad.name, 'InvalidRequestContentException');
    await host().client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'buffered', ReservedConcurrentExecutions: 0 }),
    );
    const throttled = await refusal(open('buffered', {}));
    assert.deepEqual([throttled.name, throttled.$metadata.httpStatusCode], ['TooManyRequestsException', 429]);
  });

  it('runs whatever type of invocation is asked for, as on AWS', async () => {
    assert.equal(
      (await streamed('streams', { mode: 'plain' }, { InvocationType: 'DryRun' })).text,
      'one two',
    );
    assert.equal((await call(host().client, 'hangs', {}, { InvocationType: 'DryRun' })).status, 204);
  });
});
