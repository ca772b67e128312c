/** Publishing: one message to all who want it, in one transaction. */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../protocol/awsError.ts';
import type { Clock } from '../../clock.ts';
import type { Database } from '../../state/database.ts';
import type { Queues } from '../sqs/queues.ts';
import type { Deliveries } from './deliveries.ts';
import type { Delivery } from './deliveryRows.ts';
import { wants } from './filterPolicy.ts';
import { lambdaEvent, notificationJson, type Notification } from './notification.ts';
import type { PublishedMessage } from './publishedMessage.ts';
import { sendHere } from './queueHere.ts';
import type { Subscription, Topic, Topics } from './topics.ts';

export interface Published {
  readonly messageId: string;
  /** Of a FIFO topic. */
  readonly sequenceNumber: string | undefined;
}

export type Publish = (topic: Topic, message: PublishedMessage) => Published;

const DEDUPLICATION_MS = 5 * 60_000;

export function createPublish(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly topics: Topics;
  readonly queues: Queues;
  readonly deliveries: Deliveries;
  /** The queue is not here, but may be where its ARN is pointed or at `--upstream`. */
  readonly isElsewhere: (queueArn: string) => boolean;
  /** A queue does not take it. */
  readonly undeliverable: (subscription: Subscription, letter: Delivery) => void;
}): Publish {
  const { database, clock, topics, queues, deliveries } = options;
  const find = database.query<{ readonly message_id: string; readonly sequence: string }>(
    'SELECT message_id, sequence FROM sns_deduplications WHERE topic = ? AND scope = ? AND deduplication_id = ? AND until > ?',
  );
  const forget = database.query('DELETE FROM sns_deduplications WHERE until <= ?');
  const remember = database.query('INSERT OR REPLACE INTO sns_deduplications VALUES (?, ?, ?, ?, ?, ?)');
  let lastSequence = 0;

  /** 20 digits, larger for what comes later, over a restart too. */
  function nextSequence(now: number): string {
    lastSequence = Math.max(lastSequence + 1, now * 1_000);
    return `1${String(lastSequence).padStart(16, '0')}000`;
  }

  function toQueue(subscription: Subscription, delivery: Delivery): void {
    try {
      sendHere(queues, subscription.endpoint, delivery);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      options.undeliverable(subscription, delivery);
    }
  }

  function fanOut(topic: Topic, message: PublishedMessage, published: Published, at: number): void {
    for (const subscription of topics.subscriptions(topic.arn)) {
      if (subscription.token !== undefined) continue;
      const { protocol } = subscription;
      const text = message.texts[protocol] ?? message.texts['default'] ?? '';
      if (!wants(subscription, message, text)) continue;
      const notification: Notification = {
        ...published,
        topicArn: topic.arn,
        text,
        subject: message.subject,
        at,
        attributes: message.attributes,
      };
      const isRaw = protocol !== 'lambda' && subscription.attributes['RawMessageDelivery'] === 'true';
      const body = isRaw ? text : notificationJson(subscription, notification);
      const delivery: Delivery = {
        messageId: published.messageId,
        topicArn: topic.arn,
        kind: 'Notification',
        body: protocol === 'lambda' ? lambdaEvent(subscription, notification) : body,
        isRaw,
        ...(message.traceId === undefined ? {} : { traceId: message.traceId }),
        ...(protocol === 'sqs' ? ofQueue(subscription, message, isRaw) : {}),
      };
      if (protocol === 'sqs' && !options.isElsewhere(subscription.endpoint)) toQueue(subscription, delivery);
      else deliveries.add(subscription, delivery);
    }
  }

  return (topic, message) =>
    database.transaction(() => {
      const now = clock.serviceNow();
      const { deduplicationId, groupId = '' } = message;
      if (deduplicationId === undefined) {
        const published = { messageId: randomUUID(), sequenceNumber: undefined };
        fanOut(topic, message, published, now);
        return published;
      }
      const scope = topic.attributes['FifoThroughputScope'] === 'MessageGroup' ? groupId : '';
      const before = find.get(topic.arn, scope, deduplicationId, now);
      if (before !== undefined) return { messageId: before.message_id, sequenceNumber: before.sequence };
      const published = { messageId: randomUUID(), sequenceNumber: nextSequence(now) };
      forget.run(now);
      const until = now + DEDUPLICATION_MS;
      remember.run(topic.arn, scope, deduplicationId, published.messageId, published.sequenceNumber, until);
      fanOut(topic, message, published, now);
      return published;
    });
}

/** What a queue's message has beside its body. */
const ofQueue = (
  { endpoint }: Subscription,
  { attributes, groupId, deduplicationId }: PublishedMessage,
  isRaw: boolean,
): Pick<Delivery, 'attributes' | 'groupId' | 'deduplicationId'> => ({
  ...(isRaw ? { attributes } : {}),
  ...(groupId === undefined ? {} : { groupId }),
  ...(endpoint.endsWith('.fifo') && deduplicationId !== undefined ? { deduplicationId } : {}),
});
