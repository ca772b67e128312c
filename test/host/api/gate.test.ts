/** Who gets in at a real host's door, and who does not. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { CreateFunctionCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { sign } from '../../../src/protocol/sigv4.ts';
import { startTestHost, useTestHost, type TestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { send, type Answer } from '../../unit/gateway/gatewayFixture.ts';
import { makeZip } from '../../unit/functions/zipFixture.ts';

interface Ask {
  readonly service: string;
  readonly path: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly headers?: Record<string, string>;
}

function ask(host: TestHost, { service, path: url, credentials, headers = {} }: Ask): Promise<Answer> {
  const { host: address, port } = new URL(host.ready.endpoint);
  const signed = sign({
    method: 'GET',
    url,
    host: address,
    service,
    region: 'us-east-1',
    credentials,
    date: new Date(),
  });
  return send(Number(port), { path: url, headers: { ...signed, ...headers } });
}

const DUMMY = { accessKeyId: 'test', secretAccessKey: 'test' };
const FUNCTIONS = '/2015-03-31/functions';

describe('the door of a host', () => {
  const host = useTestHost();

  it('is closed to pages, foreign hosts and strangers, on every service', async () => {
    const { credentials } = host().ready;
    for (const [service, at] of [
      ['lambda', FUNCTIONS],
      ['lamplight', '/lamplight/status'],
    ] as const) {
      assert.equal((await ask(host(), { service, path: at, credentials })).status, 200);
      for (const headers of [
        { origin: 'http://localhost:3000' },
        { origin: 'vscode-webview://x' },
        { 'sec-fetch-site': 'cross-site' },
        { host: 'evil.example' },
      ])
        assert.equal((await ask(host(), { service, path: at, credentials, headers })).status, 403);
      const stranger = await ask(host(), { service, path: at, credentials: DUMMY });
      assert.equal(stranger.errorType, 'UnrecognizedClientException');
    }
  });
});

describe('a host with --accept-any-credentials', () => {
  const host = useTestHost({ args: ['--accept-any-credentials'] });

  it('serves dummy keys, but not to pages, and not its control service', async () => {
    const client = new LambdaClient({
      endpoint: host().ready.endpoint,
      region: 'eu-central-1',
      credentials: DUMMY,
    });
    assert.deepEqual((await client.send(new ListFunctionsCommand({}))).Functions, []);
    client.destroy();
    const page = await ask(host(), {
      service: 'lambda',
      path: FUNCTIONS,
      credentials: DUMMY,
      headers: { origin: 'http://localhost:3000' },
    });
    assert.equal(page.status, 403);
    const control = await ask(host(), {
      service: 'lamplight',
      path: '/lamplight/status',
      credentials: DUMMY,
    });
    assert.equal(control.errorType, 'UnrecognizedClientException');
  });
});

describe('a host that is killed while it unpacks', () => {
  it('has nothing of the half package after its next start', async function () {
    this.timeout(60_000);
    const first = await startTestHost();
    const code = path.join(first.stateDir, 'code');
    const entries = Array.from({ length: 3_000 }, (_, index) => ({
      name: `f${index}`,
      content: randomBytes(2_000),
      stored: true,
    }));
    const upload = first.client
      .send(
        new CreateFunctionCommand({
          FunctionName: 'half',
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: 'arn:aws:iam::000000000000:role/r',
          Code: { ZipFile: makeZip(entries) },
        }),
      )
      .catch((error: unknown) => error);
    await until(async () => (await readdir(code)).some(name => name.startsWith('.tmp-')), {
      what: 'unpacking to begin',
    });
    await first.kill();
    assert.ok((await upload) instanceof Error, 'it was cut off');
    assert.equal((await readdir(code)).length, 1);
    const second = await startTestHost({ root: first.root });
    assert.deepEqual(await readdir(code), []);
    assert.deepEqual((await second.client.send(new ListFunctionsCommand({}))).Functions, []);
    await second.stop();
  });
});
