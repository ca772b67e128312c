/** What may be sent to a queue. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
import { createHash } from 'node:crypto';
import { invalidParameter, invalidValue, missingParameter, sqsError } from './errors.ts';
import {
  bytesOfAttributes,
  checkMessageAttributes,
  INVALID_TEXT,
  VALID_TEXT,
  type GivenAttributes,
  type MessageAttributes,
} from './messageAttributes.ts';
import { attributeOf, numberOf, type Queue } from './queueTable.ts';

/** As a sender gives it. */
export interface GivenMessage {
  readonly body: string | undefined;
  readonly delaySeconds?: number | undefined;
  readonly attributes?: GivenAttributes | undefined;
  readonly systemAttributes?: GivenAttributes | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** Of the request, where the message itself has none. */
  readonly traceHeader?: string | undefined;
}

export interface CheckedMessage {
  readonly body: string;
  readonly delayMs: number;
  readonly attributes: MessageAttributes;
  readonly systemAttributes: MessageAttributes;
  readonly traceHeader: string | undefined;
  readonly groupId: string | undefined;
  /** Always there where the queue is FIFO. */
  readonly deduplicationId: string | undefined;
}

const MAX_DELAY_SECONDS = 900;

/** Throws what AWS refuses it with. */
export function checkMessage(queue: Queue, given: GivenMessage): CheckedMessage {
  const { body, groupId, deduplicationId, delaySeconds } = given;
  if (body === undefined || body === '') throw missingParameter('MessageBody');
  const attributes = checkMessageAttributes(given.attributes);
  const limit = numberOf(queue, 'MaximumMessageSize');
  if (Buffer.byteLength(body) + bytesOfAttributes(attributes) > limit)
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  if (!VALID_TEXT.test(body)) throw sqsError('InvalidMessageContents', INVALID_TEXT);
  const systemAttributes = checkSystemAttributes(given.systemAttributes);
  checkId(deduplicationId, 'MessageDeduplicationId');
  checkId(groupId, 'MessageGroupId');
  return {
    body,
    attributes,
    systemAttributes,
    traceHeader: systemAttributes['AWSTraceHeader']?.StringValue ?? given.traceHeader,
    delayMs: delayOf(queue, delaySeconds) * 1_000,
    groupId: queue.isFifo ? requireGroup(groupId) : groupId,
    deduplicationId: checkDeduplication(queue, body, deduplicationId),
  };
}

function delayOf(queue: Queue, given: number | undefined): number {
  const ofQueue = numberOf(queue, 'DelaySeconds');
  if (given === undefined) return ofQueue;
  if (queue.isFifo) {
    // 0 says nothing.
    if (given === 0) return ofQueue;
    throw invalidValue(
      given,
      'DelaySeconds',
      'The request include parameter that is not valid for this queue type.',
    );
  }
  if (given < 0 || given > MAX_DELAY_SECONDS)
    throw invalidValue(given, 'DelaySeconds', `DelaySeconds must be >= 0 and <= ${MAX_DELAY_SECONDS}.`);
  return given;
}

function checkSystemAttributes(given: GivenAttributes | undefined): MessageAttributes {
  for (const name of Object.keys(given ?? {}))
    if (name !== 'AWSTraceHeader')
      throw invalidParameter(`Message system attribute name '${name}' is invalid.`);
  return checkMessageAttributes(given, 'system');
}

function checkId(id: string | undefined, parameter: string): void {
  if (id !== undefined && !/^[!-~]{1,128}$/.test(id))
    throw invalidValue(
      id,
      parameter,
      `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
}

function requireGroup(groupId: string | undefined): string {
  if (groupId === undefined) throw missingParameter('MessageGroupId');
  return groupId;
}

function checkDeduplication(queue: Queue, body: string, given: string | undefined): string | undefined {
  if (!queue.isFifo) {
    if (given === undefined) return undefined;
    throw invalidParameter(
      'The request include parameter MessageDeduplicationId which is not valid for this queue type',
    );
  }
  if (given !== undefined) return given;
  if (attributeOf(queue, 'ContentBasedDeduplication') === 'true')
    return createHash('sha256').update(body).digest('hex');
  throw invalidParameter(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}
