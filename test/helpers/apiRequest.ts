/**
 * Signed requests of the Lambda API without an SDK, which would refuse some bad input itself and hides the answer's bytes.
 * An operation and its input, right or wrong, become path, query, headers and body by the generated model.
 */
import http from 'node:http';
import { OPERATIONS } from '../../src/host/api/shapes/operations.generated.ts';
import type { OperationName } from '../../src/host/api/operation.ts';
import type { OperationShape } from '../../src/host/api/shapes/shape.ts';
import { encodeRfc3986, sign } from '../../src/protocol/sigv4.ts';
import { exchange } from './httpAnswer.ts';

export interface ApiRequest {
  readonly method: string;
  /** Percent-encoded, with the query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** Of a JSON object; empty for anything else. */
  readonly json: Readonly<Record<string, unknown>>;
}

export type Input = Readonly<Record<string, unknown>>;

/** What an SDK would send. Undefined members are left out; Buffers go as base64, or as they are where they are the payload. */
export function apiRequest(operation: OperationName, input: Input = {}): ApiRequest {
  const { method, path, input: shape }: OperationShape = OPERATIONS[operation];
  const [pathname = '', fixedQuery] = path.split('?');
  let url = pathname;
  const query = fixedQuery === undefined ? [] : [fixedQuery];
  const headers: Record<string, string> = {};
  const json: Record<string, unknown> = {};
  let body: Buffer | undefined;
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    const member = shape.members[name];
    const key = member?.name ?? name;
    switch (member?.in) {
      case 'path':
        // A function: text such as $& means something to replace().
        url = url.replace(`{${key}}`, () => encodeRfc3986(text(value)));
        break;
      case 'query':
        for (const each of Array.isArray(value) ? value : [value])
          query.push(`${key}=${encodeRfc3986(text(each))}`);
        break;
      case 'header':
        headers[key] = text(value);
        break;
      case 'payload':
        body = Buffer.isBuffer(value)
          ? value
          : Buffer.from(typeof value === 'string' ? value : toJson(value));
        break;
      default:
        json[name] = value;
    }
  }
  body ??= Buffer.from(Object.keys(json).length === 0 ? '' : toJson(json));
  return { method, url: query.length === 0 ? url : `${url}?${query.join('&')}`, headers, body };
}

const text = (value: unknown): string => `${value as string | number | boolean}`;

const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) => {
    const { type, data } = (member ?? {}) as { readonly type?: unknown; readonly data?: unknown };
    return type === 'Buffer' && Array.isArray(data)
      ? Buffer.from(data as number[]).toString('base64')
      : member;
  });

export interface ApiTarget {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** Sends it to a host, signed. Resolves with any answer; rejects where there is none. */
export async function sendApiRequest(target: ApiTarget, request: ApiRequest): Promise<ApiAnswer> {
  const { method, url, body } = request;
  const { host, hostname, port } = new URL(target.endpoint);
  const headers = {
    ...request.headers,
    ...sign({
      method,
      url,
      host,
      service: 'lambda',
      region: target.region,
      credentials: target.credentials,
      date: new Date(),
      headers: request.headers,
      body,
    }),
  };
  const answer = await exchange(http.request({ host: hostname, port, method, path: url, headers }), body);
  return { ...answer, json: answer.json ?? {} };
}
