/**
 * A response whose body comes piece by piece, whatever carries it: handed on as it comes where the runtime streams it and
 * its caller takes it so, else collected (spec/execution-environment.md §1.4, §1.6).
 */
import {
  answerOfResponse,
  answerTooLarge,
  answerTruncated,
  responseType,
  type ResponseMessage,
} from './answers.ts';
import {
  MAX_RESPONSE_BYTES,
  MAX_STREAMED_BYTES,
  responseTooLarge,
  streamTooLarge,
  truncatedRequest,
  type ProtocolError,
} from './protocolErrors.ts';
import { passBytes } from './passedBytes.ts';
import type { ChunkTaker, PendingAnswer } from './runtimeStates.ts';

/** Of what was handed on this much is kept: history holds no more, and knows by the byte over it that there was more. */
const KEPT_OF_STREAM = 1024 * 1024 + 1;

export class IncomingResponse {
  readonly #pending: PendingAnswer;
  readonly #head: Pick<ResponseMessage, 'contentType' | 'streaming'>;
  readonly #taker: ChunkTaker | undefined;
  readonly #limit: number;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #bytes = 0;

  /** `resume`: there is room again, after {@link take} said that there was none. */
  constructor(
    pending: PendingAnswer,
    head: Pick<ResponseMessage, 'contentType' | 'streaming'>,
    resume: () => void,
  ) {
    this.#pending = pending;
    this.#head = head;
    this.#taker = head.streaming ? pending.stream(responseType(head), resume) : undefined;
    this.#limit = this.#taker ? MAX_STREAMED_BYTES : MAX_RESPONSE_BYTES;
  }

  /** False: no more for now. What is over the limit is read past, so that the runtime sees the 413. */
  take(chunk: Buffer): boolean {
    const before = this.#bytes;
    this.#bytes += chunk.length;
    if (this.#taker) {
      this.#keep(chunk, KEPT_OF_STREAM);
      passBytes(chunk.length);
      // AWS cuts a stream after the first byte over its limit (spec/lambda-service.md §5.5).
      const room = this.#limit + 1 - before;
      return room <= 0 || this.#taker(room < chunk.length ? chunk.subarray(0, room) : chunk);
    }
    if (this.#bytes > this.#limit) this.#kept = [];
    else this.#keep(chunk, this.#limit);
    return true;
  }

  /** The body is complete; trailers are those of a stream that failed on its way. */
  finish(
    trailers: Pick<ResponseMessage, 'trailerErrorType' | 'trailerErrorBody'>,
  ): ProtocolError | undefined {
    if (this.#bytes > this.#limit) {
      const refusal = this.#taker ? streamTooLarge : responseTooLarge;
      return this.#pending.finish(answerTooLarge(this.#limit)) ?? refusal;
    }
    const [only] = this.#kept;
    const body = this.#kept.length === 1 && only ? only : Buffer.concat(this.#kept);
    return this.#pending.finish(answerOfResponse({ ...this.#head, ...trailers, body }));
  }

  /** Its connection ended before it did. */
  truncate(): ProtocolError {
    return this.#pending.finish(answerTruncated()) ?? truncatedRequest;
  }

  #keep(chunk: Buffer, most: number): void {
    const room = most - this.#keptBytes;
    if (room <= 0) return;
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#kept.push(part);
    this.#keptBytes += part.length;
  }
}
