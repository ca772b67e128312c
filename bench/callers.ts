/** The client's side of the bench: the same code calls the host and the bare pair. */
import { Agent, request } from 'node:http';
import type { HostInfo } from '../src/protocol/hostInfo.ts';
import { sign } from '../src/protocol/sigv4.ts';

/** One request, ready to be sent: what it costs to make it is not measured. */
export interface PreparedCall {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `count` signed Invoke requests of one function. */
export function invokeCalls(host: HostInfo, functionName: string, count: number): PreparedCall[] {
  const url = new URL(host.endpoint);
  const path = `/2015-03-31/functions/${functionName}/invocations`;
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
    return { port: Number(url.port), path, headers: { ...headers, ...lengthOf(body) }, body };
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

export class Caller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** Resolves with the answer's text; rejects unless it is a function's answer. */
  call({ port, path, headers, body }: PreparedCall): Promise<string> {
    return new Promise((resolve, reject) => {
      const sent = request(
        { agent: this.#agent, host: '127.0.0.1', port, method: 'POST', path, headers },
        response => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => (text += part));
          response.on('end', () => {
            const failed = response.statusCode !== 200 || 'x-amz-function-error' in response.headers;
            if (failed) reject(new Error(`The call was answered ${String(response.statusCode)}: ${text}`));
            else resolve(text);
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
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
