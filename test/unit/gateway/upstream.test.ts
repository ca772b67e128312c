import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startGateway, type GatewayFixture } from './gatewayFixture.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('the gateway: services that are not embedded', () => {
  let upstream: Server;
  let seen: Seen[];
  let fixture: GatewayFixture;

  before(async () => {
    seen = [];
    upstream = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({
          method: request.method,
          url: request.url,
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
        });
        response.writeHead(207, 'Odd', ['set-cookie', 'a=1', 'set-cookie', 'b=2', 'x-own', 'yes']);
        response.write('first,');
        response.end('second');
      });
    });
    await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve));
    const { port } = upstream.address() as AddressInfo;
    fixture = await startGateway({ upstream: `http://127.0.0.1:${port}/base/` });
  });
  after(async () => {
    await fixture.close();
    upstream.close();
  });
  afterEach(() => seen.splice(0));

  it('are passed on as they are, and their answers back', async () => {
    const answer = await fixture.call({
      method: 'PUT',
      path: '/bucket/a%20b?versionId=1',
      body: 'content',
      sign: { service: 's3', headers: { 'x-amz-meta-k': 'v' } },
    });
    assert.equal(answer.status, 207);
    assert.equal(answer.body, 'first,second');
    assert.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2']);
    assert.equal(answer.headers['x-own'], 'yes');
    const [request] = seen;
    assert.equal(request?.method, 'PUT');
    assert.equal(request.url, '/base/bucket/a%20b?versionId=1');
    assert.equal(request.body, 'content');
    assert.equal(request.headers['x-amz-meta-k'], 'v');
    assert.equal(request.headers.host, `127.0.0.1:${fixture.port}`);
    assert.match(request.headers.authorization ?? '', /^AWS4-HMAC-SHA256 /);
  });

  it('get bodies of any length, streamed', async () => {
    const body = 'x'.repeat(5_000_000);
    await fixture.call({ method: 'PUT', path: '/b/k', body, sign: { service: 's3' } });
    assert.equal(seen[0]?.body.length, body.length);
  });

  it('get a body that its client only sends when it is told to go on', async () => {
    const body = 'x'.repeat(100_000);
    const sent = fixture.sign({ method: 'PUT', url: '/b/k', service: 's3', body });
    const request = http.request({
      port: fixture.port,
      method: 'PUT',
      path: '/b/k',
      headers: { ...sent, 'content-length': body.length, expect: '100-continue' },
      agent: false,
    });
    request.flushHeaders();
    await once(request, 'continue');
    request.end(body);
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
    answer.resume();
    assert.equal(answer.statusCode, 207);
    assert.equal(seen[0]?.body.length, body.length);
  });

  it('get nothing that the gate refuses', async () => {
    const wrong = { ...fixture.keys.owner, secretAccessKey: 'x' };
    assert.equal((await fixture.call({ sign: { service: 's3', credentials: wrong } })).status, 403);
    assert.equal(
      (await fixture.call({ sign: { service: 's3' }, headers: { origin: 'http://evil.example' } })).status,
      403,
    );
    assert.equal(seen.length, 0);
  });

  it('may be used with the keys of an environment', async () => {
    const answer = await fixture.call({ sign: { service: 'sqs', credentials: fixture.keys.mint('f') } });
    assert.equal(answer.status, 207);
  });

  it('answer by name, in their own protocol, where there is no upstream', async () => {
    const alone = await startGateway();
    try {
      const s3 = await alone.call({ sign: { service: 's3' } });
      assert.equal(s3.status, 501);
      assert.match(
        s3.body,
        /<Code>UnsupportedOperationException<\/Code><Message>The service &quot;s3&quot; is not part of Lamplight\. Start it with --upstream/,
      );
      const sqs = await alone.call({
        method: 'POST',
        sign: { service: 'sqs', headers: { 'x-amz-target': 'AmazonSQS.SendMessage' } },
      });
      assert.equal(sqs.json?.['__type'], 'UnsupportedOperationException');
      assert.match(String(sqs.json['message']), /^The service "sqs" /);
      const sns = await alone.call({ method: 'POST', sign: { service: 'sns' } });
      assert.match(sns.body, /^<ErrorResponse><Error>/);
    } finally {
      await alone.close();
    }
  });

  it('say which upstream does not answer', async () => {
    const gone = await startGateway({ upstream: 'http://127.0.0.1:9' });
    try {
      const answer = await gone.call({ sign: { service: 'sqs', headers: { 'x-amz-target': 'X' } } });
      assert.equal(answer.status, 503);
      assert.match(
        String(answer.json?.['message']),
        /^The upstream endpoint http:\/\/127\.0\.0\.1:9 does not answer \(/,
      );
    } finally {
      await gone.close();
    }
  });
});
