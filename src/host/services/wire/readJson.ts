/** Input of the AWS JSON protocol, with the texts of AWS's own parser. Members that nobody knows are left out. */
import { serializationError } from './serializationError.ts';
import type { Shape, StructureShape, ValueOf } from './shape.ts';

/** Throws SerializationException. An empty body is an empty input. */
export function readJson<S extends StructureShape>(shape: S, body: Buffer): ValueOf<S> {
  let value: unknown = {};
  if (body.length > 0) {
    try {
      value = JSON.parse(body.toString('utf8'));
    } catch {
      throw serializationError(undefined);
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw serializationError(undefined);
  return read(shape, value) as ValueOf<S>;
}

function read(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case 'string':
      return readString(value);
    case 'integer':
      return readInteger(value);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw serializationError(`${kindOf(value)} can not be converted to a Boolean`);
    case 'blob':
      if (typeof value === 'string') return Buffer.from(value, 'base64');
      throw serializationError(`${kindOf(value)} can not be converted to a Blob`);
    case 'list': {
      if (!Array.isArray(value)) throw serializationError('Expected list or null');
      return value.filter(each => each !== null).map(each => read(shape.of, each));
    }
    case 'map': {
      const entries = Object.entries(membersOf(value)).filter(([, each]) => each !== null);
      // No prototype: the keys are the caller's.
      const result = Object.create(null) as Record<string, unknown>;
      for (const [key, each] of entries) result[key] = read(shape.of, each);
      return result;
    }
    case 'structure': {
      const given = membersOf(value);
      const result: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(shape.members)) {
        const each = Object.hasOwn(given, name) ? given[name] : undefined;
        if (each !== undefined && each !== null) result[name] = read(member, each);
      }
      return result;
    }
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw serializationError(
    Array.isArray(value) ? 'Unexpected list element termination' : `Unexpected field type`,
  );
}

/** Numbers and Booleans are taken for their text, as AWS does. */
function readString(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw serializationError(
    Array.isArray(value)
      ? 'Unrecognized collection type class java.lang.String'
      : 'Start of structure or map found where not expected.',
  );
}

function readInteger(value: unknown): number {
  if (typeof value === 'number') return Math.trunc(value);
  throw serializationError(`${kindOf(value)} can not be converted to an Integer`);
}

const kindOf = (value: unknown): string =>
  typeof value === 'string'
    ? 'STRING_VALUE'
    : typeof value === 'boolean'
      ? `${String(value).toUpperCase()}_VALUE`
      : typeof value === 'number'
        ? 'NUMBER_VALUE'
        : Array.isArray(value)
          ? 'START_ARRAY'
          : 'START_OBJECT';
