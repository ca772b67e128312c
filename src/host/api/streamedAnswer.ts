/** The answer of InvokeWithResponseStream on its way to its client: event-stream messages as chunks arrive (spec/lambda-service.md §5.5). */
import type { ServerResponse } from 'node:http';
import type { AwsError } from '../../protocol/awsError.ts';
import type { InvokeResult } from '../invoke/request.ts';
import type { StreamHead, StreamReceiver } from '../invoke/responseStream.ts';
import { EventMessage } from './eventStream.ts';

const CHUNK = new EventMessage({
  ':message-type': 'event',
  ':event-type': 'PayloadChunk',
  ':content-type': 'application/octet-stream',
});
const COMPLETE = new EventMessage({
  ':message-type': 'event',
  ':event-type': 'InvokeComplete',
  ':content-type': 'application/json',
});
/** Bytes that may wait for a client while more is read; above it the function waits. More than `node:http` minds. */
const ENOUGH = 256 * 1024;
const NOTHING = Buffer.alloc(0);
/** Bytes of a message's header. */
const MAX_HEADER = 32_767;

export class StreamedAnswer implements StreamReceiver {
  /** Resolves when the function begins to stream. */
  readonly begun: Promise<StreamHead>;
  #begin!: (head: StreamHead) => void;
  #resume: () => void = () => undefined;
  #response: ServerResponse | undefined;
  /** What came before there was a response: no more than one read of the runtime's connection. */
  #early: Buffer[] = [];
  #over = false;

  constructor() {
    this.begun = new Promise(resolve => (this.#begin = resolve));
  }

  begin(head: StreamHead, resume: () => void): void {
    this.#resume = resume;
    this.#begin(head);
  }

  /** Whoever has gone gets nothing, and the function goes on as if somebody read. */
  write(chunk: Buffer): boolean {
    if (this.#over) return true;
    if (this.#response) return send(this.#response, chunk);
    this.#early.push(chunk);
    return false;
  }

  /** `response` has its head: the body is this one's from here on. */
  sendTo(response: ServerResponse): void {
    this.#response = response;
    const goOn = (): void => {
      if (!this.#over) this.#resume();
    };
    response.on('drain', goOn);
    response.on('close', () => {
      goOn();
      this.#over = true;
    });
    response.on('error', () => undefined);
    for (const chunk of this.#early) send(response, chunk);
    this.#early = [];
    if (response.destroyed) {
      goOn();
      this.#over = true;
      return;
    }
    // The client sees that it has begun, also where the first chunk takes its time.
    response.flushHeaders();
    if ((response.socket?.writableLength ?? 0) < ENOUGH) goOn();
  }

  /** The function's part is over. What was not streamed goes out as one chunk. */
  complete(result: InvokeResult): void {
    const isWhole = result.streamed !== true && result.functionError === undefined;
    if (isWhole && result.payload) this.write(result.payload);
    this.#end(COMPLETE.encode(Buffer.from(JSON.stringify(completion(result)))));
  }

  /** Lambda itself fails it on its way: the message that clients make an exception of. */
  fail({ code, message }: Pick<AwsError, 'code' | 'message'>): void {
    const error = new EventMessage({
      ':message-type': 'error',
      ':error-code': code,
      ':error-message': message.slice(0, MAX_HEADER / 4),
    });
    this.#end(error.encode(NOTHING));
  }

  #end(message: Buffer): void {
    if (this.#over) return;
    this.#over = true;
    this.#response?.end(message);
  }
}

/** In one write of the system's. False: what has not been written yet is enough. */
function send(response: ServerResponse, chunk: Buffer): boolean {
  const { socket } = response;
  socket?.cork();
  for (const part of CHUNK.around(chunk)) response.write(part);
  socket?.uncork();
  // Where it is false all of this was more than the socket's own limit: it tells when it has none of it left.
  return socket === null || socket.writableLength < ENOUGH;
}

/** AWS leaves the error out where a function fails on its way; here its client is told (docs/fidelity.md). */
function completion({ functionError, payload, logTail }: InvokeResult): Readonly<Record<string, string>> {
  return {
    ...(functionError !== undefined && { ErrorCode: functionError }),
    ...(functionError !== undefined && payload?.length && { ErrorDetails: payload.toString('utf8') }),
    ...(logTail !== undefined && { LogResult: logTail.toString('base64') }),
  };
}
