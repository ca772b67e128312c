import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamedAnswer } from '../../../src/host/api/streamedAnswer.ts';

const MEBIBYTE = Buffer.alloc(1024 * 1024, 'm');
const head = { executedVersion: '$LATEST', contentType: 'text/plain' };

describe('a streamed answer on its way to its client', () => {
  let server: Server;
  let toClient: ServerResponse;
  let client: IncomingMessage;
  let answer: StreamedAnswer;
  let resumed: number;
  let whenResumed: (() => void) | undefined;

  beforeEach(async () => {
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const asked = get({ port: (server.address() as AddressInfo).port, agent: false });
    asked.on('error', () => undefined);
    [, toClient] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
    const answered = once(asked, 'response');
    toClient.writeHead(200);
    toClient.flushHeaders();
    [client] = (await answered) as [IncomingMessage];
    resumed = 0;
    whenResumed = undefined;
    answer = new StreamedAnswer();
    answer.begin(head, () => {
      resumed += 1;
      whenResumed?.();
    });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const text = async (): Promise<string> => {
    const parts: Buffer[] = [];
    for await (const part of client) parts.push(part as Buffer);
    return Buffer.concat(parts).toString('latin1');
  };

  it('keeps what comes before there is somebody to send it to, and asks for more then', async () => {
    assert.deepEqual(await answer.begun, head);
    assert.equal(answer.write(Buffer.from('early')), false);
    answer.sendTo(toClient);
    assert.equal(resumed, 1);
    assert.equal(answer.write(Buffer.from('late')), true);
    answer.complete({ status: 200, streamed: true, payload: Buffer.from('earlylate') });
    assert.match(await text(), /early[^]*late[^]*InvokeComplete[^]*{}/);
  });

  it('has enough while its client does not read, and asks for more when it does', async () => {
    answer.sendTo(toClient);
    let written = 0;
    while (answer.write(MEBIBYTE)) assert.ok((written += 1) < 100, 'it took all of 100 MiB');
    const before = resumed;
    const more = new Promise<void>(resolve => (whenResumed = resolve));
    client.resume();
    await more;
    assert.ok(resumed > before);
  });

  it('takes everything once its client is gone, and asks for it', async () => {
    answer.sendTo(toClient);
    while (answer.write(MEBIBYTE));
    const more = new Promise<void>(resolve => (whenResumed = resolve));
    client.destroy();
    await more;
    for (let index = 0; index < 100; index++) assert.equal(answer.write(MEBIBYTE), true);
    answer.complete({ status: 200, streamed: true });
  });

  it('asks for more where its client was gone before', async () => {
    const closed = once(toClient, 'close');
    client.destroy();
    await closed;
    assert.equal(answer.write(Buffer.from('early')), false);
    answer.sendTo(toClient);
    assert.equal(resumed, 1);
    assert.equal(answer.write(MEBIBYTE), true);
  });

  it('makes an exception of what Lambda itself fails with', async () => {
    answer.sendTo(toClient);
    answer.write(Buffer.from('part'));
    answer.fail({ code: 'ServiceException', message: 'lost' });
    assert.match(await text(), /part[^]*:message-type[^]*error[^]*ServiceException[^]*lost/);
  });
});
