/** The topics of this host: what is behind the API, and what other rooms use. */
import { presign } from '../../../protocol/sigv4.ts';
import type { Clock } from '../../clock.ts';
import { DeliveryRefused, type DeliveryTarget } from '../../delivery/deliveryTargets.ts';
import type { EmbeddedLookup } from '../../delivery/lookup.ts';
import type { UpstreamClient } from '../../delivery/upstreamClient.ts';
import type { InvokeRequest } from '../../invoke/request.ts';
import type { Database } from '../../state/database.ts';
import { AwsError } from '../../../protocol/awsError.ts';
import type { Queues } from '../sqs/queues.ts';
import { createDeliveries, type UndeliveredDelivery } from './deliveries.ts';
import type { Delivery } from './deliveryRows.ts';
import type { SnsHost } from './operation.ts';
import { createPublish } from './publish.ts';
import { checkPublish } from './publishedMessage.ts';
import { SENDER } from './queueHere.ts';
import { createSend, sendToQueue } from './send.ts';
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
  /** The endpoint where an ARN is pointed, or else `--upstream` for what is not here; undefined for what is here or nowhere. */
  readonly elsewhere: (arn: string) => UpstreamClient | undefined;
  readonly undelivered: (what: UndeliveredDelivery) => void;
  readonly failed: (error: unknown) => void;
}

/** Seconds: three days, as AWS's tokens. */
const LINK_SECONDS = 3 * 86_400;

export function createSns(options: SnsOptions): SnsHost & { start(): void; close(): void } {
  const { database, clock, queues, accountId, region } = options;
  const topics = createTopics(database);
  /** The end of what nobody took: the subscription's dead-letter queue, where it has one. */
  const bury = (subscription: Subscription, letter: Delivery): void => {
    const arn = deadLetterTarget(subscription);
    if (arn === undefined) return;
    const { body } = letter;
    const group = arn.endsWith('.fifo') ? { groupId: letter.groupId ?? 'dead-letters' } : {};
    if (options.elsewhere(arn) !== undefined) {
      const deduplication = arn.endsWith('.fifo') ? { deduplicationId: letter.messageId } : {};
      const { messageId, topicArn, kind, isRaw } = letter;
      deliveries.addDeadLetter(arn, { messageId, topicArn, kind, isRaw, body, ...group, ...deduplication });
      return;
    }
    const queue = queues.table.find(arn);
    if (queue === undefined) return;
    try {
      queues.send(queue, { body, ...group }, SENDER);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  };
  const deliveries = createDeliveries({
    database,
    clock,
    topics,
    send: createSend(options),
    sendDeadLetter: (arn, delivery) => sendToQueue(options, arn, delivery),
    given: (subscription, delivery) => {
      if (delivery.kind === 'Notification') bury(subscription, delivery);
    },
    undelivered: options.undelivered,
    failed: options.failed,
  });
  return {
    topics,
    queues,
    deliveries,
    publish: createPublish({
      ...{ database, clock, topics, queues, deliveries },
      isElsewhere: arn => options.elsewhere(arn) !== undefined,
      undeliverable: bury,
    }),
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
    start: () => deliveries.start(),
    close: () => deliveries.close(),
  };
}

const deadLetterTarget = ({ attributes }: Subscription): string | undefined =>
  (JSON.parse(attributes['RedrivePolicy'] ?? '{}') as { readonly deadLetterTargetArn?: string })
    .deadLetterTargetArn;

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
