/** The listener of one function URL: a server on a port of its own on loopback. */
import { randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerBadHttp, closerOf, setLimits } from '../../gateway/listener.ts';

export interface UrlListener {
  readonly port: number;
  /** Ends idle connections at once and waits for answers under way. */
  close(): Promise<void>;
}

export interface UrlListenerOptions {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Trouble of the open listener. */
  failed(error: Error): void;
}

/** Rejects with the system's error where the port can't be had. */
export async function openUrlListener(port: number, options: UrlListenerOptions): Promise<UrlListener> {
  const server = createServer({ maxHeaderSize: 1024 * 1024, noDelay: true });
  setLimits(server);
  const close = closerOf(server);
  server.on('request', (request, response) => options.handle(request, response));
  server.on('clientError', answerBadHttp);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', error => options.failed(error));
  return { port: (server.address() as AddressInfo).port, close };
}

/** Ports that systems give to nobody by themselves: what is free now is most likely free at the next start. */
const FIRST_PORT = 20_000;
const LAST_PORT = 29_999;
const ATTEMPTS = 20;

/** On a free port of that range or, where there is none, on any. */
export async function openUrlListenerAnywhere(options: UrlListenerOptions): Promise<UrlListener> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      return await openUrlListener(randomInt(FIRST_PORT, LAST_PORT + 1), options);
    } catch {
      // Taken: another one.
    }
  }
  return openUrlListener(0, options);
}
