/** Downloads over HTTP(S). In the editor node:https goes through its proxy settings and trusts its certificates. */
import { readFile } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import tls from 'node:tls';

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** PEM file with the certificates to trust besides the usual ones. */
  readonly certificates?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes; more is an error. */
  readonly limit: number;
  /** Called with the share that is there, 0 to 1, where the whole size is known. */
  progress?(share: number): void;
}

/** An answer other than 200. */
export class BadStatus extends Error {
  readonly status: number;
  constructor(status: number, url: URL) {
    super(`${url.host} answers ${status}`);
    this.status = status;
  }
}

const MOST_REDIRECTS = 5;
/** Milliseconds without a byte. */
const SILENCE = 30_000;

export interface Downloaded {
  readonly body: Buffer;
  /** Where it was in the end. */
  readonly url: URL;
}

/** Rejects with {@link BadStatus}, with the system's error, or with the signal's reason. */
export async function download(address: URL, options: DownloadOptions): Promise<Downloaded> {
  const ca =
    options.certificates === undefined
      ? undefined
      : await readFile(options.certificates, 'utf8').catch(() => undefined);
  let url = address;
  for (let redirects = 0; ; redirects += 1) {
    const response = await get(url, ca, options);
    const { statusCode = 0, headers } = response;
    const location = headers.location;
    if (statusCode >= 300 && statusCode < 400 && location !== undefined && redirects < MOST_REDIRECTS) {
      response.destroy();
      url = new URL(location, url);
      continue;
    }
    if (statusCode !== 200) {
      response.destroy();
      throw new BadStatus(statusCode, url);
    }
    return { body: await bodyOf(response, url, options), url };
  }
}

function get(url: URL, ca: string | undefined, options: DownloadOptions): Promise<IncomingMessage> {
  const { signal, headers } = options;
  const plain = url.protocol === 'http:';
  // A name and password in the address are for that host alone; node:https sends them.
  return new Promise((resolve, reject) => {
    const settings = { signal, headers, timeout: SILENCE };
    const request = plain
      ? http.get(url, settings)
      : https.get(url, { ...settings, ...(ca === undefined ? {} : { ca: [...tls.rootCertificates, ca] }) });
    request.on('response', resolve);
    request.on('error', error => reject(signal.aborted ? (signal.reason as Error) : error));
    request.on('timeout', () => request.destroy(new Error(`${url.host} does not answer`)));
  });
}

async function bodyOf(response: IncomingMessage, url: URL, options: DownloadOptions): Promise<Buffer> {
  const { limit, signal } = options;
  const size = Number(response.headers['content-length'] ?? Number.NaN);
  const chunks: Buffer[] = [];
  let there = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      there += chunk.length;
      if (there > limit) throw new Error(`${url.host} sends more than ${limit} bytes`);
      if (size > 0) options.progress?.(Math.min(1, there / size));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  return Buffer.concat(chunks);
}
