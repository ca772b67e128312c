/** The listeners of function URLs: there when they should be, on the port that they had. */
import assert from 'node:assert/strict';
import http, { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { functionUrls, newUrlId, type FunctionUrl } from '../../../src/host/functions/functionUrls.ts';
import {
  createUrlListeners,
  type UrlListeners,
} from '../../../src/host/triggers/functionUrls/urlListeners.ts';
import { until } from '../../helpers/until.ts';
import { newFunction, openStore, type StoreFixture } from '../functions/storeFixture.ts';

interface Answer {
  readonly status: number;
  readonly message: unknown;
}

/** Rejects where nobody listens. */
function ask(port: number, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, headers, agent: false }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const body = JSON.parse(Buffer.concat(chunks).toString()) as { Message: unknown };
          resolve({ status: response.statusCode ?? 0, message: body.Message });
        });
      })
      .on('error', reject);
  });
}
const isClosed = (port: number): Promise<boolean> =>
  ask(port).then(
    () => false,
    () => true,
  );

describe('the listeners of function URLs', () => {
  let fixture: StoreFixture;
  let listeners: UrlListeners;
  let notices: string[];
  const open = (): UrlListeners =>
    createUrlListeners({
      functions: fixture.store,
      clock: fixture.clock,
      region: 'us-east-1',
      notice: (_severity, message) => notices.push(message),
    });
  beforeEach(async () => {
    fixture = await openStore();
    notices = [];
    for (const name of ['f', 'g']) fixture.store.create(newFunction(name), 'now');
    listeners = open();
  });
  afterEach(async () => {
    await listeners.close();
    await fixture.close();
  });
  const urls = () => functionUrls(fixture.store.settings);
  const make = async (name: string, qualifier = ''): Promise<FunctionUrl> => {
    const id = newUrlId();
    const port = await listeners.reserve(id);
    const url: FunctionUrl = { id, port, authType: 'NONE', created: 0, modified: 0 };
    urls().put(name, qualifier, url);
    return url;
  };

  it('say that serving is not built yet, to whoever may ask', async () => {
    const { id, port } = await make('f');
    const answer = await ask(port);
    assert.equal(answer.status, 501);
    assert.match(String(answer.message), /does not serve it yet\. Invoke f by its name/);
    const host = `${id}.lambda-url.us-east-1.localhost:${port}`;
    assert.equal((await ask(port, { host })).status, 501);
    assert.equal((await ask(port, { host: 'evil.example' })).status, 403);
    assert.equal((await ask(port, { origin: 'http://localhost:3000' })).status, 403);
    urls().put('f', '', { ...(urls().get('f') as FunctionUrl), cors: { AllowOrigins: ['*'] } });
    assert.equal((await ask(port, { origin: 'http://localhost:3000' })).status, 501);
  });

  it('have ports of their own, which nobody else is given', async () => {
    const made = await Promise.all([make('f'), make('g')]);
    assert.equal(new Set(made.map(({ port }) => port)).size, 2);
    for (const { port } of made) assert.ok(port >= 20_000 && port < 30_000, `${port}`);
  });

  it('are given up when the URL is not stored', async () => {
    const id = newUrlId();
    const port = await listeners.reserve(id);
    assert.deepEqual(await ask(port), { status: 403, message: null });
    listeners.release(id);
    await until(() => isClosed(port), { what: 'the port to be free' });
  });

  it('go with the URL, with the function, and with the host', async () => {
    const [first, second, third] = [await make('f'), await make('g'), await make('g', 'live')];
    urls().delete('f');
    await until(() => isClosed(first.port), { what: 'the deleted URL to be gone' });
    fixture.store.delete('g');
    for (const { port } of [second, third])
      await until(() => isClosed(port), { what: 'the URLs of the deleted function to be gone' });
    const last = await make('f');
    await listeners.close();
    assert.ok(await isClosed(last.port));
  });

  it('come back with a function that its workspace lost for a while', async () => {
    const owner = { template: 'template.yaml', logicalId: 'Orders' };
    fixture.store.create(newFunction('h', { owner }), 'now');
    const { port } = await make('h');
    fixture.store.hide('h');
    await until(() => isClosed(port), { what: 'the URL to be gone' });
    fixture.store.restore(owner, 'h');
    await until(async () => !(await isClosed(port)), { what: 'the URL to be back' });
  });

  it('of an alias that is gone answer as AWS does, and wait for the next of its name', async () => {
    await fixture.store.versions.publish('f');
    const alias = { name: 'live', version: '1', description: '' };
    fixture.store.aliases.put('f', alias);
    const { port } = await make('f', 'live');
    assert.equal((await ask(port)).status, 501);
    fixture.store.aliases.delete('f', 'live');
    assert.deepEqual(await ask(port), { status: 403, message: null });
    fixture.store.aliases.put('f', alias);
    assert.equal((await ask(port)).status, 501);
  });

  it('come up again on their ports after a restart; one that is taken is told, and tried again', async () => {
    const [first, second] = [await make('f'), await make('g')];
    await listeners.close();
    const thief = createServer((_request, response) => response.end('{}'));
    await new Promise<void>(resolve => thief.listen(first.port, '127.0.0.1', resolve));
    assert.equal((thief.address() as AddressInfo).port, first.port);
    fixture.restart();
    listeners = open();
    await listeners.start();
    assert.equal((await ask(second.port)).status, 501);
    assert.equal(notices.length, 1);
    assert.match(
      notices[0] ?? '',
      new RegExp(`of f has to wait\\. Port ${first.port} on 127\\.0\\.0\\.1 is taken`),
    );
    await new Promise(resolve => thief.close(resolve));
    fixture.clock.advance(5_000);
    await until(async () => !(await isClosed(first.port)), { what: 'the URL to be back' });
    assert.equal(notices.length, 1);
  });
});
