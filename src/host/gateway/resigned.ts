/**
 * Passes a request on to an endpoint that wants keys of its own, AWS itself for one: signed again with those, and its answer
 * back. The signature that it came with proved who may ask; it goes no further.
 */
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { Readable, pipeline as startPipeline } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { awsRegionOf } from '../../protocol/awsHost.ts';
import { AwsError } from '../../protocol/awsError.ts';
import { sign } from '../../protocol/sigv4.ts';
import type { Clock, Timer } from '../clock.ts';
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

/** Wall milliseconds in which something must come or go; SQS holds a long poll for 20 s. */
const PATIENCE_MS = 60_000;
/** Largest answer of SQS, which is read whole for the addresses in it: ten messages of 1 MiB in all, every character escaped. */
const MAX_SQS_ANSWER = 8 * 1024 * 1024;
const SLICE_BYTES = 64 * 1024;

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
  // AWS refuses what is signed for another region than that of the endpoint.
  const region = awsRegionOf(base);
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
            ...{ method, url: path, host: base.host, credentials, body },
            ...{ service: scope.service, region: region ?? scope.region },
            headers: kept(request.headers),
            date: new Date(clock.wallNow()),
          }),
          'content-length': body.length,
        },
      });
      const patience = createPatience(clock, () => out.destroy(new Error('nothing came for 60 s')));
      response.once('close', () => out.destroy());
      try {
        const answer = await answerOf(out, body, patience);
        const headers = Object.fromEntries(
          Object.entries(answer.headers).filter(([header]) => !HOP_BY_HOP.test(header)),
        );
        const status = answer.statusCode ?? 502;
        if (scope.service === 'sqs' && method !== 'HEAD') {
          const sent = ourQueueUrls(await whole(pieces(answer, patience), url), ours, base.origin);
          response.writeHead(status, { ...headers, 'content-length': sent.length }).end(sent);
          return;
        }
        // The answer to HEAD tells the length of what it leaves out.
        const length = answer.headers['content-length'];
        response.writeHead(status, {
          ...headers,
          ...(length === undefined ? {} : { 'content-length': length }),
        });
        await pipeline(pieces(answer, patience), response);
      } catch (error) {
        if (response.headersSent || response.destroyed) {
          response.destroy();
          return;
        }
        throw error instanceof AwsError ? error : unreachable(url, name, error as Error);
      } finally {
        patience.end();
      }
    },
    close: () => agent.destroy(),
  };
}

/** Loses itself where nothing is heard for a minute; it waits for the other side only, never for whoever asked. */
interface Patience {
  restart(): void;
  end(): void;
}

function createPatience(clock: Pick<Clock, 'afterWall'>, lost: () => void): Patience {
  let timer: Timer | undefined;
  const end = (): void => timer?.cancel();
  return {
    restart: () => {
      end();
      timer = clock.afterWall(PATIENCE_MS, lost);
    },
    end,
  };
}

function answerOf(out: http.ClientRequest, body: Buffer, patience: Patience): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    out.on('error', reject);
    out.once('response', resolve);
    patience.restart();
    startPipeline(Readable.from(slices(body, patience)), out, () => undefined);
  });
}

function* slices(body: Buffer, patience: Patience): Generator<Buffer> {
  for (let from = 0; from < body.length; from += SLICE_BYTES) {
    patience.restart();
    yield body.subarray(from, from + SLICE_BYTES);
  }
}

/** As they come and no faster than they are taken. */
async function* pieces(answer: IncomingMessage, patience: Patience): AsyncGenerator<Buffer> {
  patience.restart();
  for await (const chunk of answer) {
    patience.end();
    yield chunk as Buffer;
    patience.restart();
  }
}

async function whole(chunks: AsyncGenerator<Buffer>, url: string): Promise<Buffer> {
  const all: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MAX_SQS_ANSWER)
      throw new AwsError(
        'ServiceUnavailableException',
        503,
        `The endpoint ${url} answered with more than ${MAX_SQS_ANSWER} bytes, more than SQS ever does.`,
      );
    all.push(chunk);
  }
  return Buffer.concat(all);
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
