import assert from 'node:assert/strict';
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import type {
  UpstreamAnswer,
  UpstreamCall,
  UpstreamClient,
} from '../../../../src/host/delivery/upstreamClient.ts';
import { until } from '../../../helpers/until.ts';
import { ACCOUNT } from '../sqs/sqsFixture.ts';
import { startSns, type SnsFixture } from './snsFixture.ts';

const queueArn = (name: string): string => `arn:aws:sqs:us-east-1:111111111111:${name}`;

/** An endpoint with queues: what they got, and what it answers instead of taking the next ones. */
function endpoint(): {
  client: UpstreamClient;
  sent: Record<string, unknown>[];
  answers: Partial<UpstreamAnswer>[];
} {
  const sent: Record<string, unknown>[] = [];
  const answers: Partial<UpstreamAnswer>[] = [];
  const take = ({ headers, body }: UpstreamCall): Partial<UpstreamAnswer> => {
    const input = JSON.parse(String(body)) as Record<string, unknown>;
    if (headers?.['x-amz-target'] === 'AmazonSQS.GetQueueUrl')
      return {
        body: Buffer.from(JSON.stringify({ QueueUrl: `http://there/${String(input['QueueName'])}` })),
      };
    const answer = answers.shift();
    if (answer === undefined) sent.push(input);
    return answer ?? {};
  };
  return {
    sent,
    answers,
    client: {
      url: 'http://there',
      call: call => Promise.resolve({ status: 200, headers: {}, body: Buffer.from('{}'), ...take(call) }),
      open: () => Promise.reject(new Error('not used')),
      close: () => undefined,
    },
  };
}

