/** One try to hand something over to a function, an HTTP endpoint or a queue that is elsewhere. */
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { Clock } from '../../clock.ts';
import { DeliveryRefused } from '../../delivery/deliveryTargets.ts';
import { parseArn } from '../../delivery/resourceArn.ts';
import { callFor, invokeFunction, isRefusal, sendMessage } from '../../delivery/upstreamCalls.ts';
import type { UpstreamClient } from '../../delivery/upstreamClient.ts';
import type { InvokeRequest } from '../../invoke/request.ts';
import type { DeliveryOutcome } from './deliveries.ts';
import type { Queues } from '../sqs/queues.ts';
import type { Delivery } from './deliveryRows.ts';
import { sendInto } from './queueHere.ts';
import type { Subscription } from './topics.ts';

/** AWS's limit for an endpoint's answer, wall milliseconds. */
const PATIENCE_MS = 15_000;

export interface SendOptions {
  readonly clock: Clock;
  /** Stores an asynchronous event. */
  readonly invoke: (request: InvokeRequest) => Promise<unknown>;
  readonly queues: Queues;
  /** The endpoint where an ARN is, if not here. */
  readonly elsewhere: (arn: string) => UpstreamClient | undefined;
}

export const createSend =
  (options: SendOptions) =>
  (subscription: Subscription, delivery: Delivery): Promise<DeliveryOutcome> => {
    const { protocol, endpoint } = subscription;
    if (protocol === 'sqs') return sendToQueue(options, endpoint, delivery);
    return protocol === 'lambda'
      ? outcomeOf(() => invoke(options, endpoint, delivery))
      : post(options.clock, subscription, delivery);
  };

/**
 * To a queue that was elsewhere when this was accepted. It may be here by now: made here, or no longer pointed anywhere. Where it
 * is nowhere it is waited for, as for an endpoint that is down.
 */
export const sendToQueue = (
  { elsewhere, queues }: Pick<SendOptions, 'elsewhere' | 'queues'>,
  queueArn: string,
  delivery: Delivery,
): Promise<DeliveryOutcome> =>
  outcomeOf(async () => {
    const arn = parseArn(queueArn);
    const client = elsewhere(queueArn);
    if (arn === undefined) throw new DeliveryRefused(`${queueArn} is not an ARN.`);
    if (client === undefined) {
      const queue = queues.table.find(queueArn);
      if (queue === undefined)
        throw new Error(
          `There is no ${queueArn} here, nor an endpoint to look for it. Create it, or start with --upstream or --service-endpoint sqs=URL as when this was accepted.`,
        );
      sendInto(queues, queue, delivery);
      return;
    }
    const { body, attributes = {}, traceId, groupId, deduplicationId } = delivery;
    const message = { body, attributes, traceId, groupId, deduplicationId };
    await sendMessage(arn, message, call => callFor(client, arn, call));
  });

async function outcomeOf(deliver: () => Promise<unknown>): Promise<DeliveryOutcome> {
  try {
    await deliver();
    return 'delivered';
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error), isRefused: isRefusal(error) };
  }
}

async function invoke(options: SendOptions, endpoint: string, { body, traceId }: Delivery): Promise<void> {
  const arn = parseArn(endpoint);
  const client = options.elsewhere(endpoint);
  if (arn !== undefined && client !== undefined)
    return invokeFunction(arn, Buffer.from(body), traceId, call => callFor(client, arn, call));
  const [, functionName = '', qualifier] = arn?.resource.split(':') ?? [];
  await options.invoke({
    functionName,
    ...(qualifier === undefined ? {} : { qualifier }),
    payload: Buffer.from(body),
    type: 'Event',
    source: 'event-source',
    requestId: randomUUID(),
    ...(traceId === undefined ? {} : { traceId }),
  });
}

function post(clock: Clock, subscription: Subscription, delivery: Delivery): Promise<DeliveryOutcome> {
  return new Promise(resolve => {
    const url = new URL(subscription.endpoint);
    const isConfirmation = delivery.kind === 'SubscriptionConfirmation';
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST',
      headers: {
        'content-type': 'text/plain; charset=UTF-8',
        'content-length': Buffer.byteLength(delivery.body),
        'user-agent': 'Amazon Simple Notification Service Agent',
        'x-amz-sns-message-type': delivery.kind,
        'x-amz-sns-message-id': delivery.messageId,
        'x-amz-sns-topic-arn': delivery.topicArn,
        ...(isConfirmation ? {} : { 'x-amz-sns-subscription-arn': subscription.arn }),
        ...(delivery.isRaw ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
      },
    });
    const timer = clock.afterWall(PATIENCE_MS, () => request.destroy(new Error('no answer within 15 s')));
    const end = (outcome: DeliveryOutcome): void => {
      timer.cancel();
      resolve(outcome);
    };
    request.once('error', error => end({ error: error.message, isRefused: false }));
    request.once('response', response => {
      response.resume();
      const status = response.statusCode ?? 500;
      if (status >= 200 && status < 300) end('delivered');
      else
        end({
          error: `it answered ${status}`,
          isRefused: status >= 400 && status < 500 && status !== 429,
        });
    });
    request.end(delivery.body);
  });
}
