/** Message attributes: rules, size, and the digest by which clients check them. */
import { createHash } from 'node:crypto';
import { invalidParameter } from './errors.ts';

export interface MessageAttribute {
  /** `String`, `Number`, `Binary`, or one of them with a label: `Number.int`. */
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Buffer;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** As a request gives them: nothing is sure. */
export interface GivenAttribute {
  readonly DataType?: string | undefined;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Buffer | undefined;
  readonly StringListValues?: readonly string[] | undefined;
  readonly BinaryListValues?: readonly Buffer[] | undefined;
}

export type GivenAttributes = Readonly<Record<string, GivenAttribute>>;

const MAX_ATTRIBUTES = 10;
const MAX_NAME_BYTES = 256;

/** XML 1.0's characters. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const VALID_TEXT = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
export const INVALID_TEXT =
  'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF';

/** Throws InvalidParameterValue. `kind` is what the texts call them: those of the user, or the system's. */
export function checkMessageAttributes(given: GivenAttributes | undefined, kind = 'user'): MessageAttributes {
  const names = Object.keys(given ?? {});
  if (names.length > MAX_ATTRIBUTES)
    throw invalidParameter(
      `Number of message attributes [${names.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  // No prototype: the names are the caller's.
  const checked = Object.create(null) as Record<string, MessageAttribute>;
  for (const [name, attribute] of Object.entries(given ?? {})) {
    checkName(name, kind);
    checked[name] = checkValue(name, attribute, kind);
  }
  return checked;
}

function checkName(name: string, kind: string): void {
  if (name === '')
    throw invalidParameter(`The request must contain non-empty message (${kind}) attribute names.`);
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw invalidParameter(`Message (${kind}) attribute name must be shorter than ${MAX_NAME_BYTES} bytes.`);
  if (/^(aws\.|amazon\.)/i.test(name))
    throw invalidParameter(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for internal use.",
    );
  if (
    !/^[\u00C0-\u017F\w.-]*$/.test(name) ||
    name.startsWith('.') ||
    name.endsWith('.') ||
    name.includes('..')
  )
    throw invalidParameter(`Invalid attribute name '${name}'.`);
}

function checkValue(name: string, given: GivenAttribute, kind: string): MessageAttribute {
  const { DataType, StringValue, BinaryValue, StringListValues, BinaryListValues } = given;
  if ((StringListValues?.length ?? 0) > 0 || (BinaryListValues?.length ?? 0) > 0)
    throw invalidParameter('Message attribute list values in SendMessage operation are not supported.');
  if (DataType === undefined || DataType === '')
    throw invalidParameter(
      `The message (${kind}) attribute '${name}' must contain a non-empty message attribute value.`,
    );
  if (Buffer.byteLength(DataType) > MAX_NAME_BYTES)
    throw invalidParameter(`Message (${kind}) attribute type must be shorter than ${MAX_NAME_BYTES} bytes.`);
  const base = DataType.split('.')[0];
  if (base === 'Binary') {
    if (BinaryValue === undefined || BinaryValue.length === 0) throw empty(name, DataType, kind);
    return { DataType, BinaryValue };
  }
  if (base !== 'String' && base !== 'Number')
    throw invalidParameter(
      `The type of message (${kind}) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  if (StringValue === undefined || StringValue === '') throw empty(name, DataType, kind);
  if (!VALID_TEXT.test(StringValue)) throw invalidParameter(INVALID_TEXT);
  if (base === 'Number' && (StringValue.trim() === '' || Number.isNaN(Number(StringValue))))
    throw invalidParameter(`Can't cast the value of message (${kind}) attribute '${name}' to a number.`);
  return { DataType, StringValue };
}

const empty = (name: string, type: string, kind: string): Error =>
  invalidParameter(`Message (${kind}) attribute '${name}' must contain a non-empty value of type '${type}'.`);

/** Names, types and values, which count against a queue's limit. */
export const bytesOfAttributes = (attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      (BinaryValue?.length ?? Buffer.byteLength(StringValue ?? '')),
    0,
  );

/**
 * MD5 as clients compute it; undefined where there is nothing.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue = '', BinaryValue } = attributes[name] ?? {};
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.of(BinaryValue === undefined ? 1 : 2));
    add(BinaryValue ?? Buffer.from(StringValue));
  }
  return hash.digest('hex');
}

/** Those that a receiver asks for: by name, `All`, `.*`, or a prefix with `.*`. */
export function pickAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  if (names.some(name => name === 'All' || name === '.*' || name === '*')) return attributes;
  const isAskedFor = (name: string): boolean =>
    names.some(asked => (asked.endsWith('.*') ? name.startsWith(asked.slice(0, -2)) : asked === name));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isAskedFor(name)));
}
