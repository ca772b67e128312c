/** Collects an operation's input from path, query, headers and body, and holds it against the model. */
import type { ApiCall } from './call.ts';
import { invalidRequestContent, serializationFailed } from './errors.ts';
import { jsonProblem } from './jsonProblem.ts';
import { parseWithZip } from './largeZip.ts';
import { readValue } from './shapes/readValue.ts';
import type { Member, Shape, StructureShape } from './shapes/shape.ts';
import { validate } from './shapes/validate.ts';

/**
 * The input in the types of {@link import('./operation.ts').InputOf}. Throws InvalidRequestContentException,
 * SerializationException or ValidationException, in this order.
 */
export function readInput(call: ApiCall, shape: StructureShape): unknown {
  const members = Object.entries(shape.members);
  const body = members.some(([, member]) => member.in === 'body') ? readBody(call) : {};
  const input: Record<string, unknown> = {};
  for (const [name, member] of members)
    input[name] = member.in === 'body' ? ownValue(body, name) : outsideBody(call, name, member);
  const value = readValue(shape, input);
  validate(shape, value);
  return value;
}

/** A body may say `__proto__`, and a member that it lacks must not be found behind it. */
const ownValue = (body: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(body, name) ? body[name] : undefined;

function outsideBody(call: ApiCall, name: string, member: Member): unknown {
  const key = member.name ?? name;
  const { request } = call;
  switch (member.in) {
    case 'path':
      return fromText(call.route.labels[key], member.shape);
    case 'header':
      return fromText(request.headers[key]?.toString(), member.shape);
    case 'payload':
      if (request.body.length === 0) return undefined;
      return member.shape.type === 'blob' ? request.body : readBody(call);
    default: {
      const { shape } = member;
      if (shape.type !== 'list') return fromText(request.query.get(key) ?? undefined, shape);
      const all = request.query.getAll(key);
      return all.length === 0 ? undefined : all.map(text => fromText(text, shape.member));
    }
  }
}

function fromText(text: string | undefined, shape: Shape): unknown {
  if (text === undefined) return undefined;
  switch (shape.type) {
    case 'integer':
    case 'long':
    case 'double': {
      const number = shape.type === 'double' || /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
      if (text.trim() === '' || Number.isNaN(number))
        throw serializationFailed(
          `STRING_VALUE can not be converted to ${shape.type === 'integer' ? 'an Integer' : `a ${shape.type === 'long' ? 'Long' : 'Double'}`}`,
        );
      return number;
    }
    case 'boolean':
      return text === 'true';
    default:
      return text;
  }
}

function readBody(call: ApiCall): Readonly<Record<string, unknown>> {
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
  return parsed as Readonly<Record<string, unknown>>;
}
