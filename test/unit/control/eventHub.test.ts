import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEventHub, type EventHub } from '../../../src/host/control/eventHub.ts';
import type { HostEvent } from '../../../src/protocol/control.ts';

const notice = (message: string): HostEvent => ({ type: 'notice', severity: 'info', message });

describe('the event hub', () => {
  let hub: EventHub;
  let counts: number[];
  let server: http.Server;
  let attached: http.ServerResponse[];
  let gone: number;

  beforeEach(async () => {
    counts = [];
    attached = [];
    gone = 0;
    hub = createEventHub(count => counts.push(count));
    server = http.createServer((_request, response) => {
      attached.push(response);
      hub.attach(response, notice('snapshot'), () => gone++);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  async function connect(): Promise<http.IncomingMessage> {
    const request = http.get({ port: (server.address() as AddressInfo).port, agent: false });
    return ((await once(request, 'response')) as [http.IncomingMessage])[0];
  }

  async function messages(response: http.IncomingMessage): Promise<string[]> {
    const text = Buffer.concat((await response.toArray()) as Buffer[]).toString();
    return text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as HostEvent)
      .map(event => (event.type === 'notice' ? event.message : event.type));
  }

  it('sends the snapshot, then what happens, and at the end that it stops', async () => {
    const response = await connect();
    hub.publish([notice('one')]);
    hub.close('test');
    assert.deepEqual(await messages(response), ['snapshot', 'one', 'stopping']);
  });

  it('tells nothing more after its end, to a client that has not read everything yet either', async () => {
    const response = await connect();
    // More than the sockets' buffers hold: the stream can't be closed before the client has read.
    hub.publish([notice('x'.repeat(6_000_000))]);
    const failed: unknown[] = [];
    attached[0]!.on('error', error => failed.push(error));
    hub.close('test');
    hub.publish([notice('what still ends while the host stops')]);
    assert.equal((await messages(response)).at(-1), 'stopping');
    assert.deepEqual(failed, []);
  });

  it('ends the stream of whoever comes while it stops', async () => {
    hub.close('test');
    assert.deepEqual(await messages(await connect()), ['snapshot', 'stopping']);
  });

  it('forgets a client that was gone before it could be attached', async () => {
    server.removeAllListeners('request');
    const closed = new Promise<void>(resolve => {
      server.on('request', (_request, response: http.ServerResponse) => {
        response.once('close', () => {
          hub.attach(response, notice('snapshot'), () => gone++);
          resolve();
        });
        response.destroy();
      });
    });
    await assert.rejects(connect());
    await closed;
    assert.equal(hub.clients, 0);
    assert.equal(gone, 1);
  });
});
