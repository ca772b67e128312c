/** A notification or a dead letter into a queue of this host. */
import { AwsError } from '../../../protocol/awsError.ts';
import type { Queues } from '../sqs/queues.ts';
import type { Queue } from '../sqs/queueTable.ts';
import type { Delivery } from './deliveryRows.ts';
import type { PublishedAttribute } from './publishedMessage.ts';

/** SNS's own id, as receivers of a queue see it. */
export const SENDER = 'AIDALAMPLIGHTSNS';

/** Throws an AwsError where the queue is not here or does not take it. */
export function sendHere(queues: Queues, queueArn: string, delivery: Delivery): void {
  const queue = queues.table.find(queueArn);
  if (queue === undefined) throw new AwsError('QueueDoesNotExist', 400, 'The queue is gone.');
  sendInto(queues, queue, delivery);
}

/** Throws an AwsError where the queue does not take it. */
export function sendInto(queues: Queues, queue: Queue, delivery: Delivery): void {
  const { body, attributes, traceId, groupId, deduplicationId } = delivery;
  queues.send(
    queue,
    {
      body,
      traceHeader: traceId,
      ...(attributes === undefined ? {} : { attributes: queueAttributes(attributes) }),
      ...(groupId === undefined ? {} : { groupId }),
      ...(deduplicationId === undefined ? {} : { deduplicationId }),
    },
    SENDER,
  );
}

const queueAttributes = (attributes: Readonly<Record<string, PublishedAttribute>>) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [
      name,
      type.startsWith('Binary')
        ? { DataType: type, BinaryValue: Buffer.from(value, 'base64') }
        : { DataType: type, StringValue: value },
    ]),
  );
