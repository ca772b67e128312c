/** What a host that dies without warning has kept of what was configured. */
import assert from 'node:assert/strict';
import {
  AddPermissionCommand,
  CreateCodeSigningConfigCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionUrlConfigCommand,
  GetCodeSigningConfigCommand,
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-lambda';
import { createQueue } from '../../helpers/sqs.ts';
import { startTestHost, type TestHost } from '../../helpers/testHost.ts';
import { ARN, createWithAliases, PROFILE, QUEUE, statusOf } from './configurationFixture.ts';

describe('a host that is killed', () => {
  it('has lost nothing that was acknowledged, and listens where it did', async function () {
    this.timeout(60_000);
    let host: TestHost = await startTestHost();
    const { root } = host;
    try {
      const { client } = host;
      await createQueue(host.ready, 'q');
      const FunctionName = 'kept';
      await createWithAliases(client, FunctionName, 'live');
      const url = await client.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' }));
      const mapping = await client.send(
        new CreateEventSourceMappingCommand({ FunctionName: 'kept:live', EventSourceArn: QUEUE }),
      );
      const { CodeSigningConfig: signing } = await client.send(
        new CreateCodeSigningConfigCommand({ AllowedPublishers: { SigningProfileVersionArns: [PROFILE] } }),
      );
      await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 3 }));
      await client.send(
        new AddPermissionCommand({
          FunctionName: 'kept:live',
          StatementId: 's',
          Action: 'lambda:InvokeFunction',
          Principal: '*',
        }),
      );
      await client.send(new TagResourceCommand({ Resource: `${ARN}kept`, Tags: { last: 'acknowledged' } }));
      await host.kill();
      host = await startTestHost({ root });
      const again = host.client;
      assert.equal(await statusOf(url.FunctionUrl ?? ''), 501);
      const { Tags, Concurrency } = await again.send(new GetFunctionCommand({ FunctionName }));
      assert.deepEqual(Tags, { last: 'acknowledged' });
      assert.deepEqual(Concurrency, { ReservedConcurrentExecutions: 3 });
      const { State, FunctionArn } = await again.send(
        new GetEventSourceMappingCommand({ UUID: mapping.UUID }),
      );
      assert.deepEqual([State, FunctionArn], ['Enabled', `${ARN}kept:live`]);
      await again.send(
        new GetCodeSigningConfigCommand({ CodeSigningConfigArn: signing?.CodeSigningConfigArn }),
      );
      const { Policy } = await again.send(new GetPolicyCommand({ FunctionName: 'kept:live' }));
      assert.equal((JSON.parse(Policy ?? '') as { Statement: { Sid: string }[] }).Statement[0]?.Sid, 's');
    } finally {
      await host.stop();
    }
  });
});
