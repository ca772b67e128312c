import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { systemClock } from '../../../src/host/clock.ts';
import { createGateway } from '../../../src/host/gateway/gateway.ts';
import { StateError } from '../../../src/host/state/stateError.ts';
import { sign } from '../../../src/protocol/sigv4.ts';
import { until } from '../../helpers/until.ts';
import { raw } from './raw.ts';
import { LIMIT, startGateway, type GatewayFixture } from './gatewayFixture.ts';

describe('the gateway: limits', () => {
  let fixture: GatewayFixture;
  before(async () => {
    fixture = await startGateway();
  });
  after(() => fixture.close());
  /** Gateways of one test. */
  const opened: GatewayFixture[] = [];
  const open = async (...options: Parameters<typeof startGateway>): Promise<GatewayFixture> => {
    const made = await startGateway(...options);
    opened.push(made);
    return made;
  };
  afterEach(async () => {
    fixture.seen.splice(0);
    for (const made of opened.splice(0)) await made.close();
  });

  it('takes a body up to the service’s limit', async () => {
    const body = 'x'.repeat(LIMIT);
    assert.equal((await fixture.call({ method: 'POST', body })).body, body);
  });

  it('answers an oversized body in the service’s words and drains it, so that the client sees the answer', async () => {
    const body = Buffer.alloc(20 * 1024 * 1024, 'x');
    const answer = await fixture.call({ method: 'POST', body });
    assert.equal(answer.status, 413);
    assert.deepEqual(answer.json, { Message: `Request must be smaller than ${LIMIT} bytes` });
    assert.equal(fixture.seen.length, 0);
  });

  it('does so for a chunked body that does not say how long it is', async () => {
    const body = 'y'.repeat(LIMIT + 1);
    const headers = fixture.sign({ method: 'POST', body });
    const answer = await fixture.send({
      method: 'POST',
      headers: { ...headers, 'transfer-encoding': 'chunked' },
      body,
    });
    assert.equal(answer.status, 413);
  });

  it('keeps the connection usable after a refused body', async () => {
    const headers = { ...fixture.sign({ method: 'POST' }), 'content-length': String(LIMIT + 5) };
    const head = `POST / HTTP/1.1\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n')}\r\n\r\n`;
    const next = fixture.sign();
    const second = `GET / HTTP/1.1\r\n${Object.entries(next)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n')}\r\nconnection: close\r\n\r\n`;
    const received = await raw(fixture.port, `${head}${'z'.repeat(LIMIT + 5)}${second}`);
    assert.deepEqual(received.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 413', 'HTTP/1.1 200']);
  });

  it('reads no body for an unknown key, whatever its length', async () => {
    const headers = {
      ...sign({
        method: 'POST',
        url: '/',
        host: `127.0.0.1:${fixture.port}`,
        service: 'lambda',
        region: 'us-east-1',
        credentials: { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x' },
        date: new Date(),
      }),
      'content-length': '900',
    };
    const text = `POST / HTTP/1.1\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n')}\r\n\r\n`;
    // Not one byte of the body is sent: the answer cannot have waited for it.
    const received = await raw(fixture.port, text, seen => seen.includes('security token'));
    assert.match(received, /^HTTP\/1\.1 403 /);
  });

  it('lets a client that expects 100-continue keep its body to itself when it is refused', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const out = httpRequest({
        port: fixture.port,
        host: '127.0.0.1',
        method: 'POST',
        agent: false,
        headers: {
          ...fixture.sign({ method: 'POST' }),
          'content-length': String(LIMIT + 1),
          expect: '100-continue',
        },
      });
      out.once('continue', () => reject(new Error('it was told to go on')));
      out.once('response', response => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      out.once('error', reject);
      out.flushHeaders();
    });
    assert.equal(status, 413);
    const body = 'go on';
    const answer = await fixture.call({ method: 'POST', body, headers: { expect: '100-continue' } });
    assert.equal(answer.body, body);
  });

  it('answers headers beyond 1 MB and what is not HTTP, and closes', async () => {
    const long = await raw(
      fixture.port,
      `GET / HTTP/1.1\r\nhost: 127.0.0.1:${fixture.port}\r\nx: ${'a'.repeat(1_100_000)}\r\n\r\n`,
    );
    assert.match(long, /^HTTP\/1\.1 431 [^]*x-amzn-ErrorType: RequestEntityTooLargeException/);
    const noise = await raw(fixture.port, '\x16\x03\x01 not http at all\r\n\r\n');
    assert.match(noise, /^HTTP\/1\.1 400 [^]*x-amzn-ErrorType: MalformedHttpRequestException/);
    const smuggled = await raw(
      fixture.port,
      `POST / HTTP/1.1\r\nhost: 127.0.0.1:${fixture.port}\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    );
    assert.match(smuggled, /^HTTP\/1\.1 400 /);
    const absolute = await raw(
      fixture.port,
      `GET http://evil.example/ HTTP/1.1\r\nhost: 127.0.0.1:${fixture.port}\r\nconnection: close\r\n\r\n`,
    );
    assert.match(absolute, /^HTTP\/1\.1 400 [^]*MalformedHttpRequestException/);
  });

  it('binds loopback only', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .filter(address => address?.family === 'IPv4' && !address.internal)
      .map(address => address!.address);
    for (const address of outside)
      await assert.rejects(
        new Promise((resolve, reject) => {
          const socket = net.connect(fixture.port, address, () => {
            socket.destroy();
            resolve(undefined);
          });
          socket.once('error', reject);
        }),
        /ECONNREFUSED/,
        address,
      );
    // 127.0.0.2 is loopback too, but not the address that was bound.
    await assert.rejects(
      new Promise((resolve, reject) => {
        const socket = net.connect(fixture.port, '127.0.0.2', () => resolve(undefined));
        socket.once('error', reject);
      }),
      /ECONNREFUSED|EADDRNOTAVAIL/,
    );
  });

  it('names a port that is taken and says what to do', async () => {
    const taken = net.createServer();
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const gateway = createGateway({
      port,
      region: 'us-east-1',
      accountId: '000000000000',
      keys: fixture.keys,
      clock: systemClock(),
    });
    await assert.rejects(gateway.listen(), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken by another program\\.`),
      );
      assert.match(error.message, /--port/);
      return true;
    });
    taken.close();
  });

  it('closes: no new connection, answers under way still come', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>(resolve => (release = resolve));
    let started = (): void => undefined;
    const isStarted = new Promise<void>(resolve => (started = resolve));
    const slow = await open({
      services: [
        {
          scope: 'lambda',
          maxBodyBytes: 10,
          handle: async () => {
            started();
            await held;
            return { status: 200, body: 'late' };
          },
          tooLarge: () => new Error('never'),
        },
      ],
    });
    const answer = slow.call({});
    await isStarted;
    const closed = slow.gateway.close();
    await assert.rejects(slow.call({}), /ECONNREFUSED/);
    release();
    assert.equal((await answer).body, 'late');
    await closed;
  });

  it('closes at once when clients only hold connections, idle or with half a request', async () => {
    const held = await open();
    const sockets = ['', 'GET / HT', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-le'].map(text => {
      const socket = net.connect(held.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(text);
      return socket;
    });
    await Promise.all(sockets.map(socket => new Promise(resolve => socket.once('connect', resolve))));
    const kept = new Agent({ keepAlive: true });
    await new Promise((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', port: held.port, agent: kept, headers: held.sign() }, response =>
        response.resume().once('end', resolve),
      )
        .once('error', reject)
        .end();
    });
    const since = performance.now();
    await held.gateway.close();
    assert.ok(performance.now() - since < 1_000);
    kept.destroy();
    for (const socket of sockets) socket.destroy();
  });

  it('tells a service when its client has gone, and not when it was served', async () => {
    const signals: AbortSignal[] = [];
    let came = (): void => undefined;
    const isThere = new Promise<void>(resolve => (came = resolve));
    const slow = await open({
      services: [
        {
          scope: 'lambda',
          maxBodyBytes: 10,
          handle: async request => {
            signals.push(request.signal);
            came();
            if (request.path === '/wait')
              await new Promise(resolve => request.signal.addEventListener('abort', resolve));
            return { status: 200, body: 'served' };
          },
          tooLarge: () => new Error('never'),
        },
      ],
    });
    const headers = Object.entries(slow.sign({ url: '/wait' }))
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n');
    const socket = net.connect(slow.port, '127.0.0.1');
    socket.write(`GET /wait HTTP/1.1\r\n${headers}\r\n\r\n`);
    await isThere;
    socket.destroy();
    await slow.call({ path: '/served' });
    const [gone, served] = signals;
    await until(() => gone?.aborted === true, { what: 'the signal' });
    assert.equal(served?.aborted, false);
  });

  it('tells whoever calls that the disk is full', async () => {
    const full = await open({
      services: [
        {
          scope: 'lambda',
          maxBodyBytes: 10,
          handle: () => Promise.reject(new StateError('The disk is full: …')),
          tooLarge: () => new Error('never'),
        },
      ],
    });
    const answer = await full.call({});
    assert.equal(answer.status, 500);
    assert.deepEqual(answer.json, { Type: 'Service', Message: 'The disk is full: …' });
  });

  it('listens on another address for containers, for its names and peers only', async () => {
    const peers: string[] = [];
    const listener = await fixture.gateway.listenAlso('127.0.0.3', ['host.docker.internal'], peer => {
      peers.push(peer);
      return peer === '127.0.0.1';
    });
    const allowed = listener.port;
    const ask = (host: string, localAddress: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const out = httpRequest(
          {
            host: '127.0.0.3',
            port: allowed,
            localAddress,
            agent: false,
            headers: fixture.sign({ host }),
          },
          response => {
            response.resume();
            resolve(response.statusCode);
          },
        );
        out.once('error', reject);
        out.end();
      });
    assert.equal(await ask(`127.0.0.3:${allowed}`, '127.0.0.1'), 200);
    assert.equal(await ask(`host.docker.internal:${allowed}`, '127.0.0.1'), 200);
    assert.equal(await ask(`localhost:${allowed}`, '127.0.0.1'), 403);
    assert.equal(await ask(`evil.example:${allowed}`, '127.0.0.1'), 403);
    await assert.rejects(ask(`127.0.0.3:${allowed}`, '127.0.0.4'), /socket hang up|ECONNRESET/);
    assert.deepEqual(new Set(peers), new Set(['127.0.0.1', '127.0.0.4']));
    // The names of one listener are not those of another.
    assert.equal(
      (await fixture.call({ sign: { host: `host.docker.internal:${fixture.port}` } })).status,
      403,
    );
    await listener.close();
    await assert.rejects(ask(`127.0.0.3:${allowed}`, '127.0.0.1'), /ECONNREFUSED/);
    assert.equal((await fixture.call({})).status, 200);
  });

  it('tells the client nothing of our own mistakes, and whoever runs the host everything', async () => {
    const broken = await open({
      services: [
        {
          scope: 'lambda',
          maxBodyBytes: 10,
          handle: () => Promise.reject(new Error('secret detail')),
          tooLarge: () => new Error('never'),
        },
      ],
    });
    const answer = await broken.call({});
    assert.equal(answer.status, 500);
    assert.equal(answer.errorType, 'ServiceException');
    assert.equal(answer.json?.['Type'], 'Service');
    assert.doesNotMatch(answer.body, /secret/);
    assert.match(String(broken.reported[0]), /secret detail/);
  });
});
