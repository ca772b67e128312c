/** Two runtimes for tests, one per transport: what they say differs, what they mean is the same. */
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import {
  encodeFrame,
  FrameDecoder,
  frameTypes,
  type Frame,
} from '../../../src/host/environments/runtimeApi/frames.ts';

export interface Result {
  readonly status: number;
  readonly errorType?: string;
  readonly errorMessage?: string;
}

export interface SeenEvent {
  readonly status: number;
  readonly errorType?: string;
  readonly errorMessage?: string;
  readonly id?: string;
  readonly deadline?: number;
  readonly arn?: string;
  readonly trace?: string;
  readonly client?: string;
  readonly cognito?: string;
  readonly tenant?: string;
  readonly body?: string;
}

export interface AnswerOptions {
  readonly type?: string;
  readonly mode?: string;
  readonly category?: string;
}

/** A response that the runtime streams. */
export interface ClientStream {
  /** Resolves when the transport has taken it: not while the other side does not read. */
  write(chunk: string | Buffer): Promise<void>;
  end(trailers?: { readonly errorType: string; readonly errorBody: string }): Promise<Result>;
}

export interface RuntimeClient {
  stream(id: string, options?: AnswerOptions): ClientStream;
  next(): Promise<SeenEvent>;
  respond(id: string, body: string | Buffer, options?: AnswerOptions): Promise<Result>;
  fail(id: string, body: string, options?: AnswerOptions): Promise<Result>;
  failInit(body: string, options?: AnswerOptions): Promise<Result>;
  close(): void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export function send(
  port: number,
  method: string,
  path: string,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
    readonly trailers?: Readonly<Record<string, string>>;
    readonly agent?: Agent;
  } = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: options.headers ?? {},
        ...(options.agent ? { agent: options.agent } : {}),
      },
      incoming => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    if (options.trailers) {
      outgoing.write(options.body ?? '');
      outgoing.addTrailers(options.trailers);
      outgoing.end();
    } else {
      outgoing.end(options.body);
    }
  });
}

export function httpClient(port: number): Promise<RuntimeClient> {
  // A second connection, because `/next` may be waiting on the first.
  const agent = new Agent({ keepAlive: true, maxSockets: 3 });
  const base = '/2018-06-01/runtime';
  const post = async (path: string, body: string | Buffer, options: AnswerOptions): Promise<Result> => {
    const headers = {
      ...(options.type === undefined ? {} : { 'Content-Type': options.type }),
      ...(options.mode === undefined ? {} : { 'Lambda-Runtime-Function-Response-Mode': options.mode }),
      ...(options.category === undefined ? {} : { 'Lambda-Runtime-Function-Error-Type': options.category }),
      'Content-Length': String(Buffer.byteLength(body)),
    };
    const answer = await send(port, 'POST', base + path, { headers, body, agent });
    return resultOf(answer);
  };
  return Promise.resolve({
    stream(id, options = {}) {
      const answered = deferred<HttpAnswer>();
      const outgoing = request(
        {
          host: '127.0.0.1',
          port,
          method: 'POST',
          path: `${base}/invocation/${id}/response`,
          headers: {
            'Transfer-Encoding': 'chunked',
            'Lambda-Runtime-Function-Response-Mode': options.mode ?? 'streaming',
            Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
            ...(options.type === undefined ? {} : { 'Content-Type': options.type }),
          },
        },
        incoming => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('end', () =>
            answered.resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              body: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        },
      );
      outgoing.on('error', answered.reject);
      outgoing.flushHeaders();
      return {
        write: chunk =>
          new Promise((resolve, reject) => {
            outgoing.write(chunk, error => (error ? reject(error) : resolve()));
          }),
        async end(trailers) {
          if (trailers)
            outgoing.addTrailers({
              'Lambda-Runtime-Function-Error-Type': trailers.errorType,
              'Lambda-Runtime-Function-Error-Body': trailers.errorBody,
            });
          outgoing.end();
          return resultOf(await answered.promise);
        },
      };
    },
    async next() {
      const answer = await send(port, 'GET', `${base}/invocation/next`, { agent });
      if (answer.status !== 200) return resultOf(answer);
      const { headers } = answer;
      const text = (name: string): string | undefined => {
        const value = headers[name];
        return typeof value === 'string' ? Buffer.from(value, 'latin1').toString('utf8') : undefined;
      };
      return seen({
        id: text('lambda-runtime-aws-request-id'),
        deadline: Number(text('lambda-runtime-deadline-ms')),
        arn: text('lambda-runtime-invoked-function-arn'),
        trace: text('lambda-runtime-trace-id'),
        client: text('lambda-runtime-client-context'),
        cognito: text('lambda-runtime-cognito-identity'),
        tenant: text('lambda-runtime-aws-tenant-id'),
        body: answer.body,
      });
    },
    respond: (id, body, options = {}) => post(`/invocation/${id}/response`, body, options),
    fail: (id, body, options = {}) => post(`/invocation/${id}/error`, body, options),
    failInit: (body, options = {}) => post('/init/error', body, options),
    close: () => agent.destroy(),
  });
}

