/** Amazon Kinesis Data Streams as an event source (spec/lambda-service.md §8.3). */
import { arn, iamArn } from './arn.ts';
import { base64 } from './encoding.ts';
import type { JsonObject } from './json.ts';
import { account, eventTime, integer, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { after, isoSeconds } from './timeFormat.ts';

const service = 'Amazon Kinesis Data Streams';
const shardId = 'shardId-000000000000';
const firstSequenceNumber = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n;

interface Stream {
  readonly data: string;
  readonly partitionKey: string;
  readonly stream: string;
  readonly region: string;
  readonly account: string;
  readonly time: Date;
}

const streamArn = (stream: Stream): string =>
  arn('kinesis', stream.region, stream.account, `stream/${stream.stream}`);

function records(stream: Stream, count: number): readonly JsonObject[] {
  return Array.from({ length: count }, (_, index) => {
    const sequenceNumber = String(firstSequenceNumber + BigInt(index));
    return {
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: stream.partitionKey,
        sequenceNumber,
        data: base64(stream.data),
        approximateArrivalTimestamp: after(stream.time, index * 10).getTime() / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shardId}:${sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: iamArn(stream.region, stream.account, 'role/orders-stream'),
      awsRegion: stream.region,
      eventSourceARN: streamArn(stream),
    };
  });
}

const place = {
  data: text('Data, before base64', '{"orderId":"1001","status":"CREATED"}'),
  partitionKey: text('Partition key', 'order-1001'),
  stream: text('Stream', 'order-events'),
  region,
  account,
  time: eventTime,
};
const count = integer('Records', 2, { minimum: 1, maximum: 1_000 });

export const kinesisSamples = [
  defineSample({
    id: 'kinesis/records',
    service,
    title: 'Batch of records',
    description: 'Records of one shard, in order; the data comes in base64.',
    docs: 'https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html',
    parameters: { count, ...place },
    event: ({ count: number, ...stream }) => ({ Records: records(stream, number) }),
  }),
  defineSample({
    id: 'kinesis/tumbling-window',
    service,
    title: 'Tumbling window',
    description:
      'A batch of a window of two minutes: answer {"state": …}, and get it back with the next one.',
    docs: 'https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html',
    parameters: { count, ...place },
    event: ({ count: number, ...stream }) => {
      const length = 120_000;
      const start = new Date(Math.floor(stream.time.getTime() / length) * length);
      return {
        Records: records(stream, number),
        window: { start: isoSeconds(start), end: isoSeconds(after(start, length)) },
        state: { orders: 3 },
        shardId,
        eventSourceARN: streamArn(stream),
        isFinalInvokeForWindow: false,
        isWindowTerminatedEarly: false,
      };
    },
  }),
] as const;
