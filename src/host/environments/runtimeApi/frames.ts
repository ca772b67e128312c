/**
 * The frames that our own bootstraps speak after `Upgrade: lamplight-frames`, on the same listener as HTTP: answer and
 * next request travel in one write (DESIGN.md, The inner hop). Numbers are big-endian:
 *
 * | bytes | what |
 * |---|---|
 * | 4 | length of all that follows |
 * | 1 | type, {@link frameTypes} |
 * | 4 | length of the header |
 * | … | header: JSON object, or nothing |
 * | … | body: event, response or error, untouched |
 */

export const frameTypes = {
  // host → runtime
  /** Header {@link AssignHeader}: what this runtime serves from now on. */
  assign: 1,
  /** Header {@link EventHeader}, body = event. */
  event: 2,
  /** Header {@link ResultHeader}: how a message of the runtime was taken. Sent for every refusal, and when asked for. */
  result: 3,
  /** Header = DebuggerAddress: where the debugger is that the runtime waits for. */
  connectDebugger: 4,
  // runtime → host
  /** Header {@link NextHeader}, or nothing. */
  next: 17,
  /** Header {@link ResponseHeader}, body = response. */
  response: 18,
  /** Header {@link ErrorHeader}, body = error. */
  error: 19,
  /** Header {@link ErrorHeader} without id, body = error. */
  initError: 20,
  /** Header = DebuggerNews. */
  debugger: 21,
  /** Header {@link LeftHeader}: what the event that was answered last has left behind. */
  left: 22,
  /** Header {@link ResponseHeader} with mode `streaming`: the response comes in pieces from here on. */
  streamBegin: 23,
  /** Body = next bytes of the streamed response; no header. */
  streamChunk: 24,
  /** Header {@link StreamEndHeader}: that was the streamed response. */
  streamEnd: 25,
} as const;

/** `looking`: the runtime looks what was left behind, and says in a moment. */
export interface NextHeader {
  readonly looking?: boolean;
}

export interface LeftHeader {
  /** One text for each, its kind first: `Timeout 5 s at /app/handler.js:12`. */
  readonly left: readonly string[];
}

export interface AssignHeader {
  /** The complete environment for a runtime that was started ahead; absent where the process was born with it. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Working directory, for a runtime that was started ahead. */
  readonly directory?: string;
  /** Which of AWS's clients to behave like: Node's v3 or v4; 1 for languages with one. */
  readonly generation: number;
  /** Wait for a debugger before the handler's module is loaded. */
  readonly debug: boolean;
  /** Python: folders that come first in its search path, in order. */
  readonly searchPath?: readonly string[];
  /**
   * Python: folders of packages that are added as its own are (a virtual environment's). Node.js: `node_modules` in which
   * what modules `import` is looked for last.
   */
  readonly packages?: readonly string[];
  /** Folder of the AWS SDK that the runtime brings (runtimes/sdkStorage.ts), where there is one. */
  readonly sdk?: string;
}

/** Short keys: they are on the path of every event. */
export interface EventHeader {
  readonly id: string;
  readonly deadline: number;
  readonly arn: string;
  readonly trace?: string;
  readonly client?: string;
  readonly cognito?: string;
  readonly tenant?: string;
  readonly type?: string;
}

export interface ResultHeader {
  readonly status: number;
  readonly errorType?: string;
  readonly errorMessage?: string;
}

export interface ResponseHeader {
  readonly id: string;
  readonly type?: string;
  readonly mode?: string;
  readonly trailerErrorType?: string;
  readonly trailerErrorBody?: string;
  readonly confirm?: boolean;
}

export interface StreamEndHeader {
  /** The trailers of a stream that failed on its way; the body is base64. */
  readonly trailerErrorType?: string;
  readonly trailerErrorBody?: string;
  readonly confirm?: boolean;
}

export interface ErrorHeader {
  readonly id?: string;
  readonly type?: string;
  readonly category?: string;
  readonly confirm?: boolean;
}

const PREFIX = 9;
/** An X-Ray cause is the largest thing that a header ever held (1 MiB). */
const MAX_HEADER_BYTES = 2 * 1024 * 1024;

/** One frame. The body is copied, so that a frame is one write. */
export function encodeFrame(type: number, header?: object, body?: Buffer): Buffer {
  const text = header === undefined ? '' : JSON.stringify(header);
  const headerLength = Buffer.byteLength(text);
  const bodyLength = body?.length ?? 0;
  const frame = Buffer.allocUnsafe(PREFIX + headerLength + bodyLength);
  frame.writeUInt32BE(PREFIX - 4 + headerLength + bodyLength, 0);
  frame.writeUInt8(type, 4);
  frame.writeUInt32BE(headerLength, 5);
  frame.write(text, PREFIX);
  body?.copy(frame, PREFIX + headerLength);
  return frame;
}

