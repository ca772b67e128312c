import assert from 'node:assert/strict';
import {
  AddPermissionCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  RemovePermissionCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
  type QueueAttributeName,
  type SQSServiceException,
} from '@aws-sdk/client-sqs';
import { arnOf, startSqs, type SqsFixture } from './sqsFixture.ts';

describe('queues of SQS', () => {
  let sqs: SqsFixture;
  beforeEach(async () => {
    sqs = await startSqs();
  });
  afterEach(() => sqs.close());

  const create = async (
    QueueName: string,
    Attributes: Partial<Record<QueueAttributeName, string>> = {},
  ): Promise<string> => {
    const { QueueUrl } = await sqs.client.send(new CreateQueueCommand({ QueueName, Attributes }));
    return QueueUrl!;
  };
  const attributes = async (QueueUrl: string): Promise<Record<string, string>> =>
    (await sqs.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes!;

  it('has what AWS gives a queue of which nothing is said', async () => {
    const url = await create('plain');
    assert.equal(url, `http://127.0.0.1:${sqs.gateway.port}/000000000000/plain`);
    const at = String(Math.floor(sqs.clock.serviceNow() / 1_000));
    assert.deepEqual(await attributes(url), {
      QueueArn: arnOf('plain'),
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      CreatedTimestamp: at,
      LastModifiedTimestamp: at,
      DelaySeconds: '0',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      ReceiveMessageWaitTimeSeconds: '0',
      SqsManagedSseEnabled: 'true',
      VisibilityTimeout: '30',
    });
    const fifo = await attributes(await create('ordered.fifo', { FifoQueue: 'true' }));
    assert.equal(fifo['FifoQueue'], 'true');
    assert.equal(fifo['DeduplicationScope'], 'queue');
    assert.equal(fifo['FifoThroughputLimit'], 'perQueue');
    assert.equal(fifo['ContentBasedDeduplication'], 'false');
  });

  it('shows the attributes that are asked for, and none otherwise', async () => {
    const QueueUrl = await create('asked');
    const ask = async (...AttributeNames: QueueAttributeName[]) =>
      (await sqs.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes;
    assert.deepEqual(await ask('VisibilityTimeout', 'QueueArn'), {
      QueueArn: arnOf('asked'),
      VisibilityTimeout: '30',
    });
    assert.equal(await ask(), undefined);
    await assert.rejects(ask('Nonsense' as QueueAttributeName), {
      name: 'InvalidAttributeName',
      message: 'Unknown Attribute Nonsense.',
    });
  });

  it('creates a queue twice where nothing differs', async () => {
    const url = await create('twice', { DelaySeconds: '5' });
    assert.equal(await create('twice'), url);
    assert.equal(await create('twice', { DelaySeconds: '5', VisibilityTimeout: '30' }), url);
    await assert.rejects(create('twice', { DelaySeconds: '6' }), {
      name: 'QueueNameExists',
      message: 'A queue already exists with the same name and a different value for attribute DelaySeconds',
    });
  });

  for (const [what, name, attributesOf, error, message] of [
    [
      'a dot',
      'in.fo',
      {},
      'InvalidParameterValue',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    ],
    [
      '81 letters',
      'a'.repeat(81),
      {},
      'InvalidParameterValue',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    ],
    [
      '.fifo without being one',
      'a.fifo',
      {},
      'InvalidParameterValue',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    ],
    ['FifoQueue false', 'a', { FifoQueue: 'false' }, 'InvalidAttributeName', 'Unknown Attribute FifoQueue.'],
    [
      'deduplication without FIFO',
      'a',
      { ContentBasedDeduplication: 'true' },
      'InvalidAttributeName',
      'Unknown Attribute ContentBasedDeduplication.',
    ],
    [
      'its scope without FIFO',
      'a',
      { DeduplicationScope: 'queue' },
      'InvalidAttributeName',
      'You can specify the DeduplicationScope only when FifoQueue is set to true.',
    ],
    [
      '901 seconds',
      'a',
      { DelaySeconds: '901' },
      'InvalidAttributeValue',
      'Invalid value for the parameter DelaySeconds.',
    ],
    [
      'a space',
      'a',
      { DelaySeconds: ' 6' },
      'InvalidAttributeValue',
      'Invalid value for the parameter DelaySeconds.',
    ],
    [
      '1000 bytes',
      'a',
      { MaximumMessageSize: '1000' },
      'InvalidAttributeValue',
      'Invalid value for the parameter MaximumMessageSize.',
    ],
    [
      'no JSON',
      'a',
      { Policy: 'badjson' },
      'InvalidAttributeValue',
      'Invalid value for the parameter Policy.',
    ],
    [
      'a redrive policy that is none',
      'a',
      { RedrivePolicy: ' ' },
      'InvalidAttributeValue',
      'Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.',
    ],
    [
      'a redrive policy of nothing',
      'a',
      { RedrivePolicy: '{}' },
      'InvalidParameterValue',
      'Value {} for parameter RedrivePolicy is invalid. Reason: Redrive policy does not contain mandatory attribute: maxReceiveCount.',
    ],
    [
      'a dead-letter queue that is missing',
      'a',
      { RedrivePolicy: `{"deadLetterTargetArn":"${arnOf('x')}","maxReceiveCount":5}` },
      'InvalidParameterValue',
      `Value {"deadLetterTargetArn":"${arnOf('x')}","maxReceiveCount":5} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
    ],
    [
      'a FIFO dead-letter queue',
      'a',
      { RedrivePolicy: `{"deadLetterTargetArn":"${arnOf('x.fifo')}","maxReceiveCount":5}` },
      'InvalidParameterValue',
      `Value {"deadLetterTargetArn":"${arnOf('x.fifo')}","maxReceiveCount":5} for parameter RedrivePolicy is invalid. Reason: Dead-letter queue must be same type of queue as the source..`,
    ],
    [
      '1001 receives',
      'a',
      { RedrivePolicy: `{"deadLetterTargetArn":"${arnOf('x')}","maxReceiveCount":1001}` },
      'InvalidParameterValue',
      `Value {"deadLetterTargetArn":"${arnOf('x')}","maxReceiveCount":1001} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.`,
    ],
    [
      'an allow policy of nothing',
      'a',
      { RedriveAllowPolicy: '{}' },
      'InvalidAttributeValue',
      "Invalid value for the parameter RedriveAllowPolicy. Reason: Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.",
    ],
    [
      'byQueue without queues',
      'a',
      { RedriveAllowPolicy: '{"redrivePermission":"byQueue"}' },
      'InvalidParameterValue',
      `Value {"redrivePermission":"byQueue"} for parameter RedriveAllowPolicy is invalid. Reason: Amazon SQS can't create the redrive allow policy. When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.`,
    ],
    [
      'two kinds of encryption',
      'a',
      { KmsMasterKeyId: 'alias/k', SqsManagedSseEnabled: 'true' },
      'InvalidAttributeName',
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    ],
  ] as const)
    it(`refuses ${what}`, async () => {
      await assert.rejects(create(name, attributesOf), { name: error, message });
      assert.deepEqual((await sqs.client.send(new ListQueuesCommand())).QueueUrls, undefined);
    });

  it('changes attributes, and never the kind of a queue', async () => {
    const QueueUrl = await create('changed.fifo', { FifoQueue: 'true' });
    const set = (Attributes: Record<string, string>) =>
      sqs.client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    sqs.clock.advance(5_000);
    await set({ VisibilityTimeout: '5', ContentBasedDeduplication: 'true' });
    const now = await attributes(QueueUrl);
    assert.equal(now['VisibilityTimeout'], '5');
    assert.equal(now['ContentBasedDeduplication'], 'true');
    assert.equal(Number(now['LastModifiedTimestamp']) - Number(now['CreatedTimestamp']), 5);
    await assert.rejects(set({ FifoQueue: 'false' }), {
      name: 'InvalidAttributeValue',
      message: 'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
    });
    await assert.rejects(set({ QueueArn: 'x' }), { name: 'InvalidAttributeName' });
  });

  it('takes a redrive policy back', async () => {
    const dead = await create('dead');
    const QueueUrl = await create('source', {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 3 }),
    });
    const sources = async () =>
      (await sqs.client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }))).queueUrls;
    assert.deepEqual(await sources(), [QueueUrl]);
    await sqs.client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy: '' } }));
    assert.equal((await attributes(QueueUrl))['RedrivePolicy'], undefined);
    assert.deepEqual(await sources(), []);
  });

  it('lists by prefix, and in pages', async () => {
    for (const name of ['b2', 'a1', 'b1', 'b3']) await create(name);
    const names = (urls: string[] | undefined) => urls?.map(url => url.split('/').at(-1));
    const all = await sqs.client.send(new ListQueuesCommand({}));
    assert.deepEqual(names(all.QueueUrls), ['a1', 'b1', 'b2', 'b3']);
    assert.equal(all.NextToken, undefined);
    const first = await sqs.client.send(new ListQueuesCommand({ QueueNamePrefix: 'b', MaxResults: 2 }));
    assert.deepEqual(names(first.QueueUrls), ['b1', 'b2']);
    const rest = await sqs.client.send(
      new ListQueuesCommand({ QueueNamePrefix: 'b', MaxResults: 2, NextToken: first.NextToken }),
    );
    assert.deepEqual(names(rest.QueueUrls), ['b3']);
    assert.equal(rest.NextToken, undefined);
    await assert.rejects(sqs.client.send(new ListQueuesCommand({ MaxResults: 1_001 })), {
      name: 'InvalidParameterValue',
    });
  });

  it('finds a queue by name, until it is deleted with all that is in it', async () => {
    const QueueUrl = await create('gone');
    const find = () => sqs.client.send(new GetQueueUrlCommand({ QueueName: 'gone' }));
    assert.equal((await find()).QueueUrl, QueueUrl);
    await sqs.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'left' }));
    await sqs.client.send(new DeleteQueueCommand({ QueueUrl }));
    await assert.rejects(find(), {
      name: 'QueueDoesNotExist',
      message: 'The specified queue does not exist.',
      $fault: 'client',
    });
    await assert.rejects(sqs.client.send(new DeleteQueueCommand({ QueueUrl })), {
      name: 'QueueDoesNotExist',
    });
    await create('gone');
    assert.equal((await attributes(QueueUrl))['ApproximateNumberOfMessages'], '0');
  });

  it('keeps tags', async () => {
    const { QueueUrl } = await sqs.client.send(
      new CreateQueueCommand({ QueueName: 'tagged', tags: { a: '1', b: '' } }),
    );
    const tags = async () => (await sqs.client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags;
    await sqs.client.send(new TagQueueCommand({ QueueUrl, Tags: { a: '2', c: '3' } }));
    assert.deepEqual(await tags(), { a: '2', b: '', c: '3' });
    await sqs.client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['a', 'b', 'c', 'd'] }));
    assert.equal(await tags(), undefined);
  });

  it('purges, once a minute', async () => {
    const QueueUrl = await create('purged');
    const purge = () => sqs.client.send(new PurgeQueueCommand({ QueueUrl }));
    await sqs.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    await purge();
    assert.equal((await sqs.client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages, undefined);
    await assert.rejects(purge(), (error: SQSServiceException) => {
      assert.equal(error.name, 'PurgeQueueInProgress');
      assert.equal(error.message, 'Only one PurgeQueue operation on purged is allowed every 60 seconds.');
      assert.equal(error.$metadata.httpStatusCode, 403);
      return true;
    });
    sqs.clock.advance(60_000);
    await purge();
  });

  it('writes permissions into the policy, and takes them out', async () => {
    const QueueUrl = await create('shared');
    const add = (Label: string) =>
      sqs.client.send(
        new AddPermissionCommand({
          QueueUrl,
          Label,
          AWSAccountIds: ['111111111111'],
          Actions: ['ReceiveMessage'],
        }),
      );
    await add('one');
    assert.deepEqual(JSON.parse((await attributes(QueueUrl))['Policy']!), {
      Version: '2008-10-17',
      Id: `${arnOf('shared')}/SQSDefaultPolicy`,
      Statement: [
        {
          Sid: 'one',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111111111111:root' },
          Action: 'SQS:ReceiveMessage',
          Resource: arnOf('shared'),
        },
      ],
    });
    await assert.rejects(add('one'), {
      message: 'Value one for parameter Label is invalid. Reason: Already exists.',
    });
    const remove = () => sqs.client.send(new RemovePermissionCommand({ QueueUrl, Label: 'one' }));
    await remove();
    assert.equal((await attributes(QueueUrl))['Policy'], undefined);
    await assert.rejects(remove(), {
      message: "Value one for parameter Label is invalid. Reason: can't find label.",
    });
  });
});
