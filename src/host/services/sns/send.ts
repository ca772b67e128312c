/** One try to hand something over to a function or an HTTP endpoint. */
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { AwsError } from '../../../protocol/awsError.ts';
import type { Clock } from '../../clock.ts';
import { parseArn } from '../../delivery/resourceArn.ts';
import type { InvokeRequest } from '../../invoke/request.ts';
import type { Delivery, DeliveryOutcome } from './deliveries.ts';
import type { Subscription } from './topics.ts';

/** AWS's limit for an endpoint's answer, wall milliseconds. */
const PATIENCE_MS = 15_000;

export function createSend(options: {
  readonly clock: Clock;
  /** Stores an asynchronous event. */
  readonly invoke: (request: InvokeRequest) => Promise<unknown>;
}): (subscription: Subscription, delivery: Delivery) => Promise<DeliveryOutcome> {
  return (subscription, delivery) =>
    subscription.protocol === 'lambda'
      ? invoke(subscription, delivery)
      : post(options.clock, subscription, delivery);

  async function invoke({ endpoint }: Subscription, { body, traceId }: Delivery): Promise<DeliveryOutcome> {
    const [, functionName = '', qualifier] = parseArn(endpoint)?.resource.split(':') ?? [];
    try {
      await options.invoke({
        functionName,
        ...(qualifier === undefined ? {} : { qualifier }),
        payload: Buffer.from(body),
        type: 'Event',
        source: 'event-source',
        requestId: randomUUID(),
        ...(traceId === undefined ? {} : { traceId }),
      });
      return 'delivered';
    } catch (error) {
      return error instanceof AwsError && error.status < 500 && error.status !== 429 ? 'refused' : 'failed';
    }
  }
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
    const timer = clock.afterWall(PATIENCE_MS, () => request.destroy(new Error('no answer')));
    const end = (outcome: DeliveryOutcome): void => {
      timer.cancel();
      resolve(outcome);
    };
    request.once('error', () => end('failed'));
    request.once('response', response => {
      response.resume();
      const status = response.statusCode ?? 500;
      if (status >= 200 && status < 300) end('delivered');
      else end(status >= 400 && status < 500 && status !== 429 ? 'refused' : 'failed');
    });
    request.end(delivery.body);
  });
}