function resultOf(answer: HttpAnswer): Result {
  const body = answer.body === '' ? {} : (JSON.parse(answer.body) as Partial<Result>);
  return {
    status: answer.status,
    ...(body.errorType === undefined ? {} : { errorType: body.errorType }),
    ...(body.errorMessage === undefined ? {} : { errorMessage: body.errorMessage }),
  };
}

export async function frameClient(port: number): Promise<RuntimeClient> {
  const socket = await upgraded(port);
  const waiting: ((frame: Frame) => void)[] = [];
  const decoder = new FrameDecoder(64 * 1024 * 1024, frame => waiting.shift()?.(frame));
  socket.on('data', chunk => decoder.push(chunk));
  // Answers come in the order of the requests, but for an event, which may come after any number of results.
  const ask = (frame: Buffer): Promise<Frame> =>
    new Promise(resolve => {
      waiting.push(resolve);
      socket.write(frame);
    });
  const result = async (frame: Buffer): Promise<Result> => (await ask(frame)).header as unknown as Result;
  return {
    stream(id, options = {}) {
      // Every refusal is told, also that of the beginning.
      const result = deferred<Frame>();
      waiting.push(result.resolve);
      socket.write(
        encodeFrame(frameTypes.streamBegin, { id, ...options, mode: options.mode ?? 'streaming' }),
      );
      return {
        write: chunk =>
          new Promise(resolve => {
            socket.write(encodeFrame(frameTypes.streamChunk, undefined, Buffer.from(chunk)), () => resolve());
          }),
        async end(trailers) {
          const header = trailers
            ? { trailerErrorType: trailers.errorType, trailerErrorBody: trailers.errorBody }
            : {};
          socket.write(encodeFrame(frameTypes.streamEnd, { ...header, confirm: true }));
          return (await result.promise).header as unknown as Result;
        },
      };
    },
    async next() {
      const frame = await ask(encodeFrame(frameTypes.next));
      if (frame.type === frameTypes.result) return frame.header as unknown as Result;
      return seen({ ...frame.header, body: frame.body?.toString('utf8') });
    },
    respond: (id, body, options = {}) =>
      result(encodeFrame(frameTypes.response, { id, ...options, confirm: true }, Buffer.from(body))),
    fail: (id, body, options = {}) =>
      result(encodeFrame(frameTypes.error, { id, ...options, confirm: true }, Buffer.from(body))),
    failInit: (body, options = {}) =>
      result(encodeFrame(frameTypes.initError, { ...options, confirm: true }, Buffer.from(body))),
    close: () => socket.destroy(),
  };
}

/** A connection that has changed to frames. */
export function upgraded(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', reject);
    socket.write(
      `GET /lamplight/frames HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: lamplight-frames\r\n\r\n`,
    );
    socket.once('data', chunk => {
      if (!chunk.toString('latin1').startsWith('HTTP/1.1 101 ')) reject(new Error(chunk.toString('latin1')));
      else resolve(socket);
    });
  });
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((...settle) => ([resolve, reject] = settle));
  return { promise, resolve, reject };
}

function seen(event: Readonly<Record<string, unknown>>): SeenEvent {
  const defined = Object.entries(event).filter(([, value]) => value !== undefined);
  return { status: 200, ...Object.fromEntries(defined) };
}
