/** Amazon SQS as an event source (spec/lambda-service.md §8.2). */
import { arn, bucketArn, host } from './arn.ts';
import { md5, sha256 } from './encoding.ts';
import { digits, token, uuid } from './identifier.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { account, eventTime, integer, region, text } from './parameter.ts';
import { s3Event } from './s3Event.ts';
import { defineSample } from './sampleEvent.ts';
import { after, isoMillis } from './timeFormat.ts';

const service = 'Amazon SQS';
const docs = 'https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html';

interface Message {
  readonly body: string;
  readonly queue: string;
  readonly region: string;
  readonly account: string;
  readonly time: Date;
  /** Position in the batch, from 0. */
  readonly index?: number;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Custom attributes, all of type String. */
  readonly messageAttributes?: Readonly<Record<string, string>>;
}

/** The length-prefixed parts whose MD5 SQS answers: name, type, transport type (1: String) and value. */
function md5OfAttributes(attributes: Readonly<Record<string, string>>): string {
  const field = (value: string): Buffer => {
    const bytes = Buffer.from(value, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const names = Object.keys(attributes).sort();
  return md5(
    Buffer.concat(
      names.flatMap(name => [field(name), field('String'), Buffer.from([1]), field(attributes[name] ?? '')]),
    ),
  );
}

function record(message: Message): JsonObject {
  const seed = `sqs ${message.queue} ${message.index ?? 0} ${message.body}`;
  const sent = after(message.time, (message.index ?? 0) * 10).getTime();
  const custom = message.messageAttributes ?? {};
  return {
    messageId: uuid(seed),
    receiptHandle: token(seed, 126),
    body: message.body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(sent),
      SenderId: 'AIDAIOSFODNN7EXAMPLE',
      ApproximateFirstReceiveTimestamp: String(sent + 12),
      ...message.attributes,
    },
    messageAttributes: Object.fromEntries(
      Object.entries(custom).map(([name, stringValue]) => [
        name,
        { stringValue, stringListValues: [], binaryListValues: [], dataType: 'String' },
      ]),
    ),
    ...(message.messageAttributes && { md5OfMessageAttributes: md5OfAttributes(custom) }),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: arn('sqs', message.region, message.account, message.queue),
    awsRegion: message.region,
  };
}

const records = (...messages: readonly Message[]): JsonValue => ({ Records: messages.map(record) });

const body = text('Body', '{"orderId":"1001","status":"CREATED"}');
const queue = text('Queue', 'orders');
const place = { queue, region, account, time: eventTime };

export const sqsSamples = [
  defineSample({
    id: 'sqs/standard',
    service,
    title: 'Standard queue, one message',
    description: 'A batch of one; the body is always text.',
    docs,
    parameters: { body, ...place },
    event: values => records(values),
  }),
  defineSample({
    id: 'sqs/batch',
    service,
    title: 'Standard queue, several messages',
    description: 'A batch for partial responses: answer batchItemFailures with the ids of those that failed.',
    docs: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html',
    parameters: { count: integer('Messages', 3, { minimum: 1, maximum: 1_000 }), body, ...place },
    event: ({ count, ...message }) =>
      records(...Array.from({ length: count }, (_, index) => ({ ...message, index }))),
  }),
  defineSample({
    id: 'sqs/attributes',
    service,
    title: 'Message with attributes',
    description: 'A custom attribute of type String, and its MD5 as SQS computes it.',
    docs: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html',
    parameters: {
      name: text('Attribute name', 'tenant'),
      value: text('Attribute value', 'north'),
      body,
      ...place,
    },
    event: ({ name, value, ...message }) => records({ ...message, messageAttributes: { [name]: value } }),
  }),
  defineSample({
    id: 'sqs/fifo',
    service,
    title: 'FIFO queue',
    description: 'Messages of one group come in order; the deduplication id is the SHA-256 of the body.',
    docs,
    parameters: {
      group: text('Message group', 'order-1001'),
      count: integer('Messages', 1, { minimum: 1, maximum: 10 }),
      body,
      ...place,
      queue: text('Queue', 'orders.fifo'),
    },
    event: ({ group, count, ...message }) =>
      records(
        ...Array.from({ length: count }, (_, index) => ({
          ...message,
          index,
          attributes: {
            SequenceNumber: String(18_873_000_000_000_000_000n + BigInt(index) * 256n),
            MessageGroupId: group,
            MessageDeduplicationId: sha256(count === 1 ? message.body : `${message.body} ${index}`),
          },
        })),
      ),
  }),
  defineSample({
    id: 'sqs/dead-letter',
    service,
    title: 'Message in a dead-letter queue',
    description: 'A message that was received too often; DeadLetterQueueSourceArn names its first queue.',
    docs: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
    parameters: {
      receiveCount: integer('Receive count', 4, { minimum: 2, maximum: 1_001 }),
      source: text('First queue', 'orders'),
      body,
      ...place,
      queue: text('Queue', 'orders-dead-letters'),
    },
    event: ({ receiveCount, source, ...message }) =>
      records({
        ...message,
        attributes: {
          ApproximateReceiveCount: String(receiveCount),
          DeadLetterQueueSourceArn: arn('sqs', message.region, message.account, source),
        },
      }),
  }),
  defineSample({
    id: 'sqs/sns-notification',
    service,
    title: 'Message from an SNS topic',
    description: 'The body is the JSON that SNS writes to a subscribed queue, raw delivery being off.',
    docs: 'https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html',
    parameters: { topic: text('Topic', 'order-events'), message: body, ...place },
    event: ({ topic, message, ...values }) => {
      const topicArn = arn('sns', values.region, values.account, topic);
      const endpoint = `https://${host('sns', values.region)}`;
      const subscription = `${topicArn}:${uuid(`subscription ${topic}`)}`;
      const notification = {
        Type: 'Notification',
        MessageId: uuid(`sns ${topic} ${message}`),
        TopicArn: topicArn,
        Message: message,
        Timestamp: isoMillis(values.time),
        SignatureVersion: '1',
        Signature: token(`signature ${message}`, 256),
        SigningCertURL: `${endpoint}/SimpleNotificationService-${digits('certificate', 32)}.pem`,
        UnsubscribeURL: `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription}`,
      };
      return records({ ...values, body: JSON.stringify(notification, undefined, 2) });
    },
  }),
  defineSample({
    id: 'sqs/s3-notification',
    service,
    title: 'Message from an S3 bucket',
    description: 'The body is the JSON of the event notification that S3 sends to a queue.',
    docs: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html',
    parameters: {
      bucket: text('Bucket', 'orders-bucket'),
      key: text('Object key', 'incoming/order 1001.json'),
      ...place,
    },
    event: ({ bucket, key, ...values }) => {
      const notification = s3Event('ObjectCreated:Put', {
        bucket,
        bucketArn: bucketArn(values.region, bucket),
        key,
        size: 1_024,
        region: values.region,
        time: values.time,
      });
      return records({ ...values, body: JSON.stringify(notification) });
    },
  }),
] as const;
