/** From an environment's streamed answer to whoever asked for it, at AWS's bandwidth where that is wanted (spec/execution-environment.md §1.6). */
import type { Clock } from '../clock.ts';
import type { AnswerStream } from '../environments/environment.ts';
import type { InvokeResult } from './request.ts';

/** What is known when the first byte comes. */
export type StreamHead = Pick<
  InvokeResult,
  'contentType' | 'executedVersion' | 'traceId' | 'buildError' | 'fault'
>;

/** Takes the streamed answer of one invocation as it comes; how it ended is the invocation's result. */
export interface StreamReceiver {
  /** The function begins to stream: not called where it answers whole. `resume` is called when there is room again. */
  begin(head: StreamHead, resume: () => void): void;
  /** False: it has enough for now. What comes nevertheless it takes too. */
  write(chunk: Buffer): boolean;
}

/** Bytes that come as fast as they can, and once more when nothing came for long enough. */
const FREE_BYTES = 6 * 1024 * 1024;

/** `bytesPerSecond`: after the first 6 MiB no more than that, of wall time; no limit where absent. */
export function answerStreamTo(
  receiver: StreamReceiver,
  head: Omit<StreamHead, 'contentType'>,
  clock: Pick<Clock, 'monotonic' | 'afterWall'>,
  bytesPerSecond: number | undefined,
): AnswerStream {
  const stream: AnswerStream = {
    begin: (contentType, resume) => receiver.begin({ ...head, contentType }, resume),
    write: chunk => receiver.write(chunk),
  };
  return bytesPerSecond === undefined ? stream : limited(stream, clock, bytesPerSecond);
}

/** Nothing is held back here: who sends is told to wait. */
function limited(
  stream: AnswerStream,
  clock: Pick<Clock, 'monotonic' | 'afterWall'>,
  bytesPerSecond: number,
): AnswerStream {
  let left = FREE_BYTES;
  let countedAt = clock.monotonic();
  let isFull = false;
  let waits = false;
  let resumeSender: () => void = () => undefined;
  const goOn = (): void => {
    if (!isFull && !waits) resumeSender();
  };
  return {
    begin(contentType, resume) {
      resumeSender = resume;
      stream.begin(contentType, () => {
        isFull = false;
        goOn();
      });
    },
    write(chunk) {
      const now = clock.monotonic();
      left = Math.min(FREE_BYTES, left + ((now - countedAt) / 1_000) * bytesPerSecond) - chunk.length;
      countedAt = now;
      isFull = !stream.write(chunk);
      if (left < 0 && !waits) {
        waits = true;
        clock.afterWall(Math.ceil((-left / bytesPerSecond) * 1_000), () => {
          waits = false;
          goOn();
        });
      }
      return !isFull && !waits;
    },
  };
}
