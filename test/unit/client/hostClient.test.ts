import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AwsCallError, HostGoneError } from '../../../src/client/callError.ts';
import { followHost } from '../../../src/client/followHost.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { invoke } from '../../../src/client/invoke.ts';
import type { HostEvent } from '../../../src/protocol/control.ts';
import type { HostInfo } from '../../../src/protocol/hostInfo.ts';
import { signature, signingKey } from '../../../src/protocol/sigv4.ts';
import { type FakeHost, SNAPSHOT, startFakeHost } from './fakeHost.ts';

describe('host client', () => {
  let stateDir: string;
  let fake: FakeHost;
  let client: HostClient;
  beforeEach(async () => {
    stateDir = await mkdtemp(path.join(os.tmpdir(), 'lamplight-client-'));
    fake = await startFakeHost(stateDir);
    client = new HostClient(fake.info);
  });
  afterEach(async () => {
    client.close();
    await fake.close();
    await rm(stateDir, { recursive: true, force: true });
  });

  it('signs what it sends', async () => {
    fake.answers.set('POST /2015-03-31/functions', { status: 201, body: '{"FunctionName":"f"}' });
    const answer = await client.lambda('POST', '/2015-03-31/functions', {
      query: { B: 'x y', A: 1, C: undefined },
      body: { FunctionName: 'f' },
    });
    assert.deepEqual(answer, { FunctionName: 'f' });
    const [request] = fake.requests;
    assert.ok(request);
    assert.equal(request.url, '/2015-03-31/functions?B=x%20y&A=1');
    assert.equal(request.body, '{"FunctionName":"f"}');
    const amzDate = request.headers['x-amz-date'] as string;
    const scope = { date: amzDate.slice(0, 8), region: 'us-east-1', service: 'lambda' };
    const [, signedHeaders = '', sent] =
      /SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(request.headers.authorization ?? '') ?? [];
    const mac = signature(
      signingKey('secret', scope),
      {
        method: request.method,
        url: request.url,
        headers: request.headers as Record<string, string>,
        signedHeaders: signedHeaders.split(';'),
        payloadHash: request.headers['x-amz-content-sha256'] as string,
      },
      scope,
      amzDate,
    );
    assert.equal(sent, mac);
  });

  it('invokes with type, tail and qualifier and reads the answer', async () => {
    fake.answers.set('POST /2015-03-31/functions/place%20order/invocations', {
      status: 200,
      headers: {
        'x-amzn-requestid': 'r-1',
        'x-amz-executed-version': '3',
        'x-amz-function-error': 'Unhandled',
        'x-amz-log-result': Buffer.from('START …').toString('base64'),
      },
      body: '{"errorMessage":"no"}',
    });
    const answer = await invoke(client, {
      functionName: 'place order',
      qualifier: 'live',
      payload: Buffer.from('{"a":1}'),
      tail: true,
    });
    assert.equal(answer.payload.toString(), '{"errorMessage":"no"}');
    assert.deepEqual(
      { ...answer, payload: undefined },
      {
        status: 200,
        payload: undefined,
        requestId: 'r-1',
        functionError: 'Unhandled',
        logTail: 'START …',
        executedVersion: '3',
      },
    );
    const [request] = fake.requests;
    assert.equal(request!.url.split('?')[1], 'Qualifier=live');
    assert.equal(request!.body, '{"a":1}');
    assert.equal(request!.headers['x-amz-log-type'], 'Tail');
    assert.equal(request!.headers['content-type'], undefined);
  });

  for (const [headers, body, code, message] of [
    [
      { 'x-amzn-errortype': 'ResourceNotFoundException:http://internal.amazon.com/' },
      '{"Message":"not here"}',
      'ResourceNotFoundException',
      'not here',
    ],
    [{}, '{"__type":"com.amazon#AccessDenied","message":"no"}', 'AccessDenied', 'no'],
    [{}, 'plain words', 'HTTP 404', 'plain words'],
  ] as const) {
    it(`reads the error ${code}`, async () => {
      fake.answers.set('GET /x', { status: 404, headers: { ...headers, 'x-amzn-requestid': 'r-2' }, body });
      await assert.rejects(client.lambda('GET', '/x'), (error: unknown) => {
        assert.ok(error instanceof AwsCallError);
        assert.deepEqual(
          [error.code, error.message, error.status, error.requestId],
          [code, message, 404, 'r-2'],
        );
        return true;
      });
    });
  }

  it('leaves nothing on a connection that many calls use', async () => {
    const warnings: string[] = [];
    const hear = (warning: Error): number => warnings.push(warning.message);
    process.on('warning', hear);
    for (let call = 0; call < 30; call++) await client.control('GET', '/lamplight/status');
    // They are told with the next tick.
    await new Promise(resolve => setImmediate(resolve));
    process.off('warning', hear);
    assert.deepEqual(warnings, []);
  });

  it('says that nobody answers', async () => {
    await fake.close();
    await assert.rejects(client.control('GET', '/lamplight/status'), HostGoneError);
    fake = await startFakeHost(stateDir);
  });

  it('gives up a call whose signal is aborted', async () => {
    const abort = new AbortController();
    const call = client.control('GET', '/lamplight/events', { signal: abort.signal });
    abort.abort(new Error('closed'));
    await assert.rejects(call, /closed/);
  });

  it('follows a host over broken streams, its end and its return', async () => {
    const abort = new AbortController();
    const seen: string[] = [];
    const waiting: { text: string; resolve: () => void }[] = [];
    const note = (text: string): void => {
      seen.push(text);
      for (const one of waiting.splice(0))
        if (one.text === text) one.resolve();
        else waiting.push(one);
    };
    const until = (text: string): Promise<void> => new Promise(resolve => waiting.push({ text, resolve }));
    const first = until('snapshot');
    const following = followHost({
      stateDir,
      clientId: 'c-1',
      onHost: (host: HostInfo | undefined) => note(host === undefined ? 'gone' : 'host'),
      onEvent: (event: HostEvent) => note(event.type),
      log: () => undefined,
      signal: abort.signal,
    });
    await first;
    assert.ok(fake.requests.some(request => request.url === '/lamplight/events?ClientId=c-1'));
    const again = until('snapshot');
    fake.dropStreams();
    await again;
    const notice = until('notice');
    fake.publish({ type: 'notice', severity: 'info', message: 'é'.repeat(70_000) });
    await notice;
    const gone = until('gone');
    await fake.close();
    await gone;
    const back = until(SNAPSHOT.type);
    fake = await startFakeHost(stateDir);
    await back;
    abort.abort();
    await following;
    assert.deepEqual(seen, [
      ...['host', 'snapshot', 'gone'],
      ...['host', 'snapshot', 'notice', 'gone'],
      ...['host', 'snapshot', 'gone'],
    ]);
  });
});
