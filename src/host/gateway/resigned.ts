/**
 * Passes a request on to an endpoint that wants keys of its own, AWS itself for one: signed again with those, and its answer
 * back. The signature that it came with proved who may ask; it goes no further.
 */
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { AwsError } from '../../protocol/awsError.ts';
import { sign } from '../../protocol/sigv4.ts';
import type { Clock } from '../clock.ts';
import { ourQueueUrls, theirQueueUrls } from './queueUrls.ts';

export interface ResignedOptions {
  readonly url: string;
  /** The option that named it, for messages. */
  readonly name: string;
  readonly keys: () => Promise<{
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  }>;
  readonly clock: Clock;
}

export interface Resigned {
  /** Rejects with an AwsError when nobody answers, or there are no keys. */
  pass(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    scope: { readonly service: string; readonly region: string },
  ): Promise<void>;
  close(): void;
}

/** Wall milliseconds; SQS holds a long poll for 20 s. */
const PATIENCE_MS = 60_000;

/** Of a client's request: what belongs to its connection, or to the signature that was checked here. */
const LEFT_OUT =
  /^(?:host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|accept-encoding|authorization|x-amz-date|x-amz-security-token|x-amz-content-sha256)$/;
/** Of the answer: what belongs to its connection, or is made again. */
const HOP_BY_HOP = /^(?:connection|keep-alive|transfer-encoding|content-length)$/;
/** Parameters by which a link carries its signature. */
const SIGNED_QUERY = /^X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Security-Token|Signature)=/i;

export function createResigned({ url, name, keys, clock }: ResignedOptions): Resigned {
  const base = new URL(url);
  const client = base.protocol === 'https:' ? https : http;
  const agent = new client.Agent({ keepAlive: true });
  const prefix = base.pathname.replace(/\/$/, '');

  return {
    pass: async (request, response, received, scope) => {
      const ours = `http://${request.headers.host ?? ''}`;
      refuseSignedChunks(request.headers, name);
      const body = scope.service === 'sqs' ? theirQueueUrls(received, ours, base.origin) : received;
      const path = prefix + withoutSignature(request.url ?? '/');
      const credentials = await keys();
      const method = request.method ?? 'GET';
      const out = client.request({
        agent,
        protocol: base.protocol,
        hostname: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port,
        method,
        path,
        headers: {
          ...sign({
            ...{ method, url: path, host: base.host, ...scope, credentials, body },
            headers: kept(request.headers),
            date: new Date(clock.wallNow()),
          }),
          'content-length': body.length,
        },
      });
      const timer = clock.afterWall(PATIENCE_MS, () => out.destroy(new Error('no answer within 60 s')));
      response.once('close', () => out.destroy());
      try {
        const [answer, bytes] = await exchange(out, body);
        const headers = Object.fromEntries(
          Object.entries(answer.headers).filter(([header]) => !HOP_BY_HOP.test(header)),
        );
        const sent = scope.service === 'sqs' ? ourQueueUrls(bytes, ours, base.origin) : bytes;
        response.writeHead(answer.statusCode ?? 502, {
          ...headers,
          // The answer to HEAD tells the length of what it leaves out.
          'content-length': method === 'HEAD' ? (answer.headers['content-length'] ?? 0) : sent.length,
        });
        response.end(sent);
      } catch (error) {
        if (response.headersSent || response.destroyed) return;
        throw unreachable(url, name, error as Error);
      } finally {
        timer.cancel();
      }
    },
    close: () => agent.destroy(),
  };
}

function exchange(out: http.ClientRequest, body: Buffer): Promise<[IncomingMessage, Buffer]> {
  return new Promise((resolve, reject) => {
    out.once('error', reject);
    out.once('response', answer => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () => resolve([answer, Buffer.concat(chunks)]));
    });
    out.end(body);
  });
}

function kept(headers: IncomingHttpHeaders): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !LEFT_OUT.test(name))
      all[name] = Array.isArray(value) ? value.join(',') : value;
  return all;
}

function withoutSignature(url: string): string {
  const [path = '/', query = ''] = url.split(/\?(.*)/s);
  const rest = query.split('&').filter(part => part !== '' && !SIGNED_QUERY.test(part));
  return rest.length === 0 ? path : `${path}?${rest.join('&')}`;
}

/** Bodies of which each piece is signed: the pieces would have to be taken apart. */
function refuseSignedChunks(headers: IncomingHttpHeaders, name: string): void {
  const hash = headers['x-amz-content-sha256'];
  if (hash?.toString().startsWith('STREAMING-') === true)
    throw new AwsError(
      'NotImplemented',
      501,
      `Lamplight can't sign a body that is sent in signed pieces (${hash.toString()}) again for ${name}. Let the client send it whole (in the AWS SDK requestChecksumCalculation: "WHEN_REQUIRED").`,
    );
}

const unreachable = (url: string, name: string, error: Error): AwsError =>
  new AwsError(
    'ServiceUnavailableException',
    503,
    `The endpoint ${url} does not answer (${error.message}). Start it, or start Lamplight with another ${name}.`,
    { cause: error },
  );
