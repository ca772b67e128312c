import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AddPermissionCommand,
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
  type PublishCommandInput,
} from '@aws-sdk/client-sns';
import { AwsError } from '../../../../src/protocol/awsError.ts';
import { until } from '../../../helpers/until.ts';
import { startSns, type SnsFixture } from './snsFixture.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:t';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';

describe('SNS', () => {
  let sns: SnsFixture;
  beforeEach(async () => {
    sns = await startSns();
    await create('t');
  });
  afterEach(async () => {
    assert.deepEqual(sns.failures, []);
    await sns.close();
  });

  const create = async (Name: string, Attributes: Record<string, string> = {}): Promise<string> =>
    (await sns.client.send(new CreateTopicCommand({ Name, Attributes }))).TopicArn!;
  const subscribe = async (
    Endpoint: string,
    Attributes: Record<string, string> = {},
    TopicArn = TOPIC,
  ): Promise<string> => {
    const Protocol = Endpoint.startsWith('arn:') ? Endpoint.split(':')[2] : Endpoint.split(':')[0];
    const command = new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes });
    return (await sns.client.send(command)).SubscriptionArn!;
  };
  const publish = (Message: string, more: Partial<PublishCommandInput> = {}) =>
    sns.client.send(new PublishCommand({ TopicArn: TOPIC, Message, ...more }));
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  /** Time for what falls due now, and for what that begins. */
  const settle = async (done: () => boolean): Promise<void> => {
    await until(
      () => {
        sns.clock.advance(0);
        return done();
      },
      { what: 'a delivery' },
    );
  };

  it('describes a topic as AWS does', async () => {
    assert.equal(await create('t'), TOPIC, 'again');
    const { Attributes } = await sns.client.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));
    const { Policy, EffectiveDeliveryPolicy, ...rest } = Attributes!;
    assert.deepEqual(rest, {
      Owner: '000000000000',
      SubscriptionsPending: '0',
      TopicArn: TOPIC,
      SubscriptionsConfirmed: '0',
      SubscriptionsDeleted: '0',
      DisplayName: '',
    });
    assert.match(Policy!, /__default_statement_ID/);
    assert.match(EffectiveDeliveryPolicy!, /"numRetries":3/);
    await sns.client.send(
      new SetTopicAttributesCommand({ TopicArn: TOPIC, AttributeName: 'DisplayName', AttributeValue: 'T' }),
    );
    await sns.client.send(
      new AddPermissionCommand({
        TopicArn: TOPIC,
        Label: 'x',
        AWSAccountId: ['111111111111'],
        ActionName: ['Publish'],
      }),
    );
    const after = await sns.client.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));
    assert.equal(after.Attributes?.['DisplayName'], 'T');
    assert.match(after.Attributes['Policy']!, /"Action":"SNS:Publish"/);
  });

  it('lists topics in pages, and deletes them with their subscriptions', async () => {
    for (let i = 0; i < 120; i++) await create(`n${i}`);
    const first = await sns.client.send(new ListTopicsCommand({}));
    assert.equal(first.Topics?.length, 100);
    const rest = await sns.client.send(new ListTopicsCommand({ NextToken: first.NextToken }));
    assert.equal(rest.Topics?.length, 21);
    assert.equal(rest.NextToken, undefined);
    await subscribe(sns.queue('q'));
    await sns.client.send(new DeleteTopicCommand({ TopicArn: TOPIC }));
    await sns.client.send(new DeleteTopicCommand({ TopicArn: TOPIC }));
    assert.deepEqual(sns.host.topics.subscriptions(), []);
    await assert.rejects(publish('x'), { name: 'NotFoundException', message: 'Topic does not exist' });
  });

  it('keeps tags', async () => {
    const tags = async () =>
      (await sns.client.send(new ListTagsForResourceCommand({ ResourceArn: TOPIC }))).Tags;
    await sns.client.send(
      new TagResourceCommand({
        ResourceArn: TOPIC,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    await sns.client.send(new UntagResourceCommand({ ResourceArn: TOPIC, TagKeys: ['a'] }));
    assert.deepEqual(await tags(), [{ Key: 'b', Value: '2' }]);
  });

  it('sends to queues, wrapped or raw', async () => {
    const [wrapped, raw] = [sns.queue('wrapped'), sns.queue('raw')];
    const arn = await subscribe(wrapped);
    await subscribe(raw, { RawMessageDelivery: 'true' });
    const MessageAttributes = {
      k: text('v'),
      n: { DataType: 'Number', StringValue: '1' },
      b: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2) },
    };
    const { MessageId, SequenceNumber } = await publish('hello', { Subject: 'About', MessageAttributes });
    assert.equal(SequenceNumber, undefined);
    const [message] = await sns.drain(wrapped);
    const body = JSON.parse(message!.body) as Record<string, unknown>;
    const { Signature, SigningCertURL, UnsubscribeURL, ...rest } = body;
    assert.ok(Signature !== undefined && SigningCertURL !== undefined);
    assert.ok(String(UnsubscribeURL).endsWith(`/?Action=Unsubscribe&SubscriptionArn=${arn}`));
    assert.deepEqual(rest, {
      Type: 'Notification',
      MessageId,
      TopicArn: TOPIC,
      Subject: 'About',
      Message: 'hello',
      Timestamp: new Date(sns.clock.serviceNow()).toISOString(),
      SignatureVersion: '1',
      MessageAttributes: {
        k: { Type: 'String', Value: 'v' },
        n: { Type: 'Number', Value: '1' },
        b: { Type: 'Binary', Value: 'AQI=' },
      },
    });
    assert.deepEqual(message!.attributes, {});
    assert.deepEqual(await sns.drain(raw), [
      {
        body: 'hello',
        attributes: {
          k: { DataType: 'String', StringValue: 'v' },
          n: { DataType: 'Number', StringValue: '1' },
          b: { DataType: 'Binary', BinaryValue: Buffer.of(1, 2) },
        },
      },
    ]);
  });

  it('gives each protocol its own text', async () => {
    const raw = sns.queue('raw');
    await subscribe(raw, { RawMessageDelivery: 'true' });
    await publish(JSON.stringify({ default: 'all', sqs: 'queues', lambda: 'functions' }), {
      MessageStructure: 'json',
    });
    assert.equal((await sns.drain(raw))[0]?.body, 'queues');
    await assert.rejects(publish('{}', { MessageStructure: 'json' }), {
      message: 'Invalid parameter: Message Structure - No default entry in JSON message body',
    });
    await assert.rejects(publish('{', { MessageStructure: 'json' }), {
      message: 'Invalid parameter: Message Structure - JSON message body failed to parse',
    });
  });

  it('filters by attributes, and by the body', async () => {
    const [byAttribute, byBody] = [sns.queue('attributes'), sns.queue('body')];
    const raw = { RawMessageDelivery: 'true' };
    await subscribe(byAttribute, {
      ...raw,
      FilterPolicy: '{"kind":["a",{"prefix":"b"}],"n":[{"numeric":[">",5]}]}',
    });
    await subscribe(byBody, { ...raw, FilterPolicy: '{"x":{"y":[1]}}', FilterPolicyScope: 'MessageBody' });
    const n = (StringValue: string) => ({ DataType: 'Number', StringValue });
    await publish('1', { MessageAttributes: { kind: text('a'), n: n('6') } });
    await publish('2', { MessageAttributes: { kind: text('a'), n: n('5') } });
    await publish('3', { MessageAttributes: { kind: text('c'), n: n('6') } });
    await publish('4', {
      MessageAttributes: { kind: { DataType: 'String.Array', StringValue: '["z","bc"]' }, n: n('6') },
    });
    await publish('{"x":{"y":1}}');
    await publish('{"x":{"y":2}}');
    const bodies = async (queue: string) => (await sns.drain(queue)).map(({ body }) => body);
    assert.deepEqual(await bodies(byAttribute), ['1', '4']);
    assert.deepEqual(await bodies(byBody), ['{"x":{"y":1}}']);
  });

  it('invokes functions, and tries again where that fails', async () => {
    const dead = sns.queue('dead');
    const arn = await subscribe(FUNCTION, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead }) });
    sns.refusals.push(new AwsError('TooManyRequestsException', 429, 'busy'), new Error('broken'));
    const { MessageId } = await publish('hello');
    await settle(() => sns.invoked.length === 1);
    assert.equal(sns.invoked[0]?.functionName, 'f');
    assert.equal(sns.invoked[0].type, 'Event');
    const event = JSON.parse(sns.invoked[0].payload.toString()) as {
      Records: { EventSubscriptionArn: string; Sns: Record<string, unknown> }[];
    };
    assert.equal(event.Records[0]?.EventSubscriptionArn, arn);
    assert.equal(event.Records[0].Sns['MessageId'], MessageId);
    assert.equal(event.Records[0].Sns['Subject'], null);
    assert.deepEqual(await sns.drain(dead), []);
    sns.refusals.push(new AwsError('ResourceNotFoundException', 404, 'gone'));
    await publish('lost');
    let found: { readonly body: string }[] = [];
    await until(
      async () => {
        sns.clock.advance(0);
        found = await sns.drain(dead);
        return found.length > 0;
      },
      { what: 'the dead letter' },
    );
    assert.match(found[0]!.body, /lost/);
  });

  it('delivers after a restart what it had taken before', async () => {
    await subscribe(FUNCTION);
    await publish('kept');
    sns.restart();
    await settle(() => sns.invoked.length === 1);
    assert.match(sns.invoked[0]!.payload.toString(), /"Message":"kept"/);
  });

  it('hands the trace of a request on to functions', async () => {
    await subscribe(FUNCTION);
    const answer = await sns.gateway.call({
      method: 'POST',
      body: new URLSearchParams({ Action: 'Publish', TopicArn: TOPIC, Message: 'x' }).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-amzn-trace-id': 'Root=1-a;Lineage=1:b:2',
      },
      sign: { service: 'sns' },
    });
    assert.equal(answer.status, 200);
    await settle(() => sns.invoked.length === 1);
    assert.equal(sns.invoked[0]?.traceId, 'Root=1-a;Lineage=1:b:2');
  });

  it('goes on when what it has delivered can be stored again', async () => {
    await subscribe(FUNCTION);
    sns
      .database()
      .run(
        "CREATE TRIGGER full BEFORE DELETE ON sns_deliveries BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
      );
    await publish('first');
    await settle(() => sns.failures.length === 1);
    sns.database().run('DROP TRIGGER full');
    const left = sns.database().query<{ readonly n: number }>('SELECT COUNT(*) AS n FROM sns_deliveries');
    await settle(() => left.get()?.n === 0);
    await publish('second');
    await settle(() => sns.invoked.length === 2);
    assert.match(String(sns.failures.pop()), /the disk is full/);
  });

  it('does not let one endpoint hold up the others', async () => {
    const ends: (() => void)[] = [];
    const confirmations: string[] = [];
    const server = createServer((request, response) => {
      if (request.headers['x-amz-sns-message-type'] === 'Notification') {
        ends.push(() => response.end());
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        confirmations.push((JSON.parse(Buffer.concat(chunks).toString()) as { Token: string }).Token);
        response.end();
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    try {
      await subscribe(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slow`);
      await settle(() => confirmations.length === 1);
      await sns.client.send(new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token: confirmations[0] }));
      // More than are under way at once, and none of them ends.
      for (let batch = 0; batch < 8; batch++)
        await sns.client.send(
          new PublishBatchCommand({
            TopicArn: TOPIC,
            PublishBatchRequestEntries: Array.from({ length: 10 }, (_, n) => ({ Id: `${n}`, Message: 'm' })),
          }),
        );
      await settle(() => ends.length >= 10);
      await subscribe(FUNCTION);
      await publish('meanwhile');
      await settle(() => sns.invoked.length === 1);
      assert.equal(ends.length, 10, 'its own width');
    } finally {
      for (const end of ends) end();
      server.closeAllConnections();
      server.close();
    }
  });

  it('asks an HTTP endpoint before it sends there, and tries again', async () => {
    const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
    let status = 200;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    try {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
      assert.equal(await subscribe(endpoint), 'pending confirmation');
      await publish('too early');
      await settle(() => seen.length === 1);
      assert.equal(seen[0]?.headers['x-amz-sns-message-type'], 'SubscriptionConfirmation');
      const asked = JSON.parse(seen[0].body) as { SubscribeURL: string; Token: string };
      await assert.rejects(sns.client.send(new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token: 'x' })), {
        message: 'Invalid parameter: Token',
      });
      const confirmed = await fetch(asked.SubscribeURL);
      assert.equal(confirmed.status, 200);
      assert.match(await confirmed.text(), /<ConfirmSubscriptionResult><SubscriptionArn>arn:aws:sns:/);
      status = 500;
      await publish('hello');
      await settle(() => seen.length === 2);
      status = 200;
      await until(
        () => {
          sns.clock.advance(20_000);
          return seen.length === 3;
        },
        { what: 'the second try' },
      );
      assert.equal(seen[2]?.headers['x-amz-sns-message-type'], 'Notification');
      assert.equal((JSON.parse(seen[2].body) as { Message: string }).Message, 'hello');
    } finally {
      server.close();
    }
  });

  it('keeps the order of FIFO topics, and takes a message once', async () => {
    const TopicArn = await create('t.fifo', { FifoTopic: 'true', ContentBasedDeduplication: 'true' });
    const queue = sns.queue('q.fifo');
    await subscribe(queue, { RawMessageDelivery: 'true' }, TopicArn);
    const first = await publish('one', { TopicArn, MessageGroupId: 'g' });
    const second = await publish('two', { TopicArn, MessageGroupId: 'g' });
    assert.ok(second.SequenceNumber! > first.SequenceNumber!);
    assert.equal(first.SequenceNumber!.length, 20);
    assert.equal((await publish('one', { TopicArn, MessageGroupId: 'g' })).MessageId, first.MessageId);
    assert.deepEqual(
      (await sns.drain(queue)).map(({ body }) => body),
      ['one', 'two'],
    );
    await assert.rejects(publish('x', { TopicArn }), {
      message: 'Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
    });
  });

  it('publishes batches', async () => {
    const queue = sns.queue('q');
    await subscribe(queue, { RawMessageDelivery: 'true' });
    const batch = (ids: readonly string[]) =>
      sns.client.send(
        new PublishBatchCommand({
          TopicArn: TOPIC,
          PublishBatchRequestEntries: ids.map(Id => ({ Id, Message: `m${Id}` })),
        }),
      );
    const { Successful, Failed } = await batch(['1', '2']);
    assert.deepEqual(
      Successful?.map(({ Id }) => Id),
      ['1', '2'],
    );
    assert.deepEqual(Failed ?? [], []);
    assert.deepEqual(
      (await sns.drain(queue)).map(({ body }) => body),
      ['m1', 'm2'],
    );
    await assert.rejects(batch(['a', 'a']), {
      message: 'Two or more batch entries in the request have the same Id.',
    });
    await assert.rejects(batch(['a.b']), {
      message: 'The Id of a batch entry in the batch request contains an impermissible character: a.b',
    });
    await assert.rejects(batch(Array.from({ length: 11 }, (_, i) => `${i}`)), {
      message: 'The batch request contains more entries than permissible.',
    });
  });

  it('describes, changes and ends subscriptions', async () => {
    const queue = sns.queue('q');
    const arn = await subscribe(queue, { FilterPolicy: '{"a":["b"]}' });
    assert.equal(await subscribe(queue), arn, 'the same again');
    await assert.rejects(subscribe(queue, { RawMessageDelivery: 'true' }), {
      message: 'Invalid parameter: Attributes Reason: Subscription already exists with different attributes',
    });
    const describe = async () =>
      (await sns.client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }))).Attributes;
    assert.deepEqual(await describe(), {
      SubscriptionArn: arn,
      TopicArn: TOPIC,
      Protocol: 'sqs',
      Endpoint: queue,
      Owner: '000000000000',
      SubscriptionPrincipal: 'arn:aws:iam::000000000000:root',
      PendingConfirmation: 'false',
      ConfirmationWasAuthenticated: 'true',
      RawMessageDelivery: 'false',
      FilterPolicyScope: 'MessageAttributes',
      FilterPolicy: '{"a":["b"]}',
    });
    const set = (AttributeName: string, AttributeValue: string) =>
      sns.client.send(
        new SetSubscriptionAttributesCommand({ SubscriptionArn: arn, AttributeName, AttributeValue }),
      );
    await set('FilterPolicy', '');
    await set('RawMessageDelivery', 'True');
    assert.equal((await describe())?.['FilterPolicy'], undefined);
    assert.equal((await describe())?.['RawMessageDelivery'], 'true');
    for (const [name, value, message] of [
      ['Nonsense', 'x', 'AttributeName'],
      ['RawMessageDelivery', 'x', 'RawMessageDelivery: Invalid value [x]. Must be true or false.'],
      [
        'FilterPolicyScope',
        'X',
        'FilterPolicyScope: Invalid value [X]. Please use either MessageBody or MessageAttributes',
      ],
      [
        'FilterPolicy',
        '{"a":{"b":[1]}}',
        'Filter policy scope MessageAttributes does not support nested filter policy',
      ],
      [
        'FilterPolicy',
        '{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}',
        'FilterPolicy: Filter policy can not have more than 5 keys',
      ],
      [
        'RedrivePolicy',
        '{"deadLetterTargetArn":"x"}',
        'RedrivePolicy: deadLetterTargetArn is an invalid arn',
      ],
    ] as const)
      await assert.rejects(set(name, value), { message: `Invalid parameter: ${message}` });
    const list = async () =>
      (await sns.client.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }))).Subscriptions;
    assert.equal((await list())?.length, 1);
    await sns.client.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
    await sns.client.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
    assert.deepEqual(await list(), []);
    await assert.rejects(describe(), { name: 'NotFoundException', message: 'Subscription does not exist' });
  });

  for (const [what, input, message] of [
    ['nothing', { Message: '' }, 'Invalid parameter: Empty message'],
    ['an empty subject', { Subject: '' }, 'Invalid parameter: Subject'],
    ['more than 256 KiB', { Message: 'x'.repeat(262_145) }, 'Invalid parameter: Message too long'],
    [
      'no ARN',
      { TopicArn: 'a:b' },
      'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 2',
    ],
    ['another region', { TopicArn: TOPIC.replace('us-east-1', 'eu-west-1') }, 'Invalid parameter: TopicArn'],
    [
      'a deduplication id',
      { MessageDeduplicationId: 'x' },
      'Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    ],
    [
      'an empty attribute',
      { MessageAttributes: { attr1: text('') } },
      "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'String'.",
    ],
    [
      'an unknown type',
      { MessageAttributes: { attr1: { DataType: 'Text', StringValue: 'x' } } },
      "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
    ],
    [
      'a strange name',
      { MessageAttributes: { 'a^': text('x') } },
      "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
    ],
  ] as const)
    it(`does not publish ${what}`, async () => {
      await assert.rejects(publish('x', input), { message });
    });

  for (const [what, protocol, endpoint, message] of [
    [
      'an unknown protocol',
      'pigeon',
      'x',
      'Invalid parameter: Amazon SNS does not support this protocol string: pigeon',
    ],
    ["a queue's URL", 'sqs', 'http://q', 'Invalid parameter: SQS endpoint ARN'],
    [
      'a FIFO queue',
      'sqs',
      'arn:aws:sqs:us-east-1:000000000000:q.fifo',
      'Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    ],
  ] as const)
    it(`does not subscribe ${what}`, async () => {
      const command = new SubscribeCommand({ TopicArn: TOPIC, Protocol: protocol, Endpoint: endpoint });
      await assert.rejects(sns.client.send(command), { message });
    });
});
