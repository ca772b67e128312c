/** The bytes of SQS's two protocols, which an SDK hides. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { manualClock } from '../../../helpers/manualClock.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { arnOf, openQueues, startSqs, type SqsFixture } from './sqsFixture.ts';

describe('the protocols of SQS', () => {
  let sqs: SqsFixture;
  before(async () => {
    sqs = await startSqs({ acceptAnyCredentials: true });
  });
  after(() => sqs.close());

  const json = (operation: string, input: unknown, sign = {}) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${operation}`,
    };
    const body = typeof input === 'string' ? input : JSON.stringify(input);
    return sqs.gateway.call({
      method: 'POST',
      body,
      headers,
      sign: { service: 'sqs', ...sign },
    });
  };
  const query = (form: Record<string, string>, where = '/') =>
    sqs.gateway.call({
      method: 'POST',
      path: where,
      body: new URLSearchParams({ Version: '2012-11-05', ...form }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      sign: { service: 'sqs' },
    });
  const element = (xml: string, name: string): string | undefined =>
    new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];

  it('say an error in JSON, and its old name in a header', async () => {
    const answer = await json('GetQueueUrl', { QueueName: 'none' });
    assert.equal(answer.status, 400);
    assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.0');
    assert.equal(answer.headers['x-amzn-query-error'], 'AWS.SimpleQueueService.NonExistentQueue;Sender');
    assert.deepEqual(answer.json, {
      __type: 'com.amazonaws.sqs#QueueDoesNotExist',
      message: 'The specified queue does not exist.',
    });
    const parameter = await json('ReceiveMessage', {});
    assert.equal(parameter.headers['x-amzn-query-error'], 'MissingParameter;Sender');
    assert.deepEqual(parameter.json, {
      __type: 'com.amazon.coral.service#MissingRequiredParameterException',
      message: 'The request must contain the parameter QueueUrl.',
    });
  });

  it('say what is wrong with JSON', async () => {
    for (const [operation, input, message] of [
      ['ReceiveMessage', { QueueUrl: {} }, 'Start of structure or map found where not expected.'],
      [
        'ReceiveMessage',
        { QueueUrl: 'q', MaxNumberOfMessages: 'x' },
        'STRING_VALUE can not be converted to an Integer',
      ],
      [
        'CreateQueue',
        { QueueName: 'q', Attributes: { DelaySeconds: [] } },
        'Unrecognized collection type class java.lang.String',
      ],
    ] as const) {
      const { json: body } = await json(operation, input);
      assert.deepEqual(body, { __type: 'com.amazon.coral.service#SerializationException', message });
    }
    assert.match((await json('ListQueues', '{"')).body, /SerializationException/);
    assert.match((await json('Nonsense', {})).body, /"com.amazon.coral.service#UnknownOperationException"/);
  });

  it('take numbers and Booleans for texts, and leave out what is null or unknown', async () => {
    const { status } = await json('CreateQueue', {
      QueueName: 'cast',
      Attributes: { DelaySeconds: 7, VisibilityTimeout: null },
      Whatever: 1,
    });
    assert.equal(status, 200);
    const { json: answer } = await json('GetQueueAttributes', {
      QueueUrl: 'cast',
      AttributeNames: ['DelaySeconds', 'VisibilityTimeout'],
    });
    assert.deepEqual(answer, { Attributes: { DelaySeconds: '7', VisibilityTimeout: '30' } });
  });

  it('serve a queue’s whole life in the query protocol', async () => {
    const created = await query({
      Action: 'CreateQueue',
      QueueName: 'classic',
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '40',
      'Tag.1.Key': 'a',
      'Tag.1.Value': '1',
    });
    const url = element(created.body, 'QueueUrl')!;
    assert.equal(created.headers['content-type'], 'text/xml');
    assert.equal(
      created.body,
      `<?xml version="1.0"?><CreateQueueResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><CreateQueueResult><QueueUrl>${url}</QueueUrl></CreateQueueResult><ResponseMetadata><RequestId>${String(created.headers['x-amzn-requestid'])}</RequestId></ResponseMetadata></CreateQueueResponse>`,
    );
    // Older SDKs send to the queue's own URL.
    const where = new URL(url).pathname;
    const sent = await query(
      {
        Action: 'SendMessage',
        MessageBody: '<a>\r\n&amp;',
        'MessageAttribute.1.Name': 'Hello',
        'MessageAttribute.1.Value.DataType': 'String',
        'MessageAttribute.1.Value.StringValue': 'World',
      },
      where,
    );
    assert.equal(element(sent.body, 'MD5OfMessageAttributes'), '7db7fb1ba7f41366a8ea5eb18220b26d');
    const received = await query({
      Action: 'ReceiveMessage',
      QueueUrl: url,
      MaxNumberOfMessages: '10',
      'AttributeName.1': 'ApproximateReceiveCount',
      'MessageAttributeName.1': 'All',
    });
    assert.match(received.body, /<Body>&lt;a&gt;&#xD;\n&amp;amp;<\/Body>/);
    assert.ok(
      received.body.includes('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>'),
    );
    assert.ok(
      received.body.includes(
        '<MessageAttribute><Name>Hello</Name><Value><StringValue>World</StringValue><DataType>String</DataType></Value></MessageAttribute>',
      ),
    );
    const deleted = await query({
      Action: 'DeleteMessageBatch',
      QueueUrl: url,
      'DeleteMessageBatchRequestEntry.1.Id': 'a',
      'DeleteMessageBatchRequestEntry.1.ReceiptHandle': element(received.body, 'ReceiptHandle')!,
      'DeleteMessageBatchRequestEntry.2.Id': 'b',
      'DeleteMessageBatchRequestEntry.2.ReceiptHandle': 'x',
    });
    assert.ok(
      deleted.body.includes(
        '<DeleteMessageBatchResultEntry><Id>a</Id></DeleteMessageBatchResultEntry><BatchResultErrorEntry><Id>b</Id><SenderFault>true</SenderFault><Code>ReceiptHandleIsInvalid</Code>',
      ),
    );
    const got = await query({ Action: 'GetQueueAttributes', QueueUrl: url, 'AttributeName.1': 'All' });
    assert.ok(got.body.includes('<Attribute><Name>VisibilityTimeout</Name><Value>40</Value></Attribute>'));
    assert.ok(
      got.body.includes('<Attribute><Name>ApproximateNumberOfMessages</Name><Value>0</Value></Attribute>'),
    );
    const gone = await query({ Action: 'DeleteQueue' }, where);
    assert.match(
      gone.body,
      /^<\?xml version="1\.0"\?><DeleteQueueResponse xmlns="[^"]+"><ResponseMetadata><RequestId>[^<]+<\/RequestId><\/ResponseMetadata><\/DeleteQueueResponse>$/,
    );
  });

  it('say errors in XML', async () => {
    const answer = await query({ Action: 'GetQueueUrl', QueueName: 'none' });
    assert.equal(answer.status, 400);
    assert.equal(
      answer.body,
      `<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified queue does not exist for this wsdl version.</Message><Detail/></Error><RequestId>${String(answer.headers['x-amzn-requestid'])}</RequestId></ErrorResponse>`,
    );
    assert.equal(element((await query({ Action: 'Nonsense' })).body, 'Code'), 'InvalidAction');
    assert.equal(element((await query({})).body, 'Code'), 'MissingParameter');
    assert.equal(
      element((await query({ Action: 'ListQueues', MaxResults: 'x' })).body, 'Code'),
      'MalformedInput',
    );
  });

  it('hand the trace of a request on with its message', async () => {
    await json('CreateQueue', { QueueName: 'traced' });
    const sent = await sqs.gateway.call({
      method: 'POST',
      body: JSON.stringify({ QueueUrl: 'traced', MessageBody: 'x' }),
      headers: { 'x-amz-target': 'AmazonSQS.SendMessage', 'x-amzn-trace-id': 'Root=1-a;Lineage=1:b:2' },
      sign: { service: 'sqs' },
    });
    assert.equal(sent.json?.['MD5OfMessageSystemAttributes'], undefined);
    const received = await json('ReceiveMessage', {
      QueueUrl: 'traced',
      MessageSystemAttributeNames: ['AWSTraceHeader'],
    });
    assert.match(received.body, /"AWSTraceHeader":"Root=1-a;Lineage=1:b:2"/);
  });

  it('let another account do what the queue’s policy allows it', async () => {
    await json('CreateQueue', { QueueName: 'shared' });
    const QueueUrl = 'http://127.0.0.1/000000000000/shared';
    const other = { credentials: { accessKeyId: '111111111111', secretAccessKey: 'any' } };
    const refused = await json('SendMessage', { QueueUrl, MessageBody: 'x' }, other);
    assert.equal(refused.status, 403);
    assert.match(
      refused.body,
      /User: arn:aws:iam::111111111111:root is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:shared because no resource-based policy allows/,
    );
    await json('AddPermission', {
      QueueUrl,
      Label: 'x',
      AWSAccountIds: ['111111111111'],
      Actions: ['SendMessage'],
    });
    assert.equal((await json('SendMessage', { QueueUrl, MessageBody: 'x' }, other)).status, 200);
    assert.equal((await json('PurgeQueue', { QueueUrl }, other)).status, 403);
    assert.match((await json('ListQueues', {}, other)).body, /this host keeps the queues of 000000000000/);
  });

  it('tell what was stored before the host was gone', async () => {
    const folder = await temporaryFolder('sqs');
    const file = path.join(folder.path, 'lamplight.db');
    const clock = manualClock();
    let host = openQueues(file, clock);
    try {
      const queue = host.queues.table.create(
        { name: 'kept', isFifo: false, attributes: { VisibilityTimeout: '60' }, tags: { a: 'b' } },
        clock.serviceNow(),
      );
      host.queues.send(queue, { body: 'one' }, 'me');
      host.queues.send(queue, { body: 'two', delaySeconds: 100 }, 'me');
      const [taken] = await host.queues.receive(queue, { max: 1 });
      host.close();
      host = openQueues(file, clock);
      const again = host.queues.table.find(arnOf('kept'))!;
      assert.deepEqual(again, queue);
      assert.deepEqual(host.queues.counts(again), { visible: 0, inFlight: 1, delayed: 1 });
      clock.advance(60_000);
      const [back] = await host.queues.receive(again, { max: 10 });
      assert.equal(back?.messageId, taken?.messageId);
      assert.equal(back?.receives, 2);
    } finally {
      host.close();
      await folder.remove();
    }
  });
});
