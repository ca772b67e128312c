/** What may be published. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
import { createHash } from 'node:crypto';
import { invalidAttribute, invalidParameter, required } from './errors.ts';
import type { Topic } from './topics.ts';

export interface PublishedAttribute {
  /** `String`, `String.Array`, `Number`, `Binary`. */
  readonly type: string;
  /** Bytes as base64. */
  readonly value: string;
}

export interface PublishedMessage {
  /** The text for a protocol: they may differ (MessageStructure `json`). */
  readonly texts: Readonly<Record<string, string>>;
  readonly subject: string | undefined;
  readonly attributes: Readonly<Record<string, PublishedAttribute>>;
  readonly groupId: string | undefined;
  /** Always there where the topic is FIFO. */
  readonly deduplicationId: string | undefined;
  /** Trace header, with the lineage of calls that led here; queues and functions get it. */
  readonly traceId: string | undefined;
}

export interface GivenPublish {
  readonly Message?: string | undefined;
  readonly Subject?: string | undefined;
  readonly MessageStructure?: string | undefined;
  readonly MessageAttributes?: Readonly<Record<string, GivenPublishAttribute>> | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageGroupId?: string | undefined;
}

interface GivenPublishAttribute {
  readonly DataType?: string | undefined;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Buffer | undefined;
}

/** Bytes of a message, and of all of a batch. */
export const MAX_BYTES = 262_144;

/** Throws InvalidParameter, ParameterValueInvalid or ValidationError. */
export function checkPublish(topic: Topic, given: GivenPublish, traceId?: string): PublishedMessage {
  const message = required(given.Message, 'message');
  const { Subject: subject, MessageGroupId: groupId } = given;
  if (message === '') throw invalidParameter('Empty message');
  if (bytesOf(given) > MAX_BYTES) throw invalidParameter('Message too long');
  if (subject !== undefined && !/^[^\p{Cc}]{1,100}$/u.test(subject)) throw invalidParameter('Subject');
  if (topic.isFifo && groupId === undefined)
    throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  return {
    texts: textsOf(message, given.MessageStructure),
    subject,
    attributes: Object.fromEntries(
      Object.entries(given.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        checkAttribute(name, value),
      ]),
    ),
    groupId,
    traceId,
    deduplicationId: deduplicationOf(topic, message, given.MessageDeduplicationId),
  };
}

export const bytesOf = ({ Message = '', MessageAttributes = {} }: GivenPublish): number =>
  Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType) + (BinaryValue?.length ?? Buffer.byteLength(StringValue)),
    Buffer.byteLength(Message),
  );

function textsOf(message: string, structure: string | undefined): Record<string, string> {
  if (structure === undefined || structure === '') return { default: message };
  if (structure !== 'json') throw invalidParameter('MessageStructure');
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const texts = Object.fromEntries(
    Object.entries(parsed ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  if (texts['default'] === undefined)
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  return texts;
}

function deduplicationOf(topic: Topic, message: string, given: string | undefined): string | undefined {
  if (!topic.isFifo) {
    if (given === undefined) return undefined;
    throw invalidParameter(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
  if (given !== undefined) return given;
  if (topic.attributes['ContentBasedDeduplication'] === 'true')
    return createHash('sha256').update(message).digest('hex');
  throw invalidParameter(
    'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

function checkAttribute(name: string, given: GivenPublishAttribute): PublishedAttribute {
  checkName(name);
  const type = required(given.DataType, `messageAttributes.${name}.member.dataType`);
  const base = type.split('.')[0];
  if (base !== 'String' && base !== 'Number' && base !== 'Binary')
    throw invalidAttribute(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  const field = base === 'Binary' ? 'Binary' : 'String';
  const [value, other] =
    field === 'Binary'
      ? [given.BinaryValue?.toString('base64'), given.StringValue]
      : [given.StringValue, given.BinaryValue];
  if (value === undefined && other !== undefined)
    throw invalidAttribute(`The message attribute '${name}' with type '${type}' must use field '${field}'.`);
  if (value === undefined || value === '')
    throw invalidAttribute(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  if (base === 'Number' && Number.isNaN(Number(value)))
    throw invalidAttribute(`Could not cast message attribute '${name}' value to number.`);
  return { type, value };
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) > 256)
    throw invalidAttribute('Length of message attribute name must be less than 256 bytes.');
  const strange = /[^\w.-]/.exec(name)?.[0];
  if (strange !== undefined)
    throw invalidAttribute(
      `Invalid non-alphanumeric character '#x${(strange.codePointAt(0) ?? 0).toString(16).toUpperCase()}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  if (name.startsWith('.'))
    throw invalidAttribute("Invalid message attribute name starting with character '.' was found.");
  if (name.endsWith('.'))
    throw invalidAttribute("Invalid message attribute name ending with character '.' was found.");
  if (name.includes('..'))
    throw invalidAttribute("Message attribute name can not have successive '.' character.");
}
