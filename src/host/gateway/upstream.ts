/** Passes a request on to another endpoint (`--upstream`, `--service-endpoint`), as it is, and its answer back the same way. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream';
import { AwsError } from '../../protocol/awsError.ts';

/** RFC 9110 §7.6.1: these belong to one connection, not to the message. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

export interface Upstream {
  readonly url: string;
  /** `body` where the gate has read it already, else it streams. Rejects with an AwsError when nobody answers. */
  pass(request: IncomingMessage, response: ServerResponse, body: Buffer | undefined): Promise<void>;
  close(): void;
}

/** @param name the option that named it, for messages */
export function createUpstream(url: string, name = '--upstream'): Upstream {
  const base = new URL(url);
  const client = base.protocol === 'https:' ? https : http;
  const agent = new client.Agent({ keepAlive: true });
  const prefix = base.pathname.replace(/\/$/, '');
  return {
    url,
    pass: (request, response, body) =>
      new Promise((resolve, reject) => {
        const out = client.request({
          agent,
          protocol: base.protocol,
          hostname: base.hostname.replace(/^\[|\]$/g, ''),
          port: base.port,
          method: request.method,
          path: prefix + (request.url ?? '/'),
          // Host stays ours: the signature covers it, and addresses in answers then lead back here.
          headers: endToEnd(request.rawHeaders),
          setHost: false,
        });
        out.once('error', error => {
          if (response.headersSent) response.destroy();
          else reject(unreachable(url, name, error));
          resolve();
        });
        out.once('response', answer => {
          response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders));
          pipeline(answer, response, () => resolve());
        });
        response.once('close', () => out.destroy());
        if (body === undefined) pipeline(request, out, () => undefined);
        else out.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** Name, value, name, value… as `writeHead` takes them, repeated headers kept apart. */
function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, rawHeaders[index + 1] ?? '');
  }
  return kept;
}

const unreachable = (url: string, name: string, error: Error): AwsError =>
  new AwsError(
    'ServiceUnavailableException',
    503,
    `The ${name === '--upstream' ? 'upstream ' : ''}endpoint ${url} does not answer (${error.message}). Start it, or start Lamplight with another ${name}.`,
    { cause: error },
  );
