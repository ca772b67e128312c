/** Where a subscriber's events go: a listener of its own, beside the runtime (spec/execution-environment.md §3.2). */
import { Agent, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { SubscribedDestination } from './subscription.ts';

export interface Destination {
  /** Resolves when the subscriber has taken this batch of JSON texts. Rejects where it did not: it may be sent again. */
  send(events: readonly string[]): Promise<void>;
  /** What is on its way is given up. */
  close(): void;
}

/** `host`: the address at which listeners of the environment are reached from here. */
export function openDestination(to: SubscribedDestination, host: string): Destination {
  return to.protocol === 'HTTP' ? new HttpDestination(to, host) : new TcpDestination(to.port, host);
}

/** One POST for each batch, a JSON array; any 2xx takes it. */
class HttpDestination implements Destination {
  readonly #to: Extract<SubscribedDestination, { protocol: 'HTTP' }>;
  readonly #host: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(to: Extract<SubscribedDestination, { protocol: 'HTTP' }>, host: string) {
    this.#to = to;
    this.#host = host;
  }

  send(events: readonly string[]): Promise<void> {
    const body = Buffer.from(`[${events.join(',')}]`);
    const { port, path, host } = this.#to;
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        agent: this.#agent,
        host: this.#host,
        port,
        path,
        method: 'POST',
        headers: { Host: host, 'Content-Type': 'application/json', 'Content-Length': body.length },
      });
      request.on('response', response => {
        const { statusCode = 0 } = response;
        response.resume();
        response.on('error', reject);
        response.on('end', () => {
          if (statusCode >= 200 && statusCode < 300) resolve();
          else reject(new Error(`http request failed with status ${statusCode}`));
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Newline-delimited JSON over one connection, made when there is something to send. */
class TcpDestination implements Destination {
  readonly #port: number;
  readonly #host: string;
  #socket: Socket | undefined;

  constructor(port: number, host: string) {
    this.#port = port;
    this.#host = host;
  }

  send(events: readonly string[]): Promise<void> {
    const socket = this.#connected();
    return new Promise((resolve, reject) => {
      const failed = (error?: Error): void => reject(error ?? new Error('the connection was closed'));
      socket.once('error', failed);
      socket.once('close', failed);
      socket.write(`${events.join('\n')}\n`, error => {
        socket.off('error', failed);
        socket.off('close', failed);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #connected(): Socket {
    if (this.#socket && !this.#socket.destroyed) return this.#socket;
    const socket = connect(this.#port, this.#host);
    // What fails is told to whoever sends; a connection that breaks in between is made again.
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.destroy());
    socket.resume();
    this.#socket = socket;
    return socket;
  }
}
