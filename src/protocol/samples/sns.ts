/** Amazon SNS, which invokes asynchronously. */
import { arn, host } from './arn.ts';
import { base64 } from './encoding.ts';
import { hex, token, uuid } from './identifier.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { account, choice, eventTime, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { isoMillis, isoOffset } from './timeFormat.ts';

const service = 'Amazon SNS';
const docs = 'https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html';

interface Notification {
  readonly topic: string;
  readonly subject: string;
  readonly message: string;
  readonly region: string;
  readonly account: string;
  readonly time: Date;
}

function snsEvent(notification: Notification, attributes: JsonObject = {}): JsonValue {
  const topicArn = arn('sns', notification.region, notification.account, notification.topic);
  const subscriptionArn = `${topicArn}:${uuid(`subscription ${notification.topic}`)}`;
  const endpoint = `https://${host('sns', notification.region)}`;
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          Type: 'Notification',
          MessageId: uuid(`sns ${notification.topic} ${notification.message}`),
          TopicArn: topicArn,
          Subject: notification.subject === '' ? null : notification.subject,
          Message: notification.message,
          Timestamp: isoMillis(notification.time),
          SignatureVersion: '1',
          Signature: token(`signature ${notification.message}`, 256),
          SigningCertUrl: `${endpoint}/SimpleNotificationService-${hex('certificate', 32)}.pem`,
          UnsubscribeUrl: `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
          MessageAttributes: attributes,
        },
      },
    ],
  };
}

const place = { region, account, time: eventTime };

export const snsSamples = [
  defineSample({
    id: 'sns/notification',
    service,
    title: 'Notification',
    description: 'A message of a topic; the subject is null where it was published without one.',
    docs,
    parameters: {
      message: text('Message', '{"orderId":"1001","status":"CREATED"}'),
      subject: text('Subject', 'Order created'),
      topic: text('Topic', 'order-events'),
      ...place,
    },
    event: values => snsEvent(values),
  }),
  defineSample({
    id: 'sns/attributes',
    service,
    title: 'Notification with attributes',
    description: 'Message attributes, one of text and one binary; the binary value comes in base64.',
    docs: 'https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html',
    parameters: {
      message: text('Message', '{"orderId":"1001","status":"CREATED"}'),
      subject: text('Subject', ''),
      name: text('Attribute name', 'tenant'),
      value: text('Attribute value', 'north'),
      topic: text('Topic', 'order-events'),
      ...place,
    },
    event: ({ name, value, ...notification }) =>
      snsEvent(notification, {
        [name]: { Type: 'String', Value: value },
        [`${name}-bytes`]: { Type: 'Binary', Value: base64(value) },
      }),
  }),
  defineSample({
    id: 'sns/cloudwatch-alarm',
    service,
    title: 'CloudWatch alarm',
    description: 'The message is the JSON that a CloudWatch alarm publishes to its topic.',
    docs: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html',
    parameters: {
      alarm: text('Alarm', 'orders-errors'),
      state: choice('New state', ['ALARM', 'OK', 'INSUFFICIENT_DATA']),
      topic: text('Topic', 'alarms'),
      regionName: text('Name of the region', 'US East (N. Virginia)'),
      ...place,
    },
    event: ({ alarm, state, regionName, ...values }) => {
      const message = JSON.stringify({
        AlarmName: alarm,
        AlarmDescription: 'More than five errors in five minutes',
        AWSAccountId: values.account,
        AlarmConfigurationUpdatedTimestamp: '2026-01-01T00:00:00.000+0000',
        NewStateValue: state,
        NewStateReason: 'Threshold Crossed: 1 datapoint [7.0] was greater than the threshold (5.0).',
        StateChangeTime: isoOffset(values.time),
        Region: regionName,
        AlarmArn: arn('cloudwatch', values.region, values.account, `alarm:${alarm}`),
        OldStateValue: state === 'OK' ? 'ALARM' : 'OK',
        OKActions: [],
        AlarmActions: [arn('sns', values.region, values.account, values.topic)],
        InsufficientDataActions: [],
        Trigger: {
          MetricName: 'Errors',
          Namespace: 'AWS/Lambda',
          StatisticType: 'Statistic',
          Statistic: 'SUM',
          Unit: null,
          Dimensions: [{ value: 'orders-create-order', name: 'FunctionName' }],
          Period: 300,
          EvaluationPeriods: 1,
          DatapointsToAlarm: 1,
          ComparisonOperator: 'GreaterThanThreshold',
          Threshold: 5,
          TreatMissingData: 'notBreaching',
          EvaluateLowSampleCountPercentile: '',
        },
      });
      return snsEvent({ ...values, message, subject: `${state}: "${alarm}" in ${regionName}` });
    },
  }),
] as const;
