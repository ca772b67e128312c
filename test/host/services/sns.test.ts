/** SNS on a real host: by the AWS CLI, with a queue and a function behind it, and as Lambda's target. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CreateFunctionCommand,
  InvokeCommand,
  PutFunctionEventInvokeConfigCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createQueue, sqsClient } from '../../helpers/sqs.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { makeZip } from '../../unit/functions/zipFixture.ts';

const run = promisify(execFile);
const arn = (service: string, name: string): string => `arn:aws:${service}:us-east-1:000000000000:${name}`;

describe('SNS on a host', () => {
  const host = useTestHost();

  async function receive(QueueUrl: string): Promise<Record<string, unknown>> {
    const client = sqsClient(host().ready);
    try {
      const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
      return JSON.parse(Messages![0]!.Body!) as Record<string, unknown>;
    } finally {
      client.destroy();
    }
  }

  it('serves the AWS CLI', async function () {
    this.timeout(120_000);
    const { ready, root } = host();
    const aws = async (...args: string[]): Promise<Record<string, unknown>> => {
      const { stdout } = await run(
        'aws',
        ['sns', ...args, '--endpoint-url', ready.endpoint, '--output', 'json'],
        {
          env: {
            PATH: process.env['PATH'],
            HOME: root.path,
            AWS_ACCESS_KEY_ID: ready.credentials.accessKeyId,
            AWS_SECRET_ACCESS_KEY: ready.credentials.secretAccessKey,
            AWS_DEFAULT_REGION: 'us-east-1',
            AWS_PAGER: '',
            AWS_EC2_METADATA_DISABLED: 'true',
          },
        },
      );
      return stdout.trim() === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
    };
    const TopicArn = arn('sns', 'cli');
    assert.deepEqual(await aws('create-topic', '--name', 'cli'), { TopicArn });
    const queue = await createQueue(ready, 'cli');
    await aws(
      ...['subscribe', '--topic-arn', TopicArn, '--protocol', 'sqs', '--notification-endpoint'],
      ...[arn('sqs', 'cli'), '--attributes', '{"FilterPolicy":"{\\"k\\":[\\"v\\"]}"}'],
    );
    const send = (text: string, value: string) =>
      aws(
        ...['publish', '--topic-arn', TopicArn, '--message', text, '--message-attributes'],
        `{"k":{"DataType":"String","StringValue":"${value}"}}`,
      );
    await send('not this', 'w');
    const { MessageId } = await send('this', 'v');
    const body = await receive(queue);
    assert.equal(body['Message'], 'this');
    assert.equal(body['MessageId'], MessageId);
    await aws('delete-topic', '--topic-arn', TopicArn);
    await assert.rejects(
      send('gone', 'v'),
      /\(NotFound\) when calling the Publish operation: Topic does not exist/,
    );
  });

  it('invokes a function, and takes what becomes of it', async function () {
    this.timeout(60_000);
    const { ready, client: lambda } = host();
    const { endpoint, region, credentials } = ready;
    const sns = new SNSClient({ endpoint, region, credentials });
    const FunctionName = 'subscriber';
    try {
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: 'arn:aws:iam::000000000000:role/r',
          Code: {
            ZipFile: makeZip([
              { name: 'index.js', content: 'exports.handler = async e => e.Records[0].Sns.Message + "!";' },
            ]),
          },
        }),
      );
      await waitUntilFunctionActiveV2({ client: lambda, minDelay: 1, maxWaitTime: 20 }, { FunctionName });
      await sns.send(new CreateTopicCommand({ Name: 'in' }));
      await sns.send(new CreateTopicCommand({ Name: 'out' }));
      const queue = await createQueue(ready, 'out');
      await sns.send(
        new SubscribeCommand({ TopicArn: arn('sns', 'out'), Protocol: 'sqs', Endpoint: arn('sqs', 'out') }),
      );
      await sns.send(
        new SubscribeCommand({
          TopicArn: arn('sns', 'in'),
          Protocol: 'lambda',
          Endpoint: arn('lambda', `function:${FunctionName}`),
        }),
      );
      const configure = (topic: string) =>
        lambda.send(
          new PutFunctionEventInvokeConfigCommand({
            FunctionName,
            DestinationConfig: { OnSuccess: { Destination: arn('sns', topic) } },
          }),
        );
      await assert.rejects(configure('none'), {
        message: `The destination ARN ${arn('sns', 'none')} is invalid.`,
      });
      await configure('out');
      await sns.send(new PublishCommand({ TopicArn: arn('sns', 'in'), Message: 'hello' }));
      const notification = await receive(queue);
      const record = JSON.parse(String(notification['Message'])) as Record<string, unknown>;
      assert.equal(record['responsePayload'], 'hello!');
      const { Payload } = await lambda.send(
        new InvokeCommand({ FunctionName, Payload: '{"Records":[{"Sns":{"Message":"direct"}}]}' }),
      );
      assert.equal(Buffer.from(Payload!).toString(), '"direct!"');
    } finally {
      sns.destroy();
    }
  });
});
