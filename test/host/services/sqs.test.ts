/** SQS on a real host: by the AWS CLIs of this machine, across `kill -9`, on the clock, and as Lambda's target. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';
import {
  CreateFunctionCommand,
  InvokeCommand,
  PutFunctionEventInvokeConfigCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { advanceClock, clockStatus } from '../../../src/client/controlCalls.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { skipTest } from '../../helpers/skipTest.ts';
import { createQueue, sqsClient } from '../../helpers/sqs.ts';
import { startTestHost, useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { makeZip } from '../../unit/functions/zipFixture.ts';

const run = promisify(execFile);

/** The CLI of the PATH, in the JSON protocol, and the one that Debian brings, in the query protocol where it is older. */
const CLIS = ['aws', '/usr/bin/aws'];

describe('SQS on a host', () => {
  const host = useTestHost();

  for (const cli of CLIS)
    it(`serves ${cli}`, async function () {
      this.timeout(120_000);
      if (
        cli.startsWith('/') &&
        !(await access(cli).then(
          () => true,
          () => false,
        ))
      )
        skipTest(this, `there is no ${cli}`);
      const aws = async (...args: string[]): Promise<Record<string, unknown>> => {
        const { ready } = host();
        const { stdout } = await run(
          cli,
          ['sqs', ...args, '--endpoint-url', ready.endpoint, '--output', 'json'],
          {
            env: {
              PATH: process.env['PATH'],
              HOME: host().root.path,
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
      const name = `cli${CLIS.indexOf(cli)}.fifo`;
      const created = await aws(
        ...['create-queue', '--queue-name', name],
        ...['--attributes', 'FifoQueue=true,ContentBasedDeduplication=true'],
      );
      const url = String(created['QueueUrl']);
      assert.equal(url, `${host().ready.endpoint}/000000000000/${name}`);
      const sent = await aws(
        ...['send-message', '--queue-url', url, '--message-body', 'hello', '--message-group-id', 'g'],
        ...['--message-attributes', '{"k":{"DataType":"Number","StringValue":"1"}}'],
      );
      assert.match(String(sent['SequenceNumber']), /^\d{20}$/);
      const received = await aws(
        ...['receive-message', '--queue-url', url, '--wait-time-seconds', '1'],
        ...['--attribute-names', 'All', '--message-attribute-names', 'All'],
      );
      const [message] = received['Messages'] as Record<string, unknown>[];
      assert.equal(message?.['Body'], 'hello');
      assert.deepEqual(message['MessageAttributes'], { k: { StringValue: '1', DataType: 'Number' } });
      assert.equal((message['Attributes'] as Record<string, string>)['MessageGroupId'], 'g');
      await aws('delete-message', '--queue-url', url, '--receipt-handle', String(message['ReceiptHandle']));
      const { Attributes } = await aws(
        'get-queue-attributes',
        '--queue-url',
        url,
        '--attribute-names',
        'All',
      );
      assert.equal((Attributes as Record<string, string>)['ApproximateNumberOfMessagesNotVisible'], '0');
      assert.ok(((await aws('list-queues'))['QueueUrls'] as string[]).includes(url));
      await aws('delete-queue', '--queue-url', url);
      await assert.rejects(
        aws('get-queue-url', '--queue-name', name),
        /\(AWS\.SimpleQueueService\.NonExistentQueue\) when calling the GetQueueUrl operation: The specified queue does not exist/,
      );
    });

  it('follows service time, and tells whoever moves it what comes', async () => {
    const { ready } = host();
    const QueueUrl = await createQueue(ready, 'timed');
    const client = sqsClient(ready);
    const control = new HostClient(ready);
    try {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 900 }));
      const waiting = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
      // The receiver is there when the clock knows what it waits for.
      await until(
        async () => (await clockStatus(control)).next?.what === 'a message of timed becomes visible',
        { what: 'the receiver' },
      );
      const { done } = await advanceClock(control, '900s');
      assert.deepEqual(
        done.map(({ what }) => what),
        ['a message of timed becomes visible'],
      );
      assert.equal((await waiting).Messages?.[0]?.Body, 'later');
    } finally {
      client.destroy();
    }
  });

  it('takes what Lambda sends there', async () => {
    const { ready, client: lambda } = host();
    const FunctionName = 'sender';
    const QueueUrl = await createQueue(ready, 'results');
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/r',
        Code: { ZipFile: makeZip([{ name: 'index.js', content: 'exports.handler = async e => e;' }]) },
      }),
    );
    await waitUntilFunctionActiveV2({ client: lambda, minDelay: 1, maxWaitTime: 20 }, { FunctionName });
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName,
        DestinationConfig: {
          OnSuccess: { Destination: 'arn:aws:sqs:us-east-1:000000000000:results' },
        },
      }),
    );
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: '{"a":1}' }));
    const client = sqsClient(ready);
    try {
      const { Messages } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          WaitTimeSeconds: 20,
          MessageSystemAttributeNames: ['SenderId'],
        }),
      );
      const record = JSON.parse(Messages![0]!.Body!) as Record<string, unknown>;
      assert.deepEqual(record['requestPayload'], { a: 1 });
      assert.deepEqual(record['responsePayload'], { a: 1 });
      assert.equal(Messages![0]!.Attributes?.SenderId, 'AROALAMPLIGHTEXECUTION:sender');
    } finally {
      client.destroy();
    }
  });

  it('has lost nothing that it took when it was killed', async function () {
    this.timeout(60_000);
    let killed = await startTestHost();
    const { root } = killed;
    try {
      const QueueUrl = await createQueue(killed.ready, 'kept');
      let client = sqsClient(killed.ready);
      const acknowledged = new Set<string>();
      const sending = Array.from({ length: 4 }, async (_, sender) => {
        for (let batch = 0; ; batch++) {
          const Entries = Array.from({ length: 10 }, (__, i) => ({
            Id: `${i}`,
            MessageBody: `${sender}-${batch}-${i}`,
          }));
          const sent = await client
            .send(new SendMessageBatchCommand({ QueueUrl, Entries }))
            .catch(() => undefined);
          if (sent === undefined) return;
          for (const { MessageId } of sent.Successful!) acknowledged.add(MessageId!);
          if (acknowledged.size > 500 && sender === 0) await killed.kill();
        }
      });
      await Promise.all(sending);
      client.destroy();
      killed = await startTestHost({ root });
      client = sqsClient(killed.ready);
      const found = new Set<string>();
      for (;;) {
        const { Messages } = await client.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        if (Messages === undefined) break;
        for (const { MessageId, ReceiptHandle } of Messages) {
          found.add(MessageId!);
          await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
      assert.deepEqual(
        [...acknowledged].filter(id => !found.has(id)),
        [],
      );
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      assert.equal(Attributes?.ApproximateNumberOfMessages, '0');
      client.destroy();
    } finally {
      await killed.stop().catch(() => root.remove());
    }
  });
});
