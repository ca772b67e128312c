/**
 * The stream of an attached container: frames of `{stream, 0, 0, 0, length (u32, big-endian)}` and that many bytes
 * (https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach).
 */
const HEADER = 8;

export type OutputSink = (chunk: Buffer, stream: 'stdout' | 'stderr') => void;

/** Takes the raw stream apart. Bytes are passed on as they come: a frame's content may arrive in several chunks. */
export class OutputFrames {
  readonly #sink: OutputSink;
  #header: Buffer = Buffer.alloc(0);
  #stream: 'stdout' | 'stderr' = 'stdout';
  #left = 0;

  constructor(sink: OutputSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left > 0) {
        const content = rest.subarray(0, this.#left);
        this.#left -= content.length;
        rest = rest.subarray(content.length);
        this.#sink(content, this.#stream);
        continue;
      }
      const missing = HEADER - this.#header.length;
      this.#header = Buffer.concat([this.#header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (this.#header.length < HEADER) return;
      this.#stream = this.#header[0] === 2 ? 'stderr' : 'stdout';
      this.#left = this.#header.readUInt32BE(4);
      this.#header = Buffer.alloc(0);
    }
  }
}
