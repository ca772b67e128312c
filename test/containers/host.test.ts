import assert from 'node:assert/strict';
import {
  CreateFunctionCommand,
  InvokeCommand,
  waitUntilFunctionActiveV2,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import yazl from 'yazl';
import { TEST_IMAGE } from '../../scripts/prepare/dockerImage.mjs';
import { startTestHost, type TestHost } from '../helpers/testHost.ts';
import { assertNoContainers, containersOf, docker, inspect, lines } from './support/containerHarness.ts';

const CONTAINERS = {
  args: ['--engine', 'docker'],
  env: { LAMPLIGHT_DOCKER_IMAGES: `nodejs24.x=${TEST_IMAGE}` },
};

/** Signs a call to the host's own API with the keys that a handler gets, and tells what came of it. */
const HANDLER = `
  import http from 'node:http';
  import { createHash, createHmac } from 'node:crypto';
  const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
  const sha = text => createHash('sha256').update(text).digest('hex');
  export const handler = async event => {
    if (!event.call) return { got: event };
    const { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = process.env;
    const { host } = new URL(endpoint);
    const path = '/2015-03-31/functions/' + event.call + '/invocations';
    const date = new Date().toISOString().replace(/[-:]|\\.\\d+/g, '');
    const body = '{"from":"inside"}';
    const names = 'host;x-amz-date;x-amz-security-token';
    const scope = date.slice(0, 8) + '/us-east-1/lambda/aws4_request';
    const canonical = ['POST', path, '', 'host:' + host, 'x-amz-date:' + date, 'x-amz-security-token:' + token, '', names, sha(body)].join('\\n');
    const key = ['us-east-1', 'lambda', 'aws4_request'].reduce(hmac, hmac('AWS4' + secret, date.slice(0, 8)));
    const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha(canonical)].join('\\n')).toString('hex');
    const headers = {
      'x-amz-date': date, 'x-amz-security-token': token,
      authorization: 'AWS4-HMAC-SHA256 Credential=' + id + '/' + scope + ', SignedHeaders=' + names + ', Signature=' + signature,
    };
    return new Promise((resolve, reject) => {
      const request = http.request(endpoint + path, { method: 'POST', headers }, response => {
        let text = '';
        response.on('data', chunk => (text += chunk)).on('end', () => resolve({ status: response.statusCode, text, host }));
      });
      request.on('error', reject).end(body);
    });
  };`;

describe('a host that runs functions in containers', () => {
  it('creates, invokes, is reached from inside, and leaves nothing', async () => {
    const host = await startTestHost(CONTAINERS);
    try {
      await create(host.client, 'orders');
      assert.deepEqual(await call(host.client, 'orders', { a: 1 }), { got: { a: 1 } });
      const answer = (await call(host.client, 'orders', { call: 'orders' })) as {
        status: number;
        text: string;
        host: string;
      };
      assert.deepEqual([answer.status, answer.text], [200, '{"got":{"from":"inside"}}']);
      assert.doesNotMatch(answer.host, /^127\./);
      for (let round = 0; round < 5; round++) await call(host.client, 'orders', { round });
      const containers = await containersOf(host.root.path);
      // The second one served the call that came from the first: one caller alone starts no more.
      assert.equal(containers.length, 2);
      const [container = ''] = containers;
      assert.equal(await inspect(container, '.HostConfig.ReadonlyRootfs'), true);
    } finally {
      const begun = performance.now();
      await host.stop({ keep: true });
      assert.ok(performance.now() - begun < 4_000, 'a stop takes 3 s at most');
    }
    await assertNoContainers(host.root.path);
    await host.root.remove();
  });

  it('reclaims after kill -9 what the last one left, and nothing of others', async () => {
    const other = await startTestHost(CONTAINERS);
    const first = await startTestHost(CONTAINERS);
    let second: TestHost | undefined;
    try {
      for (const host of [other, first]) {
        await create(host.client, 'orders');
        await call(host.client, 'orders', {});
      }
      const [orphan = ''] = await containersOf(first.root.path);
      const state = String(await inspect(orphan, '(index .Config.Labels "lamplight.state")'));
      await first.kill();
      assert.deepEqual(await containersOf(first.root.path), [orphan]);

      second = await startTestHost({ ...CONTAINERS, root: first.root });
      assert.deepEqual(await containersOf(first.root.path), []);
      const networks = await docker('network', 'ls', '-q', '--filter', `label=lamplight.state=${state}`);
      assert.deepEqual(lines(networks), []);
      assert.equal((await containersOf(other.root.path)).length, 1);
      // The function is still there, and runs in a new container.
      assert.deepEqual(await call(second.client, 'orders', { b: 2 }), { got: { b: 2 } });
    } finally {
      await (second ?? first).stop({ keep: true });
      await other.stop({ keep: true });
    }
    await assertNoContainers(first.root.path);
    await assertNoContainers(other.root.path);
    await first.root.remove();
    await other.root.remove();
  });

  it('says what to do where there is no engine', async () => {
    const host = await startTestHost({
      ...CONTAINERS,
      env: { ...CONTAINERS.env, LAMPLIGHT_DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    });
    try {
      await create(host.client, 'orders');
      await assert.rejects(call(host.client, 'orders', {}), {
        name: 'ServiceException',
        message: /^No Docker engine answers at unix:\/\/\/nowhere\/docker\.sock .*--engine process/,
      });
    } finally {
      await host.stop();
    }
  });
});

async function create(client: LambdaClient, name: string): Promise<void> {
  await client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/lambda',
      Timeout: 20,
      Code: { ZipFile: await zip({ 'index.mjs': HANDLER }) },
    }),
  );
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 10, minDelay: 1 }, { FunctionName: name });
}

async function call(client: LambdaClient, name: string, event: unknown): Promise<unknown> {
  const { Payload: payload } = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }),
  );
  return JSON.parse(Buffer.from(payload ?? []).toString());
}

async function zip(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const file = new yazl.ZipFile();
  for (const [name, content] of Object.entries(files)) file.addBuffer(Buffer.from(content), name);
  file.end();
  const chunks: Buffer[] = [];
  for await (const chunk of file.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
