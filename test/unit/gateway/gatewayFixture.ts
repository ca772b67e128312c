/** A real gateway on a real port with one service that echoes, and raw requests against it. */
import http from 'node:http';
import { systemClock, type Clock } from '../../../src/host/clock.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../../src/host/gateway/gateway.ts';
import { openKeys, type Keys } from '../../../src/host/gateway/keys.ts';
import type { Service, ServiceRequest } from '../../../src/host/gateway/service.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { sign, type SignOptions } from '../../../src/protocol/sigv4.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** The error's code, where there is one. */
  readonly errorType: string | undefined;
  /** Parsed body, where it is JSON. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

/** Sends exactly these headers (and Host, unless given). */
export function send(port: number, request: RawRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const out = http.request({
      host: '127.0.0.1',
      port,
      method: request.method ?? 'GET',
      path: request.path ?? '/',
      headers: request.headers ?? {},
      agent: false,
    });
    out.once('error', reject);
    out.once('response', response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const body = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          errorType: response.headers['x-amzn-errortype']?.toString(),
          json: body.startsWith('{') ? (JSON.parse(body) as Record<string, unknown>) : undefined,
        });
      });
    });
    out.end(request.body);
  });
}

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
