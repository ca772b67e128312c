/** A real gateway on a real port with one service that echoes, and raw requests against it. */
import assert from 'node:assert/strict';
import http from 'node:http';
import { systemClock, type Clock } from '../../../src/host/clock.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../../src/host/gateway/gateway.ts';
import { openKeys, type Keys } from '../../../src/host/gateway/keys.ts';
import type { Service, ServiceRequest } from '../../../src/host/gateway/service.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { sign, type SignOptions } from '../../../src/protocol/sigv4.ts';
import { exchange, type HttpAnswer } from '../../helpers/httpAnswer.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

export interface Answer extends HttpAnswer {
  /** The error's code, where there is one. */
  readonly errorType: string | undefined;
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

/** Sends exactly these headers (and Host, unless given). */
export async function send(port: number, request: RawRequest): Promise<Answer> {
  const out = http.request({
    host: '127.0.0.1',
    port,
    method: request.method ?? 'GET',
    path: request.path ?? '/',
    headers: request.headers ?? {},
    agent: false,
  });
  const answer = await exchange(out, request.body);
  return { ...answer, errorType: answer.headers['x-amzn-errortype']?.toString() };
}

/** Asserts that the gate refused a request: with that status, code and message. */
export const refused = (answer: Answer, status: number, code: string, message: string | RegExp): void => {
  assert.equal(answer.errorType, code, answer.body);
  assert.equal(answer.status, status);
  const text = String(answer.json?.['message']);
  if (typeof message === 'string') assert.equal(text, message);
  else assert.match(text, message);
};

export const UNKNOWN = 'The security token included in the request is invalid.';
export const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

export interface GatewayFixture {
  readonly gateway: Gateway;
  readonly port: number;
  readonly keys: Keys;
  readonly stateDir: string;
  /** What the services saw, in order. */
  readonly seen: ServiceRequest[];
  /** Errors that the gateway could not lay on the caller. */
  readonly reported: unknown[];
  /** Headers that sign this request with the owner's keys. */
  sign(options?: Partial<SignOptions>): Record<string, string>;
  send(request: RawRequest): Promise<Answer>;
  /** Signs and sends. */
  call(request?: RawRequest & { readonly sign?: Partial<SignOptions> }): Promise<Answer>;
  close(): Promise<void>;
}

/** Largest body of the echoing services, bytes. */
export const LIMIT = 1_000;

const echo = (scope: string, seen: ServiceRequest[]): Service => ({
  scope,
  maxBodyBytes: LIMIT,
  handle: request => {
    seen.push(request);
    return Promise.resolve({
      status: 200,
      headers: { 'content-type': 'application/octet-stream' },
      body: request.body,
    });
  },
  tooLarge: () =>
    new AwsError('RequestEntityTooLargeException', 413, `Request must be smaller than ${LIMIT} bytes`, {
      type: undefined,
      messageKey: 'Message',
    }),
});

export async function startGateway(
  options: Partial<GatewayOptions> & { readonly services?: readonly Service[] } = {},
): Promise<GatewayFixture> {
  const state: TemporaryFolder = await temporaryFolder('gateway');
  const clock: Clock = options.clock ?? systemClock();
  const keys = options.keys ?? openKeys(state.path);
  const seen: ServiceRequest[] = [];
  const reported: unknown[] = [];
  const gateway = createGateway({
    port: 0,
    region: 'us-east-1',
    accountId: '000000000000',
    keys,
    clock,
    reportError: error => reported.push(error),
    ...options,
  });
  for (const service of options.services ?? [
    echo('lambda', seen),
    echo('sts', seen),
    echo('lamplight', seen),
  ])
    gateway.register(service);
  const { port } = await gateway.listen();
  const signRequest = (given: Partial<SignOptions> = {}): Record<string, string> =>
    sign({
      method: 'GET',
      url: '/',
      host: `127.0.0.1:${port}`,
      service: 'lambda',
      region: 'us-east-1',
      credentials: keys.owner,
      date: new Date(clock.wallNow()),
      ...given,
    });
  return {
    gateway,
    port,
    keys,
    stateDir: state.path,
    seen,
    reported,
    sign: signRequest,
    send: request => send(port, request),
    call: ({ sign: signOptions, ...request } = {}) =>
      send(port, {
        ...request,
        headers: {
          ...signRequest({
            method: request.method ?? 'GET',
            url: request.path ?? '/',
            ...(request.body === undefined ? {} : { body: request.body }),
            ...signOptions,
          }),
          ...request.headers,
        },
      }),
    close: async () => {
      await gateway.close();
      await state.remove();
    },
  };
}
