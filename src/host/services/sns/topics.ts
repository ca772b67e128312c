/** Topics and their subscriptions, in memory and in the database at once. */
import { createRecordTable } from '../../functions/recordTable.ts';
import type { Database } from '../../state/database.ts';

export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly isFifo: boolean;
  /** Those that were set, by AWS's names. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Subscriptions that were deleted. */
  readonly deleted: number;
}

export type Protocol = 'http' | 'https' | 'lambda' | 'sqs';

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** ARN of whoever subscribed. */
  readonly principal: string;
  /** `http://127.0.0.1:PORT`, as the subscriber reached this host. */
  readonly origin: string;
  /** Absent once it is confirmed. */
  readonly token?: string;
}

export interface Topics {
  /** By ARN. */
  list(): readonly Topic[];
  get(arn: string): Topic | undefined;
  put(topic: Topic): Topic;
  /** With its subscriptions. */
  delete(topic: Topic): void;
  /** By ARN, those of a topic one after the other. */
  subscriptions(topicArn?: string): readonly Subscription[];
  subscription(arn: string): Subscription | undefined;
  putSubscription(subscription: Subscription): Subscription;
  deleteSubscription(subscription: Subscription): void;
}

export function createTopics(database: Database): Topics {
  const topics = createRecordTable<Topic>(database, 'sns_topics', 'arn');
  const subscriptions = createRecordTable<Subscription>(database, 'sns_subscriptions', 'arn');
  const ofTopic = (topicArn?: string): readonly Subscription[] =>
    topicArn === undefined
      ? subscriptions.list()
      : subscriptions.list().filter(one => one.topicArn === topicArn);
  return {
    list: () => topics.list(),
    get: arn => topics.get(arn),
    put: topic => {
      topics.put(topic.arn, topic);
      return topic;
    },
    delete: ({ arn }) =>
      database.transaction(() => {
        for (const subscription of ofTopic(arn)) subscriptions.delete(subscription.arn);
        topics.delete(arn);
      }),
    subscriptions: ofTopic,
    subscription: arn => subscriptions.get(arn),
    putSubscription: subscription => {
      subscriptions.put(subscription.arn, subscription);
      return subscription;
    },
    deleteSubscription: ({ arn, topicArn }) =>
      database.transaction(() => {
        subscriptions.delete(arn);
        const topic = topics.get(topicArn);
        if (topic !== undefined) topics.put(topicArn, { ...topic, deleted: topic.deleted + 1 });
      }),
  };
}
