/** Amazon MQ as an event source: ActiveMQ and RabbitMQ. */
import { arn } from './arn.ts';
import { base64, byteArray, byteLength } from './encoding.ts';
import { uuid } from './identifier.ts';
import { account, eventTime, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { inWords } from './timeFormat.ts';

const service = 'Amazon MQ';
const docs = 'https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html';

interface Broker {
  readonly broker: string;
  readonly region: string;
  readonly account: string;
}

const brokerId = (broker: Broker): string => `b-${uuid(`broker ${broker.broker}`)}`;

const brokerArn = (broker: Broker): string =>
  arn('mq', broker.region, broker.account, `broker:${broker.broker}:${brokerId(broker)}`);

const message = {
  data: text('Message, before base64', '{"orderId":"1001","status":"CREATED"}'),
  queue: text('Queue', 'orders'),
  broker: text('Broker', 'orders-broker'),
  region,
  account,
};

/** `Jan 15, 2026, 12:30:45 PM` */
function timestamp(at: Date): string {
  const { date, time } = inWords(at);
  return `${date}, ${time}`;
}

export const messageBrokerSamples = [
  defineSample({
    id: 'mq/activemq',
    service,
    title: 'ActiveMQ messages',
    description: 'Text or bytes messages of a queue; the data comes in base64.',
    docs,
    parameters: { ...message, time: eventTime },
    event: values => ({
      eventSource: 'aws:mq',
      eventSourceArn: brokerArn(values),
      messages: [
        {
          messageID: `ID:${brokerId(values)}-1.mq.${values.region}.amazonaws.com-37557-${values.time.getTime()}-4:1:1:1:1`,
          messageType: 'jms/text-message',
          deliveryMode: 1,
          replyTo: null,
          type: null,
          expiration: '60000',
          priority: 1,
          correlationId: 'order-1001',
          redelivered: false,
          destination: { physicalName: values.queue },
          data: base64(values.data),
          timestamp: values.time.getTime(),
          brokerInTime: values.time.getTime(),
          brokerOutTime: values.time.getTime() + 1,
          properties: { tenant: 'north' },
        },
      ],
    }),
  }),
  defineSample({
    id: 'mq/rabbitmq',
    service,
    title: 'RabbitMQ messages',
    description: 'Messages by queue and virtual host; header values are bytes.',
    docs,
    parameters: { ...message, virtualHost: text('Virtual host', '/'), time: eventTime },
    event: values => ({
      eventSource: 'aws:rmq',
      eventSourceArn: brokerArn(values),
      rmqMessagesByQueue: {
        [`${values.queue}::${values.virtualHost}`]: [
          {
            basicProperties: {
              contentType: 'text/plain',
              contentEncoding: null,
              headers: { tenant: { bytes: byteArray('north') }, attempt: 1 },
              deliveryMode: 1,
              priority: 34,
              correlationId: null,
              replyTo: null,
              expiration: '60000',
              messageId: null,
              timestamp: timestamp(values.time),
              type: null,
              userId: 'AIDAIOSFODNN7EXAMPLE',
              appId: null,
              clusterId: null,
              bodySize: byteLength(values.data),
            },
            redelivered: false,
            data: base64(values.data),
          },
        ],
      },
    }),
  }),
] as const;
