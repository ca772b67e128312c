import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Caller, invokeCalls, redirected, type PreparedCall } from '../../../bench/callers.ts';
import type { HostInfo } from '../../../src/protocol/hostInfo.ts';

describe('a caller of the bench', () => {
  let server: Server;
  let caller: Caller;
  let answer: RequestListener;
  let calls: PreparedCall[];

  beforeEach(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => answer(Object.assign(request, { text: body }), response));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
    const host = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials };
    calls = redirected(invokeCalls(host as HostInfo, 'f', 3), port);
    caller = new Caller();
  });
  afterEach(async () => {
    caller.close();
    await new Promise(resolve => server.close(resolve));
  });

  it('sends signed requests over one connection and reads answers of known length and in chunks', async () => {
    const ports = new Set<number | undefined>();
    answer = (request, response) => {
      ports.add(request.socket.remotePort);
      assert.equal(request.url, '/2015-03-31/functions/f/invocations');
      assert.match(request.headers.authorization ?? '', /^AWS4-HMAC-SHA256 /);
      const text = `echo ${(request as unknown as { text: string }).text}`;
      if (text.includes('1')) response.writeHead(200).end(text);
      else response.end(text);
    };
    const texts: string[] = [];
    for (const call of calls) texts.push(await caller.call(call));
    assert.deepEqual(texts, ['echo {"n":0}', 'echo {"n":1}', 'echo {"n":2}']);
    assert.equal(ports.size, 1);
  });

  it('takes no error for an answer', async () => {
    answer = (_request, response) => response.writeHead(500).end('broken');
    await assert.rejects(caller.call(calls[0]!), /HTTP\/1\.1 500[^]*broken/);
    answer = (_request, response) =>
      response.writeHead(200, { 'X-Amz-Function-Error': 'Unhandled' }).end('{}');
    await assert.rejects(caller.call(calls[1]!), /Unhandled/);
  });

  it('notices a connection that is closed, and makes another one', async () => {
    answer = request => request.socket.destroy();
    await assert.rejects(caller.call(calls[0]!), /closed the connection/);
    answer = (_request, response) => response.end('back');
    assert.equal(await caller.call(calls[1]!), 'back');
  });
});
