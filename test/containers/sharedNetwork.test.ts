import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../helpers/until.ts';
import { invoke } from '../host/environments/environmentHarness.ts';
import { IMAGES, inspect, useContainers } from './support/containerHarness.ts';
import { Inspector } from './support/inspector.ts';

describe("a container that shares this machine's network", () => {
  const harness = useContainers({ docker: { images: IMAGES, network: 'host' } });

  it('reaches what listens on loopback, and runs as apart as any other', async () => {
    const server = createServer((_request, response) => response.end('on loopback'));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const environment = await harness().start({
        'index.mjs': `
          import http from 'node:http';
          export const handler = async port => ({
            api: process.env.AWS_LAMBDA_RUNTIME_API.split(':')[0],
            text: await new Promise((resolve, reject) => {
              http.get({ host: '127.0.0.1', port }, response => {
                let text = '';
                response.on('data', chunk => (text += chunk)).on('end', () => resolve(text));
              }).on('error', reject);
            }),
          });`,
      });
      const { result } = await invoke(environment, port);
      assert.deepEqual(result, { api: '127.0.0.1', text: 'on loopback' });
      const id = environment.summary.containerId!;
      assert.equal(await inspect(id, '.HostConfig.NetworkMode'), 'host');
      assert.equal(await inspect(id, '.HostConfig.ReadonlyRootfs'), true);
    } finally {
      server.close();
    }
  });

  it('opens its inspector on loopback', async () => {
    const spec = harness().spec(
      { 'index.mjs': `export const handler = async () => 'fine';` },
      { debugId: 'd' },
    );
    const environment = harness().environments.create(spec);
    const ready = environment.init();
    const target = await until(() => environment.summary.debug, { what: 'the environment to wait' });
    assert.ok(target.language === 'node');
    const inspector = await Inspector.attach(target.websocketAddress);
    await inspector.send('Runtime.runIfWaitingForDebugger');
    await ready;
    assert.equal((await invoke(environment)).result, 'fine');
    inspector.close();
  });
});
