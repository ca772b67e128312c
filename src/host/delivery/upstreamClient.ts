/**
 * Calls of our own to another endpoint (`--upstream`, `--service-endpoint`): signed with keys that name the account, as
 * LocalStack and moto take them, and nobody else's, unless a profile was named for it.
 */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { AwsError } from '../../protocol/awsError.ts';
import { awsRegionOf } from '../../protocol/awsHost.ts';
import { sign } from '../../protocol/sigv4.ts';
import type { Clock } from '../clock.ts';
import type { SigningKeys } from './profileKeys.ts';

export interface UpstreamCall {
  /** Signature scope: `sqs`, `s3`. */
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Path and query, percent-encoded. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface UpstreamStream extends Omit<UpstreamAnswer, 'body'> {
  /** To be read to its end, or left: either closes it. */
  readonly body: AsyncGenerator<Buffer>;
}

export interface UpstreamClient {
  readonly url: string;
  /** The only one that it serves, where that is known. */
  readonly region?: string;
  /** Rejects with an AwsError where the endpoint does not answer within 10 s; error answers of its are answers. */
  call(call: UpstreamCall): Promise<UpstreamAnswer>;
  /** The same, but that the body comes piece by piece; it fails with an AwsError where nothing comes for 10 s. */
  open(call: UpstreamCall): Promise<UpstreamStream>;
  close(): void;
}

/** Wall milliseconds until an endpoint counts as silent. */
const PATIENCE_MS = 10_000;

export interface UpstreamClientOptions {
  /** The option that named the endpoint, for messages. */
  readonly name?: string;
  /** Keys to sign with. */
  readonly keys?: () => Promise<SigningKeys>;
}

export function createUpstreamClient(
  url: string,
  clock: Clock,
  { name = '--upstream', keys }: UpstreamClientOptions = {},
): UpstreamClient {
  const base = new URL(url);
  const transport = base.protocol === 'https:' ? https : http;
  const agent = new transport.Agent({ keepAlive: true });
  const region = awsRegionOf(base);
  const prefix = base.pathname.replace(/\/$/, '');

  /** Hands over the answer's head; whoever takes it reads the body. */
  function send(
    call: UpstreamCall,
    credentials: SigningKeys,
    answered: (response: IncomingMessage) => void,
  ): http.ClientRequest {
    const path = prefix + call.url;
    const headers = sign({
      method: call.method,
      url: path,
      host: base.host,
      service: call.service,
      region: region ?? call.region,
      credentials,
      date: new Date(clock.wallNow()),
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(call.headers === undefined ? {} : { headers: call.headers }),
    });
    const request = transport.request({
      agent,
      protocol: base.protocol,
      hostname: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port,
      method: call.method,
      path,
      headers,
    });
    request.once('response', answered);
    request.end(call.body);
    return request;
  }

  const keysFor = async (call: UpstreamCall): Promise<SigningKeys> =>
    keys === undefined ? { accessKeyId: call.accountId, secretAccessKey: 'lamplight' } : keys();

  const unreachable = (error: Error): AwsError => unreachableAt(url, name, error);

  return {
    url,
    ...(region === undefined ? {} : { region }),
    call: async call => {
      const credentials = await keysFor(call);
      return new Promise((resolve, reject) => {
        const fail = (error: Error): void => {
          timer.cancel();
          reject(unreachable(error));
        };
        const request = send(call, credentials, response => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', fail);
          response.once('end', () => {
            timer.cancel();
            resolve({
              status: response.statusCode ?? 500,
              headers: response.headers,
              body: Buffer.concat(chunks),
            });
          });
        });
        const timer = clock.afterWall(PATIENCE_MS, () => request.destroy(new Error('no answer within 10 s')));
        request.once('error', fail);
      });
    },
    open: async call => {
      const credentials = await keysFor(call);
      return new Promise((resolve, reject) => {
        const request = send(call, credentials, response => {
          // A body that stops coming ends as an error of whoever reads it.
          const silent = (): void => {
            response.destroy(new Error('nothing came for 10 s'));
          };
          let timer = clock.afterWall(PATIENCE_MS, silent);
          response.on('close', () => timer.cancel());
          resolve({
            status: response.statusCode ?? 500,
            headers: response.headers,
            body: (async function* read() {
              try {
                for await (const chunk of response) {
                  timer.cancel();
                  yield chunk as Buffer;
                  timer = clock.afterWall(PATIENCE_MS, silent);
                }
              } catch (error) {
                throw unreachable(error instanceof Error ? error : new Error(String(error)));
              } finally {
                timer.cancel();
                response.destroy();
              }
            })(),
          });
        });
        const timer = clock.afterWall(PATIENCE_MS, () => request.destroy(new Error('no answer within 10 s')));
        request.once('error', error => {
          timer.cancel();
          reject(unreachable(error));
        });
        request.once('response', () => timer.cancel());
      });
    },
    close: () => agent.destroy(),
  };
}

const unreachableAt = (url: string, name: string, error: Error): AwsError =>
  new AwsError(
    'ServiceException',
    500,
    `The ${name === '--upstream' ? 'upstream ' : ''}endpoint ${url} does not answer (${error.message}). Start it, or start Lamplight with another ${name}.`,
    { messageKey: 'Message', cause: error },
  );
