/** The topics of this host: what is behind the API, and what other rooms use. */
import { presign } from '../../../protocol/sigv4.ts';
import type { Clock } from '../../clock.ts';
import { DeliveryRefused, type DeliveryTarget } from '../../delivery/deliveryTargets.ts';
import type { EmbeddedLookup } from '../../delivery/lookup.ts';
import type { InvokeRequest } from '../../invoke/request.ts';
import type { Database } from '../../state/database.ts';
import { AwsError } from '../../../protocol/awsError.ts';
import type { Queues } from '../sqs/queues.ts';
import { createDeliveries } from './deliveries.ts';
import type { SnsHost } from './operation.ts';
import { createPublish, SENDER } from './publish.ts';
import { checkPublish } from './publishedMessage.ts';
import { createSend } from './send.ts';
import { CONFIRM_PATH } from './snsService.ts';
import { createTopics, type Subscription } from './topics.ts';

export interface SnsOptions {
  /** Migrated with {@link import('./schema.ts').snsMigrations} and the queues' own. */
  readonly database: Database;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly queues: Queues;
  /** Signs the links that confirm subscriptions. */
  readonly owner: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Stores an asynchronous event. */
  readonly invoke: (request: InvokeRequest) => Promise<unknown>;
  readonly failed: (error: unknown) => void;
}

/** Seconds: three days, as AWS's tokens. */
const LINK_SECONDS = 3 * 86_400;

export function createSns(options: SnsOptions): SnsHost & { close(): void } {
  const { database, clock, queues, accountId, region } = options;
  const topics = createTopics(database);
  /** The end of what nobody took: the subscription's dead-letter queue, where it has one. */
  const bury = ({ attributes }: Subscription, body: string): void => {
    const policy = JSON.parse(attributes['RedrivePolicy'] ?? '{}') as { deadLetterTargetArn?: string };
    const queue = queues.table.find(policy.deadLetterTargetArn ?? '');
    if (queue === undefined) return;
    try {
      queues.send(queue, { body, ...(queue.isFifo ? { groupId: 'dead-letters' } : {}) }, SENDER);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  };
  const deliveries = createDeliveries({
    database,
    clock,
    topics,
    send: createSend(options),
    given: (subscription, { kind, body }) => {
      if (kind === 'Notification') bury(subscription, body);
    },
    failed: options.failed,
  });
  return {
    topics,
    queues,
    deliveries,
    publish: createPublish({ database, clock, topics, queues, deliveries, undeliverable: bury }),
    clock,
    accountId,
    region,
    confirmLink: (origin, token) =>
      presign({
        method: 'GET',
        host: origin.replace(/^http:\/\//, ''),
        path: `${CONFIRM_PATH}${token}`,
        service: 'sns',
        region,
        credentials: options.owner,
        expires: LINK_SECONDS,
        date: new Date(clock.wallNow()),
      }),
    close: () => deliveries.close(),
  };
}

export const lookUpTopic =
  ({ topics }: SnsHost): EmbeddedLookup =>
  arn =>
    topics.get(arn.text) === undefined ? 'missing' : {};

/** Publishes what Lambda delivers. */
export const topicTarget =
  (host: SnsHost): DeliveryTarget =>
  (arn, { body, attributes = {}, traceId }) =>
    new Promise(resolve => {
      const topic = host.topics.get(arn.text);
      if (topic === undefined) throw new DeliveryRefused(`Topic does not exist: ${arn.text}.`);
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, { type, value }]) => [
          name,
          { DataType: type, StringValue: value },
        ]),
      );
      try {
        host.publish(
          topic,
          checkPublish(topic, { Message: body.toString('utf8'), MessageAttributes }, traceId),
        );
      } catch (error) {
        if (error instanceof AwsError) throw new DeliveryRefused(error.message, { cause: error });
        throw error;
      }
      resolve();
    });
