import assert from 'node:assert/strict';
import path from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Host } from '../../../src/host/host.ts';
import { startHost } from '../../../src/host/main.ts';
import { repository } from '../../../scripts/prepare/progress.mjs';
import { call, createFunction } from '../../helpers/functions.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

/** Invokes itself as often as the event says, and adds up. */
const CALLING = `
  exports.handler = async ({ sdk, left }) => {
    if (left === 0) return 1;
    const { InvokeCommand, LambdaClient } = require(sdk);
    const client = new LambdaClient({ maxAttempts: 1 });
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: 'calling', Payload: JSON.stringify({ sdk, left: left - 1 }) }),
    );
    const text = Buffer.from(Payload).toString();
    if (FunctionError) throw Object.assign(new Error(JSON.parse(text).errorMessage), { name: JSON.parse(text).errorType });
    return 1 + JSON.parse(text);
  };`;

describe('handlers that invoke functions, at the local cap', () => {
  let folder: TemporaryFolder;
  let host: Host;
  let client: LambdaClient;

  before('start a host that runs two environments at once', async () => {
    folder = await temporaryFolder('nested');
    host = await startHost({
      stateDir: path.join(folder.path, 'state'),
      region: 'us-east-1',
      accountId: '000000000000',
      engine: 'process',
      acceptAnyCredentials: false,
      foreground: true,
      maxEnvironments: 2,
    });
    const { endpoint, region, credentials } = host.info;
    client = new LambdaClient({ endpoint, region, credentials, maxAttempts: 1 });
    await createFunction(client, 'calling', CALLING, { Timeout: 20 });
  });
  after(async () => {
    client.destroy();
    await host.stop('the test is over');
    await folder.remove();
  });

  const sdk = path.join(repository, 'node_modules/@aws-sdk/client-lambda');

  it('do not wait for each other for ever', async () => {
    const { payload } = await call(client, 'calling', { sdk, left: 3 });
    assert.equal(payload, 4);
  });

  it('are refused as on AWS where they never come to an end', async () => {
    const { payload } = await call(client, 'calling', { sdk, left: 1000 });
    assert.deepEqual(Object.entries(payload as object).slice(0, 2), [
      ['errorType', 'TooManyRequestsException'],
      ['errorMessage', 'Rate Exceeded.'],
    ]);
  });
});
