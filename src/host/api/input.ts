/** Collects an operation's input from path, query, headers and body, and holds it against the model. */
import type { ApiCall } from './call.ts';
import { invalidRequestContent, serializationFailed } from './errors.ts';
import { jsonProblem } from './jsonProblem.ts';
import { parseWithZip } from './largeZip.ts';
import { readValue } from './shapes/readValue.ts';
import type { Member, StructureShape, ValueOf } from './shapes/shape.ts';
import { validate } from './shapes/validate.ts';

/** Throws InvalidRequestContentException, SerializationException or ValidationException, in this order. */
export function readInput<S extends StructureShape>(call: ApiCall, shape: S): ValueOf<S> {
  const input: Record<string, unknown> = {};
  const members = Object.entries(shape.members);
  if (members.some(([, member]) => member.in === 'body')) Object.assign(input, readBody(call));
  for (const [name, member] of members) {
    if (member.in === 'body') continue;
    const text = outsideBody(call, name, member);
    input[name] = text === undefined ? undefined : fromText(text, member);
  }
  const value = readValue(shape, input);
  validate(shape, value);
  return value as ValueOf<S>;
}

function outsideBody(call: ApiCall, name: string, member: Member): string | undefined {
  switch (member.in) {
    case 'path':
      return call.route.labels[member.name ?? name];
    case 'query':
      return call.request.query.get(member.name ?? name) ?? undefined;
    default:
      return call.request.headers[member.name ?? name]?.toString();
  }
}

function fromText(text: string, member: Member): unknown {
  switch (member.shape.type) {
    case 'integer':
    case 'double': {
      const number = Number(text);
      if (text.trim() === '' || Number.isNaN(number))
        throw serializationFailed('STRING_VALUE can not be converted to an Integer');
      return number;
    }
    case 'boolean':
      return text === 'true';
    default:
      return text;
  }
}

function readBody(call: ApiCall): Record<string, unknown> {
  const { body } = call.request;
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = parseWithZip(body);
  } catch {
    throw invalidRequestContent(`Could not parse request body into json: ${jsonProblem(body)}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw serializationFailed('Unexpected field type');
  return parsed as Record<string, unknown>;
}
