/** Limits of the listening socket itself, and what is said before there is a request to answer. */
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Milliseconds of wall time: for all headers, and for a whole request with a body of 70 MB from a slow client. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 120_000;
/** Longer than the idle time of AWS's clients, so that they close first and never write into a closing connection. */
const KEEP_ALIVE_TIMEOUT = 75_000;

/** A client that trickles its headers or body is cut off; one that waits for an answer is not. */
export function setLimits(server: Server): void {
  server.headersTimeout = HEADERS_TIMEOUT;
  server.requestTimeout = REQUEST_TIMEOUT;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT;
  server.timeout = 0;
}

/** Answers what is not HTTP, or too much of it. */
export function answerBadHttp(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, type] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'RequestEntityTooLargeException']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'RequestTimeoutException']
        : [400, 'MalformedHttpRequestException'];
  const reason = STATUS_CODES[status] ?? '';
  const body = JSON.stringify({ message: reason });
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nx-amzn-ErrorType: ${type}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Why a listener could not be opened, and what to do. */
export function listenError(error: Error & { readonly code?: string }, address: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new Error(
        `Port ${port} on ${address} is taken by another program. ${whoHolds(port)} Stop it, or start with another --port (0 takes any that is free).`,
        { cause: error },
      );
    case 'EACCES':
      return new Error(
        `This user may not listen on port ${port} of ${address}: ports below 1024 are mostly kept for root. Start with another --port.`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
      return new Error(`This machine has no address ${address} to listen on.`, { cause: error });
    default:
      return error;
  }
}

function whoHolds(port: number): string {
  switch (process.platform) {
    case 'linux':
      return `"ss -ltnp sport = :${port}" names it.`;
    case 'win32':
      return `"netstat -ano | findstr :${port}" shows its process id.`;
    default:
      return `"lsof -nP -iTCP:${port} -sTCP:LISTEN" names it.`;
  }
}

/**
 * Answers `close` for a server: no new connection, what is being answered is answered, and everything else ends at once,
 * half a request of a client that trickles included.
 */
export function closerOf(server: Server): () => Promise<void> {
  /** Requests under way on each open connection. */
  const sockets = new Map<Socket, number>();
  let closing = false;
  server.on('connection', (socket: Socket) => {
    sockets.set(socket, 0);
    socket.once('close', () => sockets.delete(socket));
  });
  const count = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    sockets.set(socket, (sockets.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (sockets.get(socket) ?? 1) - 1;
      if (sockets.has(socket)) sockets.set(socket, left);
      if (closing && left === 0) socket.destroySoon();
    });
  };
  server.on('request', count).on('checkContinue', count);
  return () =>
    new Promise(resolve => {
      closing = true;
      server.close(() => resolve());
      for (const [socket, requests] of sockets) if (requests === 0) socket.destroy();
    });
}
