import type { IncomingMessage, ServerResponse } from 'node:http';

const NOTHING = Buffer.alloc(0);
const ONE_PIECE = 64 * 1024;

/** The body is larger than the limit, or said that it would be; what comes of it is discarded. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** The client went away before its body was complete. */
export class BodyAborted extends Error {
  override readonly name = 'BodyAborted';
}

const declaredLength = (request: IncomingMessage): number | undefined => {
  const text = request.headers['content-length'];
  return text === undefined ? undefined : Number(text);
};

export const hasBody = (request: IncomingMessage): boolean =>
  request.headers['transfer-encoding'] !== undefined || (declaredLength(request) ?? 0) > 0;

/**
 * Reads a body of at most `limit` bytes. Rejects with {@link BodyTooLarge} as soon as it is clear that there is more,
 * before anything is kept where Content-Length says so; the answer can then be sent while {@link drain} takes the rest.
 */
export function readBody(request: IncomingMessage, limit: number, response: ServerResponse): Promise<Buffer> {
  if (!hasBody(request)) return Promise.resolve(NOTHING);
  const length = declaredLength(request);
  if (length !== undefined && length > limit) return Promise.reject(new BodyTooLarge());
  if (request.headers.expect !== undefined) response.writeContinue();
  return new Promise((resolve, reject) => {
    // A big body is written straight to where it stays; a small one mostly comes in one piece.
    const whole = length !== undefined && length > ONE_PIECE ? Buffer.allocUnsafeSlow(length) : undefined;
    let chunks: Buffer[] = [];
    let received = 0;
    const stop = (error: Error): void => {
      request.off('data', take).off('end', finish).off('close', abort).off('error', abort);
      chunks = [];
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      if (received + chunk.length > limit) {
        stop(new BodyTooLarge());
        return;
      }
      if (whole === undefined) chunks.push(chunk);
      else chunk.copy(whole, received);
      received += chunk.length;
    };
    const finish = (): void => {
      request.off('close', abort);
      const only = whole ?? (chunks.length === 1 ? chunks[0] : undefined);
      resolve(only ?? Buffer.concat(chunks, received));
      chunks = [];
    };
    const abort = (): void => stop(new BodyAborted('The client closed the connection.'));
    request.on('data', take).once('end', finish).once('close', abort).once('error', abort);
  });
}

/** Most of a refused body that is read to its end, so that the client sees the answer instead of a reset. */
const MAX_DRAIN_BYTES = 256 * 1024 * 1024;

/** Reads on and discards, up to a limit; then the connection is cut. */
export function drain(request: IncomingMessage): void {
  if (request.readableEnded || request.destroyed) return;
  let discarded = 0;
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > MAX_DRAIN_BYTES) request.destroy();
  });
  request.on('error', () => undefined);
}