export interface Frame {
  readonly type: number;
  readonly header: Readonly<Record<string, unknown>>;
  /** Undefined where the body was over the limit: it was read past and not kept. */
  readonly body: Buffer | undefined;
}

/**
 * Takes a byte stream apart into frames; keeps no more than one body of at most `maxBody` bytes. Bodies of
 * `streamChunk` frames go to `onChunk` as they come, however long they are: nothing of them is kept.
 */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #buffered = 0;
  #skip = 0;
  #skipped: Omit<Frame, 'body'> | undefined;
  readonly #maxBody: number;
  readonly #onFrame: (frame: Frame) => void;
  readonly #onChunk: (part: Buffer) => void;
  /** Bytes of a streamed chunk that are still to come. */
  #through = 0;

  constructor(
    maxBody: number,
    onFrame: (frame: Frame) => void,
    onChunk: (part: Buffer) => void = () => undefined,
  ) {
    this.#maxBody = maxBody;
    this.#onFrame = onFrame;
    this.#onChunk = onChunk;
  }

  /** Throws where the peer does not speak frames. */
  push(chunk: Buffer): void {
    let rest = chunk;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, rest.length);
      this.#skip -= skipped;
      rest = rest.subarray(skipped);
      if (this.#skip > 0) return;
      this.#endSkip();
    }
    if (rest.length === 0) return;
    this.#chunks.push(rest);
    this.#buffered += rest.length;
    if (this.#through > 0 && !this.#passOn()) return;
    while (this.#takeFrame());
  }

  #takeFrame(): boolean {
    if (this.#buffered < PREFIX) return false;
    const prefix = this.#peek(PREFIX);
    const length = prefix.readUInt32BE(0) + 4;
    const headerLength = prefix.readUInt32BE(5);
    if (headerLength > MAX_HEADER_BYTES || length < PREFIX + headerLength) {
      throw new Error(`Not a frame: length ${length}, header ${headerLength}`);
    }
    const bodyLength = length - PREFIX - headerLength;
    if (headerLength === 0 && prefix.readUInt8(4) === frameTypes.streamChunk) {
      this.#take(PREFIX);
      this.#through = bodyLength;
      return this.#passOn();
    }
    if (bodyLength > this.#maxBody) return this.#startSkip(prefix.readUInt8(4), headerLength, bodyLength);
    if (this.#buffered < length) return false;
    const frame = this.#take(length);
    this.#onFrame({
      type: frame.readUInt8(4),
      header: parseHeader(frame.subarray(PREFIX, PREFIX + headerLength)),
      body: frame.subarray(PREFIX + headerLength),
    });
    return true;
  }

  /** True where the streamed chunk is complete. */
  #passOn(): boolean {
    let first = this.#chunks[0];
    while (this.#through > 0 && first) {
      const part = this.#take(Math.min(first.length, this.#through));
      this.#through -= part.length;
      this.#onChunk(part);
      first = this.#chunks[0];
    }
    return this.#through === 0;
  }

  #startSkip(type: number, headerLength: number, bodyLength: number): boolean {
    if (this.#buffered < PREFIX + headerLength) return false;
    const header = this.#take(PREFIX + headerLength).subarray(PREFIX);
    this.#skipped = { type, header: parseHeader(header) };
    const skipped = Math.min(this.#buffered, bodyLength);
    this.#take(skipped);
    this.#skip = bodyLength - skipped;
    if (this.#skip > 0) return false;
    this.#endSkip();
    return true;
  }

  #endSkip(): void {
    const skipped = this.#skipped;
    this.#skipped = undefined;
    if (skipped) this.#onFrame({ ...skipped, body: undefined });
  }

  /** The first `length` bytes in one piece, still buffered. */
  #peek(length: number): Buffer {
    const first = this.#chunks[0];
    if (first && first.length >= length) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  #take(length: number): Buffer {
    const joined = this.#peek(length);
    const rest = joined.subarray(length);
    if (rest.length > 0) this.#chunks[0] = rest;
    else this.#chunks.shift();
    this.#buffered -= length;
    return joined.subarray(0, length);
  }
}

function parseHeader(bytes: Buffer): Readonly<Record<string, unknown>> {
  if (bytes.length === 0) return {};
  const parsed = JSON.parse(bytes.toString('utf8')) as unknown;
  if (typeof parsed !== 'object' || parsed === null) throw new Error('Not a frame: its header is no object');
  return parsed as Record<string, unknown>;
}
