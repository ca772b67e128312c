import assert from 'node:assert/strict';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type Message,
  type QueueAttributeName,
  type ReceiveMessageCommandInput,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { startSqs, type SqsFixture } from './sqsFixture.ts';

describe('messages of SQS', () => {
  let sqs: SqsFixture;
  let QueueUrl: string;
  beforeEach(async () => {
    sqs = await startSqs();
    QueueUrl = await create('orders');
  });
  afterEach(() => sqs.close());

  const create = async (
    QueueName: string,
    Attributes: Partial<Record<QueueAttributeName, string>> = {},
  ): Promise<string> => (await sqs.client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
  const send = (MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
    sqs.client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const receive = async (more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> =>
    (await sqs.client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more })))
      .Messages ?? [];
  const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);
  const remove = ({ ReceiptHandle }: Message) =>
    sqs.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const counts = async (): Promise<(string | undefined)[]> => {
    const { Attributes } = await sqs.client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    return [
      Attributes?.['ApproximateNumberOfMessages'],
      Attributes?.['ApproximateNumberOfMessagesNotVisible'],
      Attributes?.['ApproximateNumberOfMessagesDelayed'],
    ];
  };

  it('are sent with attributes and digests, and received with those that are asked for', async () => {
    // Digests recorded from AWS.
    const sent = await send('Test Message', {
      MessageAttributes: { Hello: { DataType: 'String', StringValue: 'World' } },
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'some-trace-id' } },
    });
    assert.equal(sent.MD5OfMessageBody, 'd1d4180b7e411c4be86b00fb2ee103eb');
    assert.equal(sent.MD5OfMessageAttributes, '7db7fb1ba7f41366a8ea5eb18220b26d');
    assert.equal(sent.MD5OfMessageSystemAttributes, 'fdce4f2818803f2f73becc09a54792c0');
    assert.equal(sent.SequenceNumber, undefined);
    const [message] = await receive({
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    const now = String(sqs.clock.serviceNow());
    const { ReceiptHandle, ...rest } = message!;
    assert.ok(ReceiptHandle);
    assert.deepEqual(rest, {
      MessageId: sent.MessageId,
      MD5OfBody: sent.MD5OfMessageBody,
      Body: 'Test Message',
      Attributes: {
        SenderId: '000000000000',
        SentTimestamp: now,
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: now,
        AWSTraceHeader: 'some-trace-id',
      },
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes: { Hello: { DataType: 'String', StringValue: 'World' } },
    });
  });

  it('come with none of their attributes unless they are asked for', async () => {
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    await send('x', {
      MessageAttributes: {
        General: text('Kenobi'),
        Hello: text('There'),
        'Help.Me': text('Me'),
        Bytes: { DataType: 'Binary.raw', BinaryValue: Uint8Array.of(0, 255) },
      },
    });
    const ask = async (...MessageAttributeNames: string[]) => {
      const [message] = await receive({ MessageAttributeNames, VisibilityTimeout: 0 });
      return Object.keys(message?.MessageAttributes ?? {}).sort();
    };
    assert.deepEqual(await ask(), []);
    assert.deepEqual(await ask('Hello', 'Nothing'), ['Hello']);
    assert.deepEqual(await ask('Hel.*'), ['Hello', 'Help.Me']);
    assert.deepEqual(await ask('.*'), ['Bytes', 'General', 'Hello', 'Help.Me']);
    const [message] = await receive({
      MessageAttributeNames: ['Bytes'],
      MessageSystemAttributeNames: ['SenderId'],
    });
    assert.deepEqual([...message!.MessageAttributes!['Bytes']!.BinaryValue!], [0, 255]);
    assert.deepEqual(Object.keys(message!.Attributes!), ['SenderId']);
  });

  it('keep every character that they may have', async () => {
    const body = '<a href="x">&amp;</a>\r\n\t\u{1F600} é \uFFFD';
    await send(body);
    assert.deepEqual(bodies(await receive()), [body]);
    for (const bad of ['\u0000', '\u0008', '\uFFFF'])
      await assert.rejects(send(bad), { name: 'InvalidMessageContents' });
  });

  const attribute = (name: string, value: object): Partial<SendMessageCommandInput> => ({
    MessageAttributes: { [name]: value as { DataType: string } },
  });
  for (const [what, message, text] of [
    ['no body', { MessageBody: '' }, 'The request must contain the parameter MessageBody.'],
    [
      'a delay over 900 s',
      { DelaySeconds: 901 },
      'Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
    ],
    [
      'a deduplication id',
      { MessageDeduplicationId: 'x' },
      'The request include parameter MessageDeduplicationId which is not valid for this queue type',
    ],
    [
      'a group with a space',
      { MessageGroupId: 'a b' },
      'Value a b for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
    ],
    [
      'a number that is none',
      attribute('Hello', { DataType: 'Number', StringValue: 'world' }),
      "Can't cast the value of message (user) attribute 'Hello' to a number.",
    ],
    [
      'an empty attribute',
      attribute('Hello', { DataType: 'String', StringValue: '' }),
      "Message (user) attribute 'Hello' must contain a non-empty value of type 'String'.",
    ],
    [
      'an attribute without a name',
      attribute('', { DataType: 'String', StringValue: 'x' }),
      'The request must contain non-empty message (user) attribute names.',
    ],
    [
      'an attribute of an unknown type',
      attribute('Hello', { DataType: 'Text', StringValue: 'x' }),
      "The type of message (user) attribute 'Hello' is invalid. You must use only the following supported type prefixes: Binary, Number, String.",
    ],
    [
      "one of Amazon's names",
      attribute('AWS.x', { DataType: 'String', StringValue: 'x' }),
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for internal use.",
    ],
    [
      'an unknown system attribute',
      { MessageSystemAttributes: { Hello: { DataType: 'String', StringValue: 'x' } } as object },
      "Message system attribute name 'Hello' is invalid.",
    ],
    [
      'eleven attributes',
      {
        MessageAttributes: Object.fromEntries(
          Array.from({ length: 11 }, (_, i) => [`a${i}`, { DataType: 'String', StringValue: 'x' }]),
        ),
      },
      'Number of message attributes [11] exceeds the allowed maximum [10].',
    ],
    [
      'more than 1 MiB',
      { MessageBody: 'x'.repeat(1_048_577) },
      'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    ],
  ] as const)
    it(`are refused with ${what}`, async () => {
      await assert.rejects(send('x', message), { message: text });
      assert.deepEqual(await counts(), ['0', '0', '0']);
    });

  it('may be as large as the queue allows, attributes included', async () => {
    await send('x'.repeat(1_048_576));
    QueueUrl = await create('small', { MaximumMessageSize: '1024' });
    const ten = { MessageAttributes: { k: { DataType: 'String', StringValue: 'xyz' } } };
    await send('x'.repeat(1_014), ten);
    await assert.rejects(send('x'.repeat(1_015), ten), /Message must be shorter than 1024 bytes/);
  });

  it('are out of sight for the visibility timeout, in service time', async () => {
    await send('one');
    assert.deepEqual(bodies(await receive()), ['one']);
    assert.deepEqual(bodies(await receive()), []);
    assert.deepEqual(await counts(), ['0', '1', '0']);
    sqs.clock.advance(29_999);
    assert.deepEqual(bodies(await receive()), []);
    sqs.clock.advance(1);
    assert.deepEqual(await counts(), ['1', '0', '0']);
    const [again] = await receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    assert.equal(again?.Attributes?.['ApproximateReceiveCount'], '2');
    await remove(again);
    sqs.clock.advance(60_000);
    assert.deepEqual(bodies(await receive()), []);
    await remove(again);
  });

  it('are hidden for longer, or shown again at once', async () => {
    await send('one');
    const [message] = await receive({ VisibilityTimeout: 10 });
    const change = (VisibilityTimeout: number, ReceiptHandle = message!.ReceiptHandle) =>
      sqs.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    await change(60);
    sqs.clock.advance(59_000);
    assert.deepEqual(bodies(await receive()), []);
    await assert.rejects(change(43_200), {
      message:
        'Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
    });
    await assert.rejects(change(43_201), /Must be >= 0 and <= 43200, if provided/);
    await change(0);
    const [again] = await receive();
    assert.equal(again?.Body, 'one');
    await remove(again);
    await assert.rejects(change(5), {
      message: `Value ${message!.ReceiptHandle!} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    });
    await assert.rejects(change(5, 'garbage'), {
      name: 'ReceiptHandleIsInvalid',
      message: 'The input receipt handle "garbage" is not a valid receipt handle.',
    });
  });

  it('are delayed by the queue, or by themselves', async () => {
    QueueUrl = await create('late', { DelaySeconds: '10' });
    await send('queue');
    await send('own', { DelaySeconds: 20 });
    await send('none', { DelaySeconds: 0 });
    assert.deepEqual(await counts(), ['1', '0', '2']);
    assert.deepEqual(bodies(await receive()), ['none']);
    sqs.clock.advance(10_000);
    assert.deepEqual(bodies(await receive()), ['queue']);
    sqs.clock.advance(10_000);
    assert.deepEqual(bodies(await receive()), ['own']);
  });

  it('are gone when the queue has kept them long enough', async () => {
    QueueUrl = await create('short', { MessageRetentionPeriod: '60' });
    await send('old');
    sqs.clock.advance(59_999);
    assert.deepEqual(await counts(), ['1', '0', '0']);
    sqs.clock.advance(1);
    assert.deepEqual(await counts(), ['0', '0', '0']);
    assert.deepEqual(bodies(await receive()), []);
  });

  it('are waited for, until one is sent or becomes visible', async () => {
    const first = receive({ WaitTimeSeconds: 20 });
    const second = receive({ WaitTimeSeconds: 20 });
    await send('one');
    await send('two', { DelaySeconds: 20 });
    const early = await Promise.race([first, second]);
    assert.deepEqual(bodies(early), ['one']);
    sqs.clock.advance(20_000);
    assert.deepEqual([...bodies(await first), ...bodies(await second)].sort(), ['one', 'two']);
  });

  it('are waited for no longer than asked for', async () => {
    const began = performance.now();
    assert.deepEqual(bodies(await receive({ WaitTimeSeconds: 1 })), []);
    assert.ok(performance.now() - began >= 990);
    await assert.rejects(receive({ WaitTimeSeconds: 21 }), {
      message:
        'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
    });
    await assert.rejects(receive({ MaxNumberOfMessages: 11 }), {
      message:
        'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    });
  });

  it('do not go to a receiver that has gone away', async () => {
    const { queues } = sqs.host;
    const queue = queues.table.get('orders')!;
    const gone = new AbortController();
    const waiting = queues.receive(queue, { max: 1, waitMs: 20_000, signal: gone.signal });
    const other = queues.receive(queue, { max: 1, waitMs: 20_000 });
    gone.abort();
    assert.deepEqual(await waiting, []);
    await send('one');
    assert.deepEqual(
      (await other).map(({ body }) => body),
      ['one'],
    );
    assert.deepEqual(await queues.receive(queue, { max: 1, waitMs: 20_000, signal: gone.signal }), []);
    assert.deepEqual(await counts(), ['0', '1', '0']);
  });

  it('are sent, hidden and deleted in batches, each by itself', async () => {
    const sent = await sqs.client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', MessageBody: 'one' },
          { Id: 'b', MessageBody: 'two', DelaySeconds: 1_000 },
          { Id: 'c', MessageBody: 'three' },
        ],
      }),
    );
    assert.deepEqual(
      sent.Successful?.map(({ Id }) => Id),
      ['a', 'c'],
    );
    assert.deepEqual(sent.Failed, [
      {
        Id: 'b',
        SenderFault: true,
        Code: 'InvalidParameterValue',
        Message:
          'Value 1000 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
      },
    ]);
    const messages = await receive();
    const handles = messages.map(({ ReceiptHandle }, index) => ({ Id: `m${index}`, ReceiptHandle }));
    const changed = await sqs.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: handles.map(entry => ({ ...entry, VisibilityTimeout: 100 })),
      }),
    );
    assert.equal(changed.Successful?.length, 2);
    const deleted = await sqs.client.send(
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [...handles, { Id: 'x', ReceiptHandle: 'y' }] }),
    );
    assert.equal(deleted.Successful?.length, 2);
    assert.equal(deleted.Failed?.[0]?.Code, 'ReceiptHandleIsInvalid');
    assert.deepEqual(await counts(), ['0', '0', '0']);
  });

  for (const [what, Entries, name, message] of [
    [
      'no entries',
      [],
      'EmptyBatchRequest',
      /There should be at least one SendMessageBatchRequestEntry in the request\./,
    ],
    [
      'eleven',
      Array.from({ length: 11 }, (_, i) => ({ Id: `${i}`, MessageBody: 'x' })),
      'TooManyEntriesInBatchRequest',
      /^Maximum number of entries per request are 10\. You have sent 11\.$/,
    ],
    [
      'the same id twice',
      [
        { Id: 'a', MessageBody: 'x' },
        { Id: 'a', MessageBody: 'y' },
      ],
      'BatchEntryIdsNotDistinct',
      /^Id a repeated\.$/,
    ],
    [
      'an id of other characters',
      [{ Id: 'a:b', MessageBody: 'x' }],
      'InvalidBatchEntryId',
      /^A batch entry id can only contain alphanumeric characters, hyphens and underscores\. It can be at most 80 letters long\.$/,
    ],
    [
      'too much',
      [
        { Id: 'a', MessageBody: 'x'.repeat(600_000) },
        { Id: 'b', MessageBody: 'x'.repeat(448_577) },
      ],
      'BatchRequestTooLong',
      /^Batch requests cannot be longer than 1048576 bytes\. You have sent 1048577 bytes\.$/,
    ],
  ] as const)
    it(`are refused in a batch with ${what}`, async () => {
      await assert.rejects(
        sqs.client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [...Entries] })),
        { name, message },
      );
    });

  it('gives out no more than 120,000 that are in flight, whatever is delayed', async function () {
    this.timeout(30_000);
    const { queues } = sqs.host;
    const queue = queues.table.get('orders')!;
    const now = sqs.clock.serviceNow();
    sqs.database.run(
      `INSERT INTO sqs_messages (queue_id, message_id, body, details, sent_at, kept_from, visible_at, receives)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120015)
       SELECT ?1, i, 'x', '{"attributes":[]}', ?2, ?2, ?2 + 60000, i <= 119995 FROM n`,
      queue.id,
      now,
    );
    for (let i = 0; i < 10; i++) queues.send(queue, { body: `${i}` }, 'me');
    assert.equal((await queues.receive(queue, { max: 10 })).length, 5);
    await assert.rejects(queues.receive(queue, { max: 10 }), /Too many messages in flight/);
  });
});
