/** Signed calls to a running host over one kept-alive connection pool; used by the extension and the command line. */
import http from 'node:http';
import { FAULT_HEADER, readMark } from '../protocol/faults.ts';
import { CONTROL_SERVICE } from '../protocol/control.ts';
import type { HostInfo } from '../protocol/hostInfo.ts';
import { encodeRfc3986, sign } from '../protocol/sigv4.ts';
import { AwsCallError, HostGoneError } from './callError.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

export interface CallOptions {
  /** Members that are undefined are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes go as they are, everything else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export interface CallAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a client needs to know of a host. */
export type HostAddress = Pick<HostInfo, 'endpoint' | 'region' | 'credentials'>;

export class HostClient {
  readonly host: HostAddress;
  readonly #hostname: string;
  readonly #port: string;
  readonly #agent = new http.Agent({ keepAlive: true });

  constructor(host: HostAddress) {
    this.host = host;
    const url = new URL(host.endpoint);
    this.#hostname = url.hostname;
    this.#port = url.port;
  }

  /** A call of the Lambda API. Resolves with the parsed JSON body (undefined for an empty one); rejects with {@link AwsCallError}. */
  async lambda(method: Method, path: string, options: CallOptions = {}): Promise<unknown> {
    return parseJson(await this.send('lambda', method, path, options));
  }

  /** A call of the control service (protocol/control.ts has the paths). Answers as {@link lambda}. */
  async control(method: Method, path: string, options: CallOptions = {}): Promise<unknown> {
    return parseJson(await this.send(CONTROL_SERVICE, method, path, options));
  }

  /** One signed request, whole. Rejects with {@link AwsCallError} for any status from 300, with {@link HostGoneError} where nobody answers. */
  async send(service: string, method: Method, path: string, options: CallOptions = {}): Promise<CallAnswer> {
    const response = await this.open(service, method, path, options);
    const body = await readAll(response, this.host.endpoint);
    const answer: CallAnswer = { status: response.statusCode ?? 0, headers: response.headers, body };
    if (answer.status >= 300) throw errorOf(answer);
    return answer;
  }

  /** Sends a signed request and resolves with the response's head; the caller reads the body. */
  async open(
    service: string,
    method: Method,
    path: string,
    options: CallOptions = {},
  ): Promise<http.IncomingMessage> {
    options.signal?.throwIfAborted();
    try {
      return await this.#request(service, method, path, options);
    } catch (error) {
      const { code, onReusedSocket } = error as NodeJS.ErrnoException & { onReusedSocket?: boolean };
      // The host closed an idle connection just as we used it; nothing was read there, and these may be sent twice.
      if (code === 'ECONNRESET' && onReusedSocket === true && method !== 'POST') {
        return this.#request(service, method, path, options);
      }
      throw error;
    }
  }

  /** Closes idle and open connections. */
  close(): void {
    this.#agent.destroy();
  }

  #request(
    service: string,
    method: Method,
    path: string,
    options: CallOptions,
  ): Promise<http.IncomingMessage> {
    const url = path + queryOf(options.query);
    const body = bodyOf(options.body);
    const headers = sign({
      method,
      url,
      host: `${this.#hostname}:${this.#port}`,
      service,
      region: this.host.region,
      credentials: this.host.credentials,
      ...(body === undefined ? {} : { body }),
      headers: {
        ...(body === undefined || Buffer.isBuffer(options.body)
          ? {}
          : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      date: new Date(),
    });
    headers['content-length'] = String(body?.length ?? 0);
    return new Promise((resolve, reject) => {
      const request = http.request(
        {
          agent: this.#agent,
          host: this.#hostname,
          port: this.#port,
          method,
          path: url,
          headers,
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        },
        resolve,
      );
      let connected = false;
      request.on('socket', socket => {
        connected = !socket.connecting;
        // A connection that is kept does not say it again: each call would leave a listener on it.
        if (socket.connecting) socket.once('connect', () => (connected = true));
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (options.signal?.aborted === true) reject(abortReason(options.signal));
        else if (error.code === 'ECONNRESET' && request.reusedSocket)
          reject(
            Object.assign(new HostGoneError(this.host.endpoint, error, true), {
              code: error.code,
              onReusedSocket: true,
            }),
          );
        else reject(new HostGoneError(this.host.endpoint, error, connected));
      });
      request.end(body);
    });
  }
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('The call was cancelled.');
}

function queryOf(query: CallOptions['query']): string {
  const parts = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeRfc3986(name)}=${encodeRfc3986(String(value))}`],
  );
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function bodyOf(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (Buffer.isBuffer(body)) return body;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.from(JSON.stringify(body));
}

async function readAll(response: http.IncomingMessage, endpoint: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw error instanceof Error && error.name === 'AbortError'
      ? error
      : new HostGoneError(endpoint, error as Error, true);
  }
  return Buffer.concat(chunks);
}

function parseJson(answer: CallAnswer): unknown {
  return answer.body.length === 0 ? undefined : (JSON.parse(answer.body.toString()) as unknown);
}

/** AWS's error code stands in a header, its message in `message` or `Message` (spec/lambda-service.md §1.1). */
export function errorOf(answer: CallAnswer): AwsCallError {
  const text = answer.body.toString();
  let members: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) members = parsed as Record<string, unknown>;
  } catch {
    // Not JSON: another program at this port, or a proxy; its text is the message.
  }
  const header = answer.headers['x-amzn-errortype'];
  const code = (typeof header === 'string' ? header : stringOf(members['__type'])) ?? `HTTP ${answer.status}`;
  const message = stringOf(members['message']) ?? stringOf(members['Message']) ?? text.slice(0, 500);
  const requestId = answer.headers['x-amzn-requestid'];
  return new AwsCallError(
    code.replace(/^.*#/, '').replace(/:.*$/, ''),
    message,
    answer.status,
    typeof requestId === 'string' ? requestId : undefined,
    readMark(stringOf(answer.headers[FAULT_HEADER]) ?? ''),
  );
}

const stringOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