describe('SNS: queues that are elsewhere', () => {
  let sns: SnsFixture;
  let there: ReturnType<typeof endpoint>;
  beforeEach(async () => {
    sns = await startSns();
    there = endpoint();
    for (const name of ['q', 'q.fifo', 'dead']) sns.elsewhere.set(queueArn(name), there.client);
  });
  afterEach(() => sns.close());

  const subscribed = async (
    Name: string,
    queue: string,
    Attributes: Record<string, string> = {},
  ): Promise<string> => {
    const isFifo = Name.endsWith('.fifo');
    const { TopicArn } = await sns.client.send(
      new CreateTopicCommand({
        Name,
        Attributes: isFifo ? { FifoTopic: 'true', ContentBasedDeduplication: 'true' } : {},
      }),
    );
    const Endpoint = queue.startsWith('arn:') ? queue : queueArn(queue);
    await sns.client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
    return TopicArn!;
  };
  const settle = (done: () => boolean, ms = 0): Promise<unknown> =>
    until(
      () => {
        sns.clock.advance(ms);
        return done();
      },
      { what: 'a delivery' },
    );
  const bodies = (): unknown[] => there.sent.map(({ MessageBody }) => MessageBody);

  it('get messages with their attributes, over a restart too', async () => {
    const TopicArn = await subscribed('t', 'q', { RawMessageDelivery: 'true' });
    there.answers.push({ status: 503 }, { status: 503 }, { status: 503 }, { status: 503 });
    await sns.client.send(
      new PublishCommand({
        TopicArn,
        Message: 'hello',
        MessageAttributes: {
          text: { DataType: 'String', StringValue: 'x' },
          bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) },
        },
      }),
    );
    await settle(() => sns.undelivered.length === 4);
    assert.deepEqual(there.sent, []);
    sns.restart();
    await settle(() => there.sent.length === 1, 1_000);
    assert.deepEqual(there.sent, [
      {
        QueueUrl: 'http://there/q',
        MessageBody: 'hello',
        MessageAttributes: {
          text: { DataType: 'String', StringValue: 'x' },
          bytes: { DataType: 'Binary', BinaryValue: 'AQI=' },
        },
      },
    ]);
    assert.deepEqual(sns.undelivered[0], {
      topicArn: TopicArn,
      endpoint: queueArn('q'),
      error: `http://there answered 503 for ${queueArn('q')}: {}`,
      isLast: false,
    });
  });

  it('are waited for where nobody has them any more, and get what they missed when they are here', async () => {
    // What is made here is this host's account's.
    const ours = (name: string): string => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
    for (const name of ['q', 'dead']) sns.elsewhere.set(ours(name), there.client);
    const TopicArn = await subscribed('t', ours('q'), {
      RawMessageDelivery: 'true',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: ours('dead') }),
    });
    const trouble = { status: 503 };
    there.answers.push(...Array.from({ length: 4 }, () => trouble));
    await sns.client.send(
      new PublishCommand({
        TopicArn,
        Message: 'hello',
        MessageAttributes: { bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) } },
      }),
    );
    await settle(() => sns.undelivered.length === 4);
    const refusal = { status: 400, body: Buffer.from('{"__type":"InvalidMessageContents"}') };
    there.answers.push(refusal, ...Array.from({ length: 4 }, () => trouble));
    await sns.client.send(new PublishCommand({ TopicArn, Message: 'refused' }));
    await settle(() => sns.undelivered.length === 9);

    sns.elsewhere.clear();
    sns.restart();
    await settle(() => sns.undelivered.length >= 11, 1_000);
    for (const { error, isLast } of sns.undelivered.slice(9)) {
      assert.equal(isLast, false);
      assert.match(error, /^There is no arn:aws:sqs:.* here, nor an endpoint to look for it\. Create it, or/);
    }
    const [queue, dead] = [sns.queue('q'), sns.queue('dead')];
    await settle(
      () =>
        [queue, dead].every(arn => sns.host.queues.counts(sns.host.queues.table.find(arn)!).visible === 1),
      20_000,
    );
    const [received, letter] = [await sns.drain(queue), await sns.drain(dead)];
    assert.deepEqual(
      [...received, ...letter].map(({ body }) => body),
      ['hello', 'refused'],
    );
    assert.ok(Object.hasOwn(received[0]!.attributes, 'bytes'), JSON.stringify(received));
    assert.deepEqual(there.sent, []);
  });

  it('keep the order of FIFO topics when one is tried again', async () => {
    const TopicArn = await subscribed('t.fifo', 'q.fifo', { RawMessageDelivery: 'true' });
    there.answers.push(...Array.from({ length: 5 }, () => ({ status: 500 })));
    for (const Message of ['one', 'two', 'three'])
      await sns.client.send(new PublishCommand({ TopicArn, Message, MessageGroupId: 'g' }));
    await settle(() => there.sent.length === 3, 1_000);
    assert.deepEqual(bodies(), ['one', 'two', 'three']);
    assert.equal(there.sent[0]?.['MessageGroupId'], 'g');
    assert.match(String(there.sent[0]['MessageDeduplicationId']), /^[0-9a-f]{64}$/);
  });

  it('that refuse a message leave it to the dead-letter queue, here or there', async () => {
    const dead = sns.queue('dead-here');
    for (const [name, deadLetterTargetArn] of [
      ['here', dead],
      ['there', queueArn('dead')],
    ] as const) {
      const TopicArn = await subscribed(name, 'q', {
        RawMessageDelivery: 'true',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn }),
      });
      there.answers.push({ status: 400, body: Buffer.from('{"__type":"QueueDoesNotExist"}') });
      await sns.client.send(new PublishCommand({ TopicArn, Message: name }));
    }
    await settle(() => there.sent.length === 1);
    assert.deepEqual(there.sent[0], { QueueUrl: 'http://there/dead', MessageBody: 'there' });
    assert.deepEqual(
      (await sns.drain(dead)).map(({ body }) => body),
      ['here'],
    );
    assert.deepEqual(
      sns.undelivered.map(({ isLast }) => isLast),
      [true, true],
    );
  });
});
