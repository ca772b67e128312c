/** Amazon DynamoDB Streams as an event source (spec/lambda-service.md §8.3). */
import { arn } from './arn.ts';
import { byteLength } from './encoding.ts';
import { hex } from './identifier.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { account, eventTime, integer, jsonObject, region, text } from './parameter.ts';
import { defineSample, SampleEventError } from './sampleEvent.ts';
import { after, epochSeconds, isoSeconds } from './timeFormat.ts';

const service = 'Amazon DynamoDB Streams';
const docs = 'https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html';
const shardId = 'shardId-00000001768480245678-a1b2c3d4';

/** A JSON value in DynamoDB's own notation: `{"S": "text"}`. */
function attributeValue(value: JsonValue): JsonObject {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (isList(value)) return { L: value.map(attributeValue) };
  return { M: attributeMap(value) };
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

const attributeMap = (item: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeValue(value)]));

interface Change {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly keyName: string;
  readonly oldItem?: JsonObject;
  readonly newItem?: JsonObject;
  readonly table: string;
  readonly region: string;
  readonly account: string;
  readonly time: Date;
  readonly index?: number;
  /** The item expired by its time to live. */
  readonly expired?: boolean;
}

const streamArn = (change: Change): string =>
  arn('dynamodb', change.region, change.account, `table/${change.table}/stream/2026-01-01T00:00:00.000`);

function record(change: Change): JsonObject {
  const item = change.newItem ?? change.oldItem ?? {};
  const key = item[change.keyName];
  if (key === undefined)
    throw new SampleEventError(`The item has no attribute "${change.keyName}", which is to be its key.`);
  const keys = attributeMap({ [change.keyName]: key });
  const images = {
    ...(change.newItem && { NewImage: attributeMap(change.newItem) }),
    ...(change.oldItem && { OldImage: attributeMap(change.oldItem) }),
  };
  const index = change.index ?? 0;
  return {
    eventID: hex(`dynamodb ${change.table} ${change.eventName} ${index}`, 32),
    eventName: change.eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: change.region,
    dynamodb: {
      ApproximateCreationDateTime: epochSeconds(change.time),
      Keys: keys,
      ...images,
      SequenceNumber: String(4_421_584_500_000_000_017_450_439_091n + BigInt(index)),
      SizeBytes: byteLength(JSON.stringify({ keys, ...images })),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: streamArn(change),
    ...(change.expired && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
  };
}

const newItem = jsonObject('New item', { id: '1001', status: 'SHIPPED', total: 59.8, lines: ['LAMP-01'] });
const oldItem = jsonObject('Old item', { id: '1001', status: 'CREATED', total: 59.8, lines: ['LAMP-01'] });
const place = {
  keyName: text('Name of the key', 'id'),
  table: text('Table', 'orders'),
  region,
  account,
  time: eventTime,
};

export const dynamoDbSamples = [
  defineSample({
    id: 'dynamodb/insert',
    service,
    title: 'Item inserted',
    description: 'An item that was not there before: only NewImage.',
    docs,
    parameters: { newItem, ...place },
    event: values => ({ Records: [record({ ...values, eventName: 'INSERT' })] }),
  }),
  defineSample({
    id: 'dynamodb/modify',
    service,
    title: 'Item modified',
    description: 'An item has changed: NewImage and OldImage.',
    docs,
    parameters: { newItem, oldItem, ...place },
    event: values => ({ Records: [record({ ...values, eventName: 'MODIFY' })] }),
  }),
  defineSample({
    id: 'dynamodb/remove',
    service,
    title: 'Item removed',
    description: 'An item was deleted by a request: only OldImage, and no userIdentity.',
    docs,
    parameters: { oldItem, ...place },
    event: values => ({ Records: [record({ ...values, eventName: 'REMOVE' })] }),
  }),
  defineSample({
    id: 'dynamodb/ttl-expiry',
    service,
    title: 'Item expired (TTL)',
    description: 'An item was deleted by its time to live: userIdentity names the service.',
    docs: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html',
    parameters: { oldItem, ...place },
    event: values => ({ Records: [record({ ...values, eventName: 'REMOVE', expired: true })] }),
  }),
  defineSample({
    id: 'dynamodb/tumbling-window',
    service,
    title: 'Tumbling window',
    description:
      'A batch of a window of two minutes: answer {"state": …}, and get it back with the next one.',
    docs: 'https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html',
    parameters: { count: integer('Records', 2, { minimum: 1, maximum: 1_000 }), newItem, ...place },
    event: ({ count, ...values }) => {
      const length = 120_000;
      const start = new Date(Math.floor(values.time.getTime() / length) * length);
      const changes = Array.from({ length: count }, (_, index) => ({
        ...values,
        index,
        eventName: 'INSERT' as const,
      }));
      return {
        Records: changes.map(record),
        window: { start: isoSeconds(start), end: isoSeconds(after(start, length)) },
        state: { orders: 3 },
        shardId,
        eventSourceARN: streamArn({ ...values, eventName: 'INSERT' }),
        isFinalInvokeForWindow: false,
        isWindowTerminatedEarly: false,
      };
    },
  }),
] as const;
