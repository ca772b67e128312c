/** Apache Kafka as an event source: Amazon MSK and clusters of one's own. */
import { arn } from './arn.ts';
import { base64, byteArray } from './encoding.ts';
import { uuid } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { account, eventTime, integer, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { after } from './timeFormat.ts';

interface Topic {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  readonly count: number;
  readonly time: Date;
}

/** Records by topic and partition; keys and values are in base64, headers are lists of bytes. */
const records = (topic: Topic): JsonObject => ({
  [`${topic.topic}-${topic.partition}`]: Array.from({ length: topic.count }, (_, index) => ({
    topic: topic.topic,
    partition: topic.partition,
    offset: 15 + index,
    timestamp: after(topic.time, index * 10).getTime(),
    timestampType: 'CREATE_TIME',
    key: base64(topic.key),
    value: base64(topic.value),
    headers: [{ tenant: byteArray('north') }],
  })),
});

const topic = {
  topic: text('Topic', 'order-events'),
  partition: integer('Partition', 0, { minimum: 0, maximum: 10_000 }),
  key: text('Key, before base64', 'order-1001'),
  value: text('Value, before base64', '{"orderId":"1001","status":"CREATED"}'),
  count: integer('Records', 1, { minimum: 1, maximum: 1_000 }),
};

export const kafkaSamples = [
  defineSample({
    id: 'kafka/msk',
    service: 'Amazon MSK',
    title: 'Records of a topic',
    description: 'Records of a managed cluster, by topic and partition.',
    docs: 'https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html',
    parameters: { ...topic, cluster: text('Cluster', 'orders'), region, account, time: eventTime },
    event: values => {
      const broker = (number: number): string =>
        `b-${number}.${values.cluster}.a1b2c3.c1.kafka.${values.region}.amazonaws.com:9092`;
      return {
        eventSource: 'aws:kafka',
        eventSourceArn: arn(
          'kafka',
          values.region,
          values.account,
          `cluster/${values.cluster}/${uuid(`cluster ${values.cluster}`)}-1`,
        ),
        bootstrapServers: `${broker(1)},${broker(2)}`,
        records: records(values),
      };
    },
  }),
  defineSample({
    id: 'kafka/self-managed',
    service: 'Self-managed Apache Kafka',
    title: 'Records of a topic',
    description: 'Records of a cluster of your own: there is no eventSourceArn.',
    docs: 'https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html',
    parameters: {
      ...topic,
      bootstrapServers: text('Bootstrap servers', 'kafka-1.example.com:9092,kafka-2.example.com:9092'),
      time: eventTime,
    },
    event: values => ({
      eventSource: 'SelfManagedKafka',
      bootstrapServers: values.bootstrapServers,
      records: records(values),
    }),
  }),
] as const;
