/**
 * The client's side of the bench: the same code calls the host and the bare pair. It shares their cores, and `node:http`
 * would take as long for a call as the host does, so it speaks HTTP by itself: no more of it than these two servers use.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { HostInfo } from '../src/protocol/hostInfo.ts';
import { sign } from '../src/protocol/sigv4.ts';

/** One request, ready to be sent: what it costs to make it is not measured. */
export interface PreparedCall {
  readonly port: number;
  /** Request line, headers and body. */
  readonly bytes: Buffer;
}

/** `count` signed Invoke requests of one function; `Event`: asynchronous ones. */
export function invokeCalls(
  host: HostInfo,
  functionName: string,
  count: number,
  type?: 'Event',
): PreparedCall[] {
  return signedCalls(host, `/2015-03-31/functions/${functionName}/invocations`, count, type);
}

/** The same for InvokeWithResponseStream. */
export function streamCalls(host: HostInfo, functionName: string, count: number): PreparedCall[] {
  return signedCalls(host, `/2021-11-15/functions/${functionName}/response-streaming-invocations`, count);
}

function signedCalls(host: HostInfo, path: string, count: number, type?: 'Event'): PreparedCall[] {
  const url = new URL(host.endpoint);
  return Array.from({ length: count }, (_, n) => {
    const body = JSON.stringify({ n });
    const headers = sign({
      method: 'POST',
      url: path,
      host: url.host,
      service: 'lambda',
      region: host.region,
      credentials: host.credentials,
      body,
      date: new Date(),
    });
    const lines = Object.entries({
      ...headers,
      ...lengthOf(body),
      ...(type === undefined ? {} : { 'x-amz-invocation-type': type }),
    }).map(([name, value]) => `${name}: ${value}`);
    const text = [`POST ${path} HTTP/1.1`, ...lines, '', body].join('\r\n');
    return { port: Number(url.port), bytes: Buffer.from(text) };
  });
}

/** As many bytes on the wire for the bare pair: the host's requests with another destination. */
export function redirected(calls: readonly PreparedCall[], port: number): PreparedCall[] {
  return calls.map(call => ({ ...call, port }));
}

const lengthOf = (body: string): Record<string, string> => ({
  'content-type': 'application/json',
  'content-length': String(Buffer.byteLength(body)),
});

/** One call after the other, over one connection to each port. */
export class Caller {
  #port: number | undefined;
  #socket: Socket | undefined;
  #received = '';
  #answered: ((text: string) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  /** Resolves with the answer's text; rejects unless it is a function's answer. */
  async call({ port, bytes }: PreparedCall): Promise<string> {
    const socket = port === this.#port ? this.#socket! : await this.#connect(port);
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      socket.write(bytes);
    });
  }

  close(): void {
    this.#answered = this.#failed = undefined;
    this.#socket?.destroy();
  }

  async #connect(port: number): Promise<Socket> {
    this.close();
    // One buffer for all answers: a new one for each costs more than the rest of the call.
    const onread = {
      buffer: Buffer.alloc(64 * 1024),
      callback: (length: number, buffer: Uint8Array): boolean => {
        this.#receive(Buffer.from(buffer.buffer, 0, length).toString('utf8'));
        return true;
      },
    };
    const socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    await once(socket, 'connect');
    const lost = (error?: Error | boolean): void => {
      if (socket === this.#socket) this.#port = undefined;
      this.#failed?.(error instanceof Error ? error : new Error('The server closed the connection'));
    };
    socket.on('error', lost).on('close', lost);
    this.#socket = socket;
    this.#port = port;
    return socket;
  }

  #receive(text: string): void {
    this.#received += text;
    const answer = answerOf(this.#received);
    if (answer === undefined) return;
    this.#received = '';
    if (/^HTTP\/1\.1 20[02] /.test(answer.head) && !/^x-amz-function-error:/im.test(answer.head))
      this.#answered?.(answer.body);
    else this.#failed?.(new Error(`The call was answered ${answer.head}\n${answer.body}`));
  }
}

/** An answer that is complete: ASCII, its length announced, or in chunks of which the body is the first. */
function answerOf(received: string): { readonly head: string; readonly body: string } | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = received.slice(0, end);
  const body = received.slice(end + 4);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length !== undefined) return body.length < Number(length) ? undefined : { head, body };
  if (!body.endsWith('0\r\n\r\n')) return undefined;
  return { head, body: body.slice(body.indexOf('\n') + 1, body.indexOf('\r', body.indexOf('\n'))) };
}

/** Milliseconds of each call, one after the other. */
export async function latencies(calls: readonly PreparedCall[]): Promise<number[]> {
  const caller = new Caller();
  const times: number[] = [];
  for (const call of calls) {
    const begun = performance.now();
    await caller.call(call);
    times.push(performance.now() - begun);
  }
  caller.close();
  return times;
}

/** Requests a second of `callers` that share out the calls, each sending its next when its last is answered. */
export async function throughput(calls: readonly PreparedCall[], callers: number): Promise<number> {
  let next = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      const caller = new Caller();
      for (let call = calls[next++]; call !== undefined; call = calls[next++]) await caller.call(call);
      caller.close();
    }),
  );
  return calls.length / ((performance.now() - begun) / 1000);
}
