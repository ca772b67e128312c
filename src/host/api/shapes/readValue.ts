/** From JSON to the types of a shape. Unknown members are ignored and nulls are absent, as on AWS. */
import { serializationFailed } from '../errors.ts';
import type { Shape } from './shape.ts';

const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);

/** Undefined where `value` is null or absent. Throws a SerializationException for a wrong JSON type. */
export function readValue(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.type) {
    case 'string':
      if (typeof value === 'string') return value;
      throw wrongType(value, 'a String');
    case 'integer':
      // Fractions are cut off and the rest saturates (recorded).
      if (typeof value === 'number') return Math.max(INT32_MIN, Math.min(INT32_MAX, Math.trunc(value)));
      throw wrongType(value, 'an Integer');
    case 'long':
      if (typeof value === 'number')
        return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(value)));
      throw wrongType(value, 'a Long');
    case 'double':
      if (typeof value === 'number') return value;
      throw wrongType(value, 'a Double');
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw wrongType(value, 'a Boolean');
    case 'timestamp':
      return readDate(value);
    case 'blob':
      if (Buffer.isBuffer(value)) return value;
      if (typeof value === 'string') return Buffer.from(value, 'base64');
      throw wrongType(value, 'a Blob');
    case 'list':
      if (!Array.isArray(value)) throw unexpectedType(value);
      return value.map((member: unknown) => readValue(shape.member, member) ?? null);
    case 'map':
      if (!isObject(value)) throw unexpectedType(value);
      return Object.fromEntries(
        Object.entries(value).map(([key, member]) => [key, readValue(shape.value, member) ?? null]),
      );
    case 'structure': {
      if (!isObject(value)) throw unexpectedType(value);
      const members: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(shape.members)) {
        const read = Object.hasOwn(value, name) ? readValue(member.shape, value[name]) : undefined;
        if (read !== undefined) members[name] = read;
      }
      return members;
    }
  }
}

/** Epoch seconds, as bodies carry them, or ISO 8601, as queries do. */
function readDate(value: unknown): Date {
  if (typeof value !== 'number' && typeof value !== 'string') throw wrongType(value, 'a Timestamp');
  const date = new Date(typeof value === 'number' ? value * 1000 : value);
  if (Number.isNaN(date.getTime())) throw wrongType(value, 'a Timestamp');
  return date;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);

function wrongType(value: unknown, wanted: string): Error {
  if (typeof value === 'object')
    return serializationFailed('Start of structure or map found where not expected.');
  const given =
    typeof value === 'string'
      ? 'STRING_VALUE'
      : typeof value === 'number'
        ? 'NUMBER_VALUE'
        : value === true
          ? 'TRUE_VALUE'
          : 'FALSE_VALUE';
  return serializationFailed(`${given} can not be converted to ${wanted}`);
}

const unexpectedType = (value: unknown): Error =>
  serializationFailed(
    typeof value === 'object'
      ? 'Start of structure or map found where not expected.'
      : 'Unexpected field type',
  );
