/** A message as its subscribers see it. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
import type { PublishedAttribute } from './publishedMessage.ts';
import type { Subscription } from './topics.ts';

export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly text: string;
  readonly subject: string | undefined;
  /** Epoch milliseconds, service time. */
  readonly at: number;
  readonly attributes: Readonly<Record<string, PublishedAttribute>>;
  /** Of a FIFO topic. */
  readonly sequenceNumber: string | undefined;
}

/** Nothing here can be verified: the key that signs is AWS's. */
const SIGNATURE = Buffer.from('Lamplight does not sign notifications.').toString('base64');

const certificateOf = ({ origin }: Subscription): string => `${origin}/SimpleNotificationService.pem`;
const unsubscribeOf = ({ origin, arn }: Subscription): string =>
  `${origin}/?Action=Unsubscribe&SubscriptionArn=${arn}`;

const attributesOf = ({ attributes }: Notification): Record<string, { Type: string; Value: string }> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [name, { Type: type, Value: value }]),
  );

/** The body of a queue's message, or of a request to an endpoint. */
export function notificationJson(subscription: Subscription, notification: Notification): string {
  const { subject, sequenceNumber } = notification;
  const attributes = attributesOf(notification);
  return JSON.stringify({
    Type: 'Notification',
    MessageId: notification.messageId,
    ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
    TopicArn: notification.topicArn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: notification.text,
    Timestamp: new Date(notification.at).toISOString(),
    // A FIFO topic's has none of what is below.
    ...(sequenceNumber === undefined
      ? {
          SignatureVersion: '1',
          Signature: SIGNATURE,
          SigningCertURL: certificateOf(subscription),
        }
      : {}),
    UnsubscribeURL: unsubscribeOf(subscription),
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributes }),
  });
}

/** The event of a function. */
export const lambdaEvent = (subscription: Subscription, notification: Notification): string =>
  JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: notification.messageId,
          TopicArn: notification.topicArn,
          Subject: notification.subject ?? null,
          Message: notification.text,
          Timestamp: new Date(notification.at).toISOString(),
          SignatureVersion: '1',
          Signature: SIGNATURE,
          SigningCertUrl: certificateOf(subscription),
          UnsubscribeUrl: unsubscribeOf(subscription),
          MessageAttributes: attributesOf(notification),
        },
      },
    ],
  });

export const confirmationJson = (
  subscription: Subscription,
  { messageId, url, at }: { readonly messageId: string; readonly url: string; readonly at: number },
): string =>
  JSON.stringify({
    Type: 'SubscriptionConfirmation',
    MessageId: messageId,
    Token: subscription.token,
    TopicArn: subscription.topicArn,
    Message: `You have chosen to subscribe to the topic ${subscription.topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: url,
    Timestamp: new Date(at).toISOString(),
    SignatureVersion: '1',
    Signature: SIGNATURE,
    SigningCertURL: certificateOf(subscription),
  });
