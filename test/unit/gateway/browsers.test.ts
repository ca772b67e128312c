import assert from 'node:assert/strict';
import { raw } from './raw.ts';
import { sign } from '../../../src/protocol/sigv4.ts';
import { startGateway, type GatewayFixture } from './gatewayFixture.ts';

describe('the gate: web pages and foreign hosts', () => {
  let fixture: GatewayFixture;
  before(async () => {
    fixture = await startGateway();
  });
  after(() => fixture.close());

  /** Signs for this Host, so that only the Host can be what is wrong. */
  const withHost = (host: string) => fixture.call({ sign: { host } });

  it('answers to the names of loopback with its own port', async () => {
    for (const host of ['127.0.0.1', 'localhost', 'LocalHost', '[::1]', 'bucket.s3.localhost'])
      assert.equal((await withHost(`${host}:${fixture.port}`)).status, 200, host);
  });

  it('refuses every other Host, rebound names and tricks with localhost among them', async () => {
    const hosts = [
      `evil.example:${fixture.port}`,
      'evil.example',
      '127.0.0.1',
      'localhost',
      `127.0.0.1:${fixture.port + 1}`,
      `127.0.0.1.evil.example:${fixture.port}`,
      `localhost.evil.example:${fixture.port}`,
      `evil.example:80.localhost:${fixture.port}`,
      `.localhost:${fixture.port}`,
      `evil@localhost:${fixture.port}`,
      `evil.example#.localhost:${fixture.port}`,
      `evil.example/.localhost:${fixture.port}`,
      `127.0.0.2:${fixture.port}`,
      `0.0.0.0:${fixture.port}`,
      `2130706433:${fixture.port}`,
    ];
    for (const host of hosts) {
      const answer = await withHost(host);
      assert.equal(answer.status, 403, host);
      assert.equal(answer.errorType, 'AccessDeniedException', host);
      assert.match(String(answer.json?.['Message']), /^The Host header /, host);
    }
  });

  it('refuses a request that has no Host, an empty one, or two of which the first is foreign', async () => {
    const signed = Object.entries(fixture.sign())
      .filter(([name]) => name !== 'host')
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n');
    const end = `${signed}\r\nconnection: close\r\n\r\n`;
    const own = `host: 127.0.0.1:${fixture.port}`;
    assert.match(await raw(fixture.port, `GET / HTTP/1.0\r\n${end}`), /^HTTP\/1\.1 403 /);
    assert.match(await raw(fixture.port, `GET / HTTP/1.1\r\n${end}`), /^HTTP\/1\.1 400 /);
    assert.match(await raw(fixture.port, `GET / HTTP/1.1\r\nhost:\r\n${end}`), /^HTTP\/1\.1 40[03] /);
    assert.match(
      await raw(fixture.port, `GET / HTTP/1.1\r\nhost: evil.example\r\n${own}\r\n${end}`),
      /^HTTP\/1\.1 40[03] /,
    );
    assert.match(await raw(fixture.port, `GET / HTTP/1.1\r\n${own}\r\n${end}`), /^HTTP\/1\.1 200 /);
  });

  it('refuses whatever carries an Origin or a Sec-Fetch header, signed or not', async () => {
    const cases: Record<string, string>[] = [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${fixture.port}` },
      { origin: `http://localhost:${fixture.port}` },
      { origin: '' },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-mode': 'no-cors' },
      { 'Sec-Fetch-Dest': 'image' },
      { 'sec-fetch-user': '?1' },
      { 'sec-fetch-mode': 'navigate' },
      { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-storage-access': 'active' },
    ];
    for (const headers of cases) {
      const answer = await fixture.call({ headers });
      assert.equal(answer.status, 403, JSON.stringify(headers));
      assert.match(String(answer.json?.['Message']), /^Requests of web pages are refused/);
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
    }
    const preflight = await fixture.send({
      method: 'OPTIONS',
      headers: {
        host: `127.0.0.1:${fixture.port}`,
        origin: 'http://evil.example',
        'access-control-request-method': 'POST',
      },
    });
    assert.equal(preflight.status, 403);
    assert.equal(preflight.headers['access-control-allow-origin'], undefined);
    assert.equal(fixture.seen.filter(request => request.headers.origin !== undefined).length, 0);
  });

  it("lets Node's own fetch in, which is no browser", async () => {
    const { authorization, ...headers } = sign({
      method: 'GET',
      url: '/',
      host: `127.0.0.1:${fixture.port}`,
      service: 'lambda',
      region: 'us-east-1',
      credentials: fixture.keys.owner,
      date: new Date(),
    });
    const url = `http://127.0.0.1:${fixture.port}/`;
    const signed = await fetch(url, { headers: { ...headers, authorization: authorization ?? '' } });
    assert.equal(signed.status, 200, await signed.text());
    assert.equal(fixture.seen.at(-1)?.headers['sec-fetch-mode'], 'cors');
    assert.equal((await fetch(url)).status, 403);
  });

  it('lets pages of an origin in that a setting names, and no other', async () => {
    const origin = 'http://localhost:3000';
    const open = await startGateway({ allowedOrigins: [origin] });
    try {
      const preflight = await open.send({
        method: 'OPTIONS',
        headers: {
          host: `127.0.0.1:${open.port}`,
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,x-amz-date',
          'sec-fetch-mode': 'cors',
        },
      });
      assert.equal(preflight.status, 204);
      assert.equal(preflight.headers['access-control-allow-origin'], origin);
      assert.equal(preflight.headers['access-control-allow-headers'], 'authorization,x-amz-date');
      const answer = await open.call({ headers: { origin, 'sec-fetch-site': 'same-site' } });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['access-control-allow-origin'], origin);
      const unsigned = await open.send({ headers: { host: `127.0.0.1:${open.port}`, origin } });
      assert.equal(unsigned.errorType, 'MissingAuthenticationTokenException');
      for (const other of [
        'http://localhost:3001',
        'http://localhost:3000.evil.example',
        'http://LOCALHOST:3000',
      ])
        assert.equal((await open.call({ headers: { origin: other } })).status, 403, other);
      assert.equal((await open.call({ headers: { origin, host: 'evil.example' } })).status, 403);
    } finally {
      await open.close();
    }
  });
});
