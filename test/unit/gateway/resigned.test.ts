import assert from 'node:assert/strict';
import http, { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, type Clock } from '../../../src/host/clock.ts';
import { startGateway, type GatewayFixture } from './gatewayFixture.ts';

const KEYS = { accessKeyId: 'AKIATHERE', secretAccessKey: 's' };
const ARN = 'arn:aws:sns:eu-west-1:111111111111:t';

describe('the gateway: what is signed again', () => {
  const machine = systemClock();
  /** Limits that run now; a test ends one at will. */
  const limits = new Set<{ readonly run: () => void }>();
  const clock: Clock = {
    ...machine,
    afterWall: (ms, run) => {
      if (ms !== 60_000) return machine.afterWall(ms, run);
      const limit = { run };
      limits.add(limit);
      return { cancel: () => void limits.delete(limit) };
    },
  };
  let server: Server;
  let here: GatewayFixture;
  let serve: (request: IncomingMessage, response: ServerResponse) => void;

  before(async () => {
    server = createServer((request, response) => serve(request, response));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const pointed = (name: string) => ({ url, name, keys: () => Promise.resolve(KEYS) });
    here = await startGateway({
      clock,
      pointed: new Map(['s3', 'sqs', ARN].map(of => [of, pointed(of)])),
      services: [
        {
          scope: 'sns',
          maxBodyBytes: 1_000,
          arnOf: (_, { region, arns }) => (region === 'us-east-1' ? arns[0] : undefined),
          handle: () => Promise.resolve({ status: 200, body: 'here' }),
          tooLarge: () => new Error('too large'),
        },
      ],
    });
  });
  beforeEach(() => limits.clear());
  after(async () => {
    server.closeAllConnections();
    server.close();
    await here.close();
  });

  const ask = (service: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = here.sign({ service });
      http.get({ host: '127.0.0.1', port: here.port, headers, agent: false }, resolve).once('error', reject);
    });
  const next = (from: IncomingMessage): Promise<string> =>
    new Promise((resolve, reject) => {
      from.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      from.once('error', reject);
    });

  it('comes through piece by piece, with a new limit from each on, and ends where nothing comes', async () => {
    let there: ServerResponse | undefined;
    serve = (_, response) => {
      there = response;
      response.writeHead(200, { 'content-type': 'text/plain' }).write('one');
    };
    const answer = await ask('s3');
    assert.equal(await next(answer), 'one');
    const [first] = limits;
    there?.write('two');
    assert.equal(await next(answer), 'two');
    const [second] = limits;
    assert.equal(limits.size, 1);
    assert.notEqual(first, second);
    const failed = new Promise<Error>(resolve => answer.once('error', resolve));
    second?.run();
    assert.match((await failed).message, /aborted/);
    assert.equal(limits.size, 0);
  });

  it('is taken no faster than whoever asked takes it', async () => {
    const piece = Buffer.alloc(64 * 1024);
    const pieces = 1_024;
    let sent = 0;
    let filled: (() => void) | undefined;
    const isFull = new Promise<void>(resolve => (filled = resolve));
    serve = (_, response) => {
      const more = (): void => {
        while (sent < pieces) {
          sent++;
          if (response.write(piece)) continue;
          // What nobody takes fills the sockets on the way: then this is not called any more.
          idle?.cancel();
          idle = machine.afterWall(500, () => filled?.());
          response.once('drain', more);
          return;
        }
        idle?.cancel();
        response.end();
        filled?.();
      };
      let idle: { cancel(): void } | undefined;
      more();
    };
    const answer = await ask('s3');
    await isFull;
    assert.ok(sent < pieces, `all of ${pieces * piece.length} bytes were taken`);
    // Whoever asked may take their time.
    assert.equal(limits.size, 0);
    let length = 0;
    for await (const chunk of answer) length += (chunk as Buffer).length;
    assert.equal(length, pieces * piece.length);
  });

  it('is whole for SQS, up to a limit', async () => {
    serve = (_, response) => void response.end(Buffer.alloc(9 * 1024 * 1024));
    const answer = await here.call({ sign: { service: 'sqs' } });
    assert.equal(answer.status, 503);
    assert.match(answer.body, /answered with more than 8388608 bytes/);
    serve = (_, response) => void response.end('short');
    assert.equal((await here.call({ sign: { service: 'sqs' } })).body, 'short');
  });

  it('takes bodies of many pieces', async () => {
    const body = Buffer.alloc(1_000_001, 'x');
    serve = (request, response) => void request.pipe(response);
    const answer = await here.call({ method: 'PUT', body, sign: { service: 's3' } });
    assert.equal(answer.body.length, body.length);
    assert.equal(limits.size, 0);
  });

  it('is signed for the region of the ARN that is pointed', async () => {
    serve = (request, response) => void response.end(request.headers.authorization);
    const answer = await here.call({ sign: { service: 'sns' } });
    assert.match(answer.body, /Credential=AKIATHERE\/\d+\/eu-west-1\/sns\//);
    assert.equal((await here.call({ sign: { service: 'sns', region: 'eu-west-1' } })).body, 'here');
  });
});
