/** What the keys of an environment may do with the embedded services (docs/decisions/0004). */
import assert from 'node:assert/strict';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startSns } from './sns/snsFixture.ts';
import { startSqs } from './sqs/sqsFixture.ts';

describe('the keys of an environment', () => {
  it('make, change, use and delete queues', async () => {
    const sqs = await startSqs();
    const keys = sqs.gateway.keys.mint('orders');
    const client = new SQSClient({
      endpoint: `http://127.0.0.1:${sqs.gateway.port}`,
      region: 'us-east-1',
      credentials: keys,
      maxAttempts: 1,
    });
    try {
      const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'replies' }));
      await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '5' } }));
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'm' }));
      const { Messages } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['SenderId'] }),
      );
      assert.equal(Messages?.[0]?.Attributes?.SenderId, 'AROALAMPLIGHTEXECUTION:orders');
      await client.send(new DeleteQueueCommand({ QueueUrl }));
      await assert.rejects(sqs.client.send(new GetQueueUrlCommand({ QueueName: 'replies' })), {
        name: 'QueueDoesNotExist',
      });
      keys.revoke();
      await assert.rejects(client.send(new CreateQueueCommand({ QueueName: 'later' })), {
        message: 'The security token included in the request is invalid.',
      });
    } finally {
      client.destroy();
      await sqs.close();
    }
  });

  it('make, use and delete topics and their subscriptions', async () => {
    const sns = await startSns();
    const client = new SNSClient({
      endpoint: `http://127.0.0.1:${sns.gateway.port}`,
      region: 'us-east-1',
      credentials: sns.gateway.keys.mint('orders'),
      maxAttempts: 1,
    });
    try {
      const { TopicArn } = await client.send(new CreateTopicCommand({ Name: 'mine' }));
      const Endpoint = sns.queue('q');
      await client.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: 'sqs',
          Endpoint,
          Attributes: { RawMessageDelivery: 'true' },
        }),
      );
      await client.send(new PublishCommand({ TopicArn, Message: 'hello' }));
      assert.deepEqual(
        (await sns.drain(Endpoint)).map(({ body }) => body),
        ['hello'],
      );
      await client.send(new DeleteTopicCommand({ TopicArn }));
      assert.equal(sns.host.topics.get(TopicArn!), undefined);
    } finally {
      client.destroy();
      await sns.close();
    }
  });
});
