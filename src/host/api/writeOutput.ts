import type { ServiceResponse } from '../gateway/service.ts';
import type { OperationShape, Written } from './shapes/shape.ts';

const JSON_HEADERS = { 'content-type': 'application/json' } as const;

/**
 * An operation's output as it goes out: the model's status, JSON with members in the order of `output`. Undefined members
 * are left out, nulls stay, Dates become epoch seconds with a fraction of milliseconds. 204 has no body.
 */
export function writeOutput(operation: OperationShape, output: unknown): ServiceResponse {
  const { status } = operation;
  if (status === 204) return { status };
  const body = operation.output === undefined ? output : written(operation.output, output);
  return { status, headers: JSON_HEADERS, body: JSON.stringify(body) };
}

function written(shape: Written, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  if (shape === 'timestamp') return (value as Date).getTime() / 1000;
  if ('each' in shape) {
    if (Array.isArray(value)) return value.map(item => written(shape.each, item));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, written(shape.each, item)]));
  }
  const copy: Record<string, unknown> = { ...value };
  for (const [name, member] of Object.entries(shape.members))
    if (name in copy) copy[name] = written(member, copy[name]);
  return copy;
}
