/** Amazon Data Firehose, which asks a function to transform its records. */
import { arn } from './arn.ts';
import { base64 } from './encoding.ts';
import { digits, uuid } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { account, eventTime, integer, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { after } from './timeFormat.ts';

const service = 'Amazon Data Firehose';
const docs = 'https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html';

interface Delivery {
  readonly data: string;
  readonly count: number;
  readonly deliveryStream: string;
  readonly region: string;
  readonly account: string;
  readonly time: Date;
}

function transformation(delivery: Delivery, source?: { readonly stream: string }): JsonObject {
  return {
    invocationId: uuid(`firehose ${delivery.deliveryStream}`),
    deliveryStreamArn: arn(
      'firehose',
      delivery.region,
      delivery.account,
      `deliverystream/${delivery.deliveryStream}`,
    ),
    ...(source && {
      sourceKinesisStreamArn: arn('kinesis', delivery.region, delivery.account, `stream/${source.stream}`),
    }),
    region: delivery.region,
    records: Array.from({ length: delivery.count }, (_, index) => {
      const sequenceNumber = digits(`firehose ${index}`, 56);
      const arrival = after(delivery.time, index * 10).getTime();
      return {
        recordId: `${sequenceNumber}000000`,
        approximateArrivalTimestamp: arrival,
        data: base64(delivery.data),
        ...(source && {
          kinesisRecordMetadata: {
            sequenceNumber,
            subsequenceNumber: 0,
            partitionKey: 'order-1001',
            shardId: 'shardId-000000000000',
            approximateArrivalTimestamp: arrival,
          },
        }),
      };
    }),
  };
}

const delivery = {
  data: text('Data, before base64', '{"orderId":"1001","status":"CREATED"}\n'),
  count: integer('Records', 2, { minimum: 1, maximum: 500 }),
  deliveryStream: text('Firehose stream', 'order-archive'),
  region,
  account,
  time: eventTime,
};

export const firehoseSamples = [
  defineSample({
    id: 'firehose/direct-put',
    service,
    title: 'Transformation, direct PUT',
    description: 'Answer each recordId with result Ok, Dropped or ProcessingFailed, and data in base64.',
    docs,
    parameters: delivery,
    event: values => transformation(values),
  }),
  defineSample({
    id: 'firehose/kinesis-source',
    service,
    title: 'Transformation, from a Kinesis stream',
    description: 'The records come from a data stream and tell where they stood in it.',
    docs,
    parameters: { stream: text('Source stream', 'order-events'), ...delivery },
    event: ({ stream, ...values }) => transformation(values, { stream }),
  }),
] as const;
