/** Queues as other rooms know them, by ARN: is it there, and take this. */
import {
  DeliveryRefused,
  type DeliveryMessage,
  type DeliveryTarget,
} from '../../delivery/deliveryTargets.ts';
import type { EmbeddedLookup } from '../../delivery/lookup.ts';
import type { ResourceArn } from '../../delivery/resourceArn.ts';
import { AwsError } from '../../../protocol/awsError.ts';
import { senderIdOf } from '../senderId.ts';
import type { GivenMessage } from './checkMessage.ts';
import type { Queues } from './queues.ts';
import { numberOf } from './queueTable.ts';

export const lookUpQueue =
  (queues: Queues): EmbeddedLookup =>
  arn => {
    const queue = queues.table.find(arn.text);
    return queue === undefined ? 'missing' : { visibilityTimeout: numberOf(queue, 'VisibilityTimeout') };
  };

/** Sends what Lambda delivers. */
export const queueTarget =
  (queues: Queues): DeliveryTarget =>
  (arn, message) =>
    new Promise(resolve => {
      send(queues, arn, message);
      resolve();
    });

function send(queues: Queues, arn: ResourceArn, message: DeliveryMessage): void {
  const { attributes = {}, body, about, traceId } = message;
  const queue = queues.table.find(arn.text);
  if (queue === undefined) throw new DeliveryRefused(`The specified queue does not exist: ${arn.text}.`);
  const AWSTraceHeader = { DataType: 'String', StringValue: traceId };
  const given: GivenMessage = {
    body: body.toString('utf8'),
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, { type, value }]) => [
        name,
        { DataType: type, StringValue: value },
      ]),
    ),
    ...(traceId === undefined ? {} : { systemAttributes: { AWSTraceHeader } }),
  };
  try {
    queues.send(queue, given, senderIdOf({ ...about, accountId: arn.accountId }));
  } catch (error) {
    if (error instanceof AwsError) throw new DeliveryRefused(error.message, { cause: error });
    throw error;
  }
}
