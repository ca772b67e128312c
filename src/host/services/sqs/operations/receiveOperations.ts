/** ReceiveMessage, and what a receiver does with messages then. */
import { invalidValue, required } from '../errors.ts';
import { pickAttributes } from '../messageAttributes.ts';
import { md5OfAttributes } from '../messageAttributes.ts';
import { queueAt, type SqsOperations } from '../operation.ts';
import { numberOf } from '../queueTable.ts';
import type { ReceivedMessage } from '../receiveMessages.ts';
import { sequenceNumber } from '../storedMessage.ts';
import { checkBatch, runBatch } from './batch.ts';

const MAX_WAIT_SECONDS = 20;
const MAX_MESSAGES = 10;
const MAX_VISIBILITY_SECONDS = 43_200;

export const receiveOperations: Pick<
  SqsOperations,
  | 'ChangeMessageVisibility'
  | 'ChangeMessageVisibilityBatch'
  | 'DeleteMessage'
  | 'DeleteMessageBatch'
  | 'ReceiveMessage'
> = {
  ReceiveMessage: async ({ host, input, signal }) => {
    const queue = queueAt(host, input.QueueUrl);
    const { VisibilityTimeout } = input;
    const wait = input.WaitTimeSeconds ?? numberOf(queue, 'ReceiveMessageWaitTimeSeconds');
    inRange(wait, 'WaitTimeSeconds', 0, MAX_WAIT_SECONDS);
    const max = input.MaxNumberOfMessages ?? 1;
    if (max < 1 || max > MAX_MESSAGES)
      throw invalidValue(max, 'MaxNumberOfMessages', `Must be between 1 and ${MAX_MESSAGES}, if provided.`);
    if (VisibilityTimeout !== undefined)
      inRange(VisibilityTimeout, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS);
    const system = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
    const names = input.MessageAttributeNames ?? [];
    const received = await host.queues.receive(queue, {
      max,
      visibilityTimeout: VisibilityTimeout,
      waitMs: wait * 1_000,
      signal,
    });
    if (received.length === 0) return {};
    return { Messages: received.map(message => describe(message, system, names)) };
  },
  DeleteMessage: ({ host, input }) => {
    const queue = queueAt(host, input.QueueUrl);
    host.queues.delete(queue, required(input.ReceiptHandle, 'ReceiptHandle'));
    return {};
  },
  DeleteMessageBatch: ({ host, input }) => {
    const queue = queueAt(host, input.QueueUrl);
    return runBatch(checkBatch(input.Entries, 'DeleteMessageBatchRequestEntry'), entry => {
      host.queues.delete(queue, required(entry.ReceiptHandle, 'ReceiptHandle'));
      return {};
    });
  },
  ChangeMessageVisibility: ({ host, input }) => {
    const queue = queueAt(host, input.QueueUrl);
    host.queues.changeVisibility(
      queue,
      required(input.ReceiptHandle, 'ReceiptHandle'),
      required(input.VisibilityTimeout, 'VisibilityTimeout'),
    );
    return {};
  },
  ChangeMessageVisibilityBatch: ({ host, input }) => {
    const queue = queueAt(host, input.QueueUrl);
    return runBatch(checkBatch(input.Entries, 'ChangeMessageVisibilityBatchRequestEntry'), entry => {
      host.queues.changeVisibility(
        queue,
        required(entry.ReceiptHandle, 'ReceiptHandle'),
        required(entry.VisibilityTimeout, 'VisibilityTimeout'),
      );
      return {};
    });
  },
};

function inRange(value: number, parameter: string, from: number, to: number): void {
  if (value < from || value > to)
    throw invalidValue(value, parameter, `Must be >= ${from} and <= ${to}, if provided.`);
}

/** The attributes that SQS itself gives a message, by name. */
export function systemAttributesOf(message: ReceivedMessage): Record<string, string> {
  const { details, groupId, deduplicationId } = message;
  const isFifo = deduplicationId !== undefined;
  return {
    SenderId: details.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceived),
    ...(isFifo ? { SequenceNumber: sequenceNumber(message.id) } : {}),
    ...(isFifo ? { MessageDeduplicationId: deduplicationId } : {}),
    ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
    ...(details.traceHeader === undefined ? {} : { AWSTraceHeader: details.traceHeader }),
    ...(details.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: details.deadLetterSource }),
  };
}

function describe(message: ReceivedMessage, system: readonly string[], names: readonly string[]) {
  const { details } = message;
  const attributes = Object.entries(systemAttributesOf(message)).filter(
    ([name]) => system.includes('All') || system.includes(name),
  );
  const picked = pickAttributes(details.attributes, names);
  const md5 = md5OfAttributes(picked);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: details.md5OfBody,
    Body: message.body,
    ...(attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) }),
    ...(md5 === undefined ? {} : { MD5OfMessageAttributes: md5, MessageAttributes: picked }),
  };
}
