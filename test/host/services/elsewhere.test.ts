/** Services and ARNs that the settings point at another endpoint: a second host, which checks signatures as AWS does. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { pendingDeliveries } from '../../../src/client/asynchronous.ts';
import { metrics } from '../../../src/client/controlCalls.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { call, createFunction } from '../../helpers/functions.ts';
import { createQueue, sqsClient } from '../../helpers/sqs.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { startTestHost, type TestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';

const FunctionName = 'failing';
const queueArn = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const SOURCE = `
exports.handler = async ({ queue, fail, sdk }) => {
  if (fail) throw new TypeError('told to fail');
  const { SQSClient, GetQueueUrlCommand, SendMessageCommand } = require(sdk);
  const client = new SQSClient({});
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queue }));
  const { MessageId } = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'from the handler' }));
  return { QueueUrl, MessageId };
};`;

describe('services that are pointed elsewhere', function () {
  this.timeout(60_000);
  let there: TestHost;
  let profiles: TemporaryFolder;

  before(async () => {
    there = await startTestHost();
    const { accessKeyId, secretAccessKey } = there.ready.credentials;
    profiles = await temporaryFolder('profiles');
    await mkdir(profiles.path, { recursive: true });
    await writeFile(
      path.join(profiles.path, 'credentials'),
      `[there]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    );
    for (const name of ['dead', 'failures', 'subscribed', 'handlers', 'one'])
      await createQueue(there.ready, name, { VisibilityTimeout: '0' });
  });
  after(async () => {
    await there.stop();
    await profiles.remove();
  });

  const startHere = (...endpoints: readonly string[]): Promise<TestHost> =>
    startTestHost({
      args: endpoints.flatMap(text => ['--service-endpoint', text]),
      env: { AWS_SHARED_CREDENTIALS_FILE: path.join(profiles.path, 'credentials') },
    });
  const signedBy = (profile: string, { ready }: TestHost): string =>
    ready.endpoint.replace('//', `//${profile}@`);

  async function receive(host: TestHost, name: string): Promise<string> {
    const client = sqsClient(host.ready);
    try {
      return await until(
        async () => {
          const QueueUrl = `${host.ready.endpoint}/000000000000/${name}`;
          const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
          return Messages?.[0]?.Body;
        },
        { what: `a message of ${name}` },
      );
    } finally {
      client.destroy();
    }
  }

  async function failing(host: TestHost, deadLetters: string): Promise<void> {
    await createFunction(host.client, FunctionName, SOURCE);
    await host.client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, DeadLetterConfig: { TargetArn: deadLetters } }),
    );
    await host.client.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: queueArn('failures') } },
      }),
    );
  }
  const event = { InvocationType: 'Event', LogType: 'None' } as const;

  it('get dead letters, records, notifications and the calls of handlers, signed with the profile', async () => {
    const here = await startHere(`sqs=${signedBy('there', there)}`);
    try {
      await failing(here, queueArn('dead'));
      await waitUntilFunctionUpdatedV2(
        { client: here.client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.05 },
        { FunctionName },
      );
      await assert.rejects(
        here.client.send(
          new UpdateFunctionConfigurationCommand({
            FunctionName,
            DeadLetterConfig: { TargetArn: queueArn('nowhere') },
          }),
        ),
        /InvalidParameterValue/,
      );
      await call(here.client, FunctionName, { fail: true }, event);
      assert.equal(await receive(there, 'dead'), '{"fail":true}');
      assert.match(await receive(there, 'failures'), /"condition":"RetriesExhausted"/);

      const sns = new SNSClient({ ...here.ready, maxAttempts: 1 });
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 't' }));
      const Attributes = { RawMessageDelivery: 'true' };
      const Endpoint = queueArn('subscribed');
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
      await sns.send(new PublishCommand({ TopicArn, Message: 'hello' }));
      sns.destroy();
      assert.equal(await receive(there, 'subscribed'), 'hello');

      const { payload, functionError } = await call(here.client, FunctionName, {
        queue: 'handlers',
        sdk: fileURLToPath(import.meta.resolve('@aws-sdk/client-sqs')),
      });
      assert.equal(functionError, undefined, JSON.stringify(payload));
      // Handlers never see the address for which their keys are no good.
      const { QueueUrl } = payload as { readonly QueueUrl: string };
      assert.equal(QueueUrl, `${here.ready.endpoint}/000000000000/handlers`);
      assert.equal(await receive(there, 'handlers'), 'from the handler');
    } finally {
      await here.stop();
    }
  });

  it('may be one queue, while all others are here', async () => {
    const here = await startHere(`${queueArn('one')}=${signedBy('there', there)}`);
    try {
      await createQueue(here.ready, 'failures');
      await failing(here, queueArn('one'));
      await call(here.client, FunctionName, { fail: true }, event);
      assert.equal(await receive(there, 'one'), '{"fail":true}');
      assert.match(await receive(here, 'failures'), /"condition":"RetriesExhausted"/);
      // Whoever asks here for that queue sees the one there.
      assert.equal(await receive(here, 'one'), '{"fail":true}');
    } finally {
      await here.stop();
    }
  });

  it('that do not answer are failures that are counted, shown and tried again', async () => {
    const gone = 'http://127.0.0.1:9';
    const before = await startTestHost();
    await createQueue(before.ready, 'dead');
    await createQueue(before.ready, 'failures');
    await failing(before, queueArn('dead'));
    await before.stop({ keep: true });
    const here = await startTestHost({ root: before.root, args: ['--service-endpoint', `sqs=${gone}`] });
    const control = new HostClient(here.ready);
    try {
      await call(here.client, FunctionName, { fail: true }, event);
      const waiting = await until(
        async () => {
          const all = await pendingDeliveries(control);
          return all.length === 2 && all.every(({ attempts }) => attempts > 0) && all;
        },
        { what: 'two deliveries that have failed' },
      );
      for (const { error } of waiting)
        assert.match(
          error ?? '',
          /^The endpoint http:\/\/127\.0\.0\.1:9 does not answer \(.*\)\. Start it, or start Lamplight with another --service-endpoint sqs\.$/,
        );
      const counted = (await metrics(control, { functionName: FunctionName })).map(({ metric }) => metric);
      assert.ok(counted.includes('DeadLetterErrors'), counted.join());
      assert.ok(counted.includes('DestinationDeliveryFailures'), counted.join());
      assert.match(here.output(), /A dead letter of failing could not be sent to .*:dead yet: The endpoint/);
    } finally {
      control.close();
      await here.stop();
    }
  });
});
