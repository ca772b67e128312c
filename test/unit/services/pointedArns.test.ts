import assert from 'node:assert/strict';
import type { SnsHost } from '../../../src/host/services/sns/operation.ts';
import { createSnsService } from '../../../src/host/services/sns/snsService.ts';
import { namedQueue } from '../../../src/host/services/sqs/namedQueue.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:111111111111:orders';
const HERE = 'arn:aws:sqs:us-east-1:000000000000:orders';
type Request = Parameters<typeof namedQueue>[1];
const form = (values: Readonly<Record<string, string>>): Request => ({
  headers: {},
  query: new URLSearchParams(),
  path: '/',
  body: Buffer.from(new URLSearchParams(values).toString()),
});
const json = (operation: string, input: object): Request => ({
  headers: { 'x-amz-target': `AmazonSQS.${operation}` },
  query: new URLSearchParams(),
  path: '/',
  body: Buffer.from(JSON.stringify(input)),
});

describe('SQS: the pointed queue that a request names', () => {
  const host = (...here: readonly string[]) =>
    ({
      accountId: '000000000000',
      region: 'us-east-1',
      queues: { table: { get: (name: string) => (here.includes(name) ? {} : undefined) } },
    }) as unknown as Parameters<typeof namedQueue>[0];
  const named = (request: Request, region = 'us-east-1', arns: readonly string[] = [QUEUE]) =>
    namedQueue(host('orders'), request, { region, arns });

  it('has the account in its URL, or that of its owner', () => {
    const url = 'http://127.0.0.1:4000/111111111111/orders/';
    const path = { ...form({ Action: 'SendMessage' }), path: '/111111111111/orders' };
    for (const request of [
      json('SendMessage', { QueueUrl: url }),
      json('GetQueueUrl', { QueueName: 'orders', QueueOwnerAWSAccountId: '111111111111' }),
      form({ Action: 'SendMessage', QueueUrl: url }),
      form({ Action: 'GetQueueUrl', QueueName: 'orders', QueueOwnerAWSAccountId: '111111111111' }),
      path,
    ])
      assert.equal(named(request), QUEUE);
    for (const request of [
      json('SendMessage', { QueueUrl: 'http://127.0.0.1:4000/000000000000/orders' }),
      json('SendMessage', { QueueUrl: 'http://127.0.0.1:4000/111111111111/others' }),
      json('GetQueueUrl', { QueueName: 'orders' }),
      json('ListQueues', {}),
    ])
      assert.equal(named(request), undefined);
  });

  it('is in the region of the signature, else in the one where it is pointed', () => {
    const [east, west] = [HERE, HERE.replace('us-east-1', 'eu-west-1')];
    const request = json('SendMessage', { QueueUrl: 'http://127.0.0.1:4000/000000000000/orders' });
    assert.equal(named(request, 'us-east-1', [west, east]), east);
    assert.equal(named(request, 'eu-west-1', [east, west]), west);
    // That is the queue here.
    assert.equal(named(request, 'us-east-1', [west]), undefined);
    const nowhere = { region: 'us-east-1', arns: [west] };
    assert.equal(namedQueue(host(), request, nowhere), west);
    assert.equal(namedQueue(host(), json('CreateQueue', { QueueName: 'orders' }), nowhere), undefined);
    assert.equal(
      namedQueue(host(), form({ Action: 'CreateQueue', QueueName: 'orders' }), nowhere),
      undefined,
    );
    const there = { ...nowhere, region: 'eu-west-1' };
    assert.equal(namedQueue(host(), json('CreateQueue', { QueueName: 'orders' }), there), west);
  });

  it('is the source of a task that moves messages', () => {
    for (const operation of ['StartMessageMoveTask', 'ListMessageMoveTasks'])
      assert.equal(named(json(operation, { SourceArn: QUEUE })), QUEUE);
  });
});

describe('SNS: the topic that a request is about', () => {
  const service = createSnsService({} as SnsHost);
  const TOPIC = 'arn:aws:sns:eu-west-1:111111111111:orders.fifo';
  const topicOf = (values: Readonly<Record<string, string>>) =>
    service.arnOf?.(
      { ...form(values), method: 'POST', requestId: 'r', caller: {} as never },
      {
        region: 'us-east-1',
        arns: [TOPIC],
      },
    );

  it('is told by its own ARN or by that of its subscription', () => {
    const SubscriptionArn = `${TOPIC}:00000000-0000-0000-0000-000000000000`;
    for (const Action of ['Unsubscribe', 'GetSubscriptionAttributes', 'SetSubscriptionAttributes'])
      assert.equal(topicOf({ Action, SubscriptionArn }), TOPIC);
    for (const Action of ['ConfirmSubscription', 'Subscribe'])
      assert.equal(topicOf({ Action, TopicArn: TOPIC }), TOPIC);
    assert.equal(topicOf({ Action: 'Unsubscribe', SubscriptionArn: 'pending confirmation' }), undefined);
    assert.equal(topicOf({ Action: 'ListTopics' }), undefined);
  });
});
