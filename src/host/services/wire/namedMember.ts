/** A top member of a request's input by name, without checking the rest: which resource it is about is asked before. */
import type { ServiceRequest } from '../../gateway/service.ts';
import { formOf } from './readQuery.ts';

type Request = Pick<ServiceRequest, 'headers' | 'query' | 'body'>;

/** The first of `names` that the input has as a text; undefined also where it can't be read. */
export function namedMember(
  { headers, query, body }: Request,
  ...names: readonly string[]
): string | undefined {
  const input = headers['x-amz-target'] === undefined ? form(query, body) : json(body);
  for (const name of names) {
    const value = input(name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

function form(query: URLSearchParams, body: Buffer): (name: string) => unknown {
  const all = formOf(query, body);
  return name => all.get(name);
}

function json(body: Buffer): (name: string) => unknown {
  try {
    const input = (JSON.parse(body.toString('utf8')) ?? {}) as Readonly<Record<string, unknown>>;
    return name => (Object.hasOwn(input, name) ? input[name] : undefined);
  } catch {
    return () => undefined;
  }
}
