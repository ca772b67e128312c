/** The log of one invocation, kept within bounds: its head and its tail (DESIGN.md: memory). */

/** Half of what history keeps of a log (protocol/model.ts, InvocationRecord.log: 1 MiB). */
const HALF = 512 * 1024;
const BLOCK = 32 * 1024;

/**
 * A newline inside a record, as our bootstraps write it to the pipe: this byte never occurs in UTF-8, so a record with
 * several lines stays one record, in order with everything else that is written there.
 */
export const INNER_NEWLINE = 0xff;

export class LogCapture {
  #head: Buffer[] = [];
  #headBytes = 0;
  /** Up to BLOCK bytes each, so that a million short lines are a handful of entries. */
  #tail: Buffer[] = [];
  #block: Buffer[] = [];
  #blockBytes = 0;
  /** Of blocks and the one that fills. */
  #tailBytes = 0;
  #dropped = 0;

  append(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#headBytes + bytes.length <= HALF && this.#tailBytes === 0) {
      this.#head.push(bytes);
      this.#headBytes += bytes.length;
      return;
    }
    this.#block.push(bytes);
    this.#blockBytes += bytes.length;
    this.#tailBytes += bytes.length;
    if (this.#blockBytes < BLOCK) return;
    this.#tail.push(Buffer.concat(this.#block));
    this.#block = [];
    this.#blockBytes = 0;
    while (this.#tail[0] && this.#tailBytes - this.#tail[0].length >= HALF) {
      this.#tailBytes -= this.#tail[0].length;
      this.#dropped += this.#tail[0].length;
      this.#tail.shift();
    }
  }

  /** The log as text; where something was left out, a line says how much. */
  text(): string {
    const head = Buffer.concat(this.#head).toString('utf8');
    if (this.#tailBytes === 0) return head;
    const tail = Buffer.concat([...this.#tail, ...this.#block]).toString('utf8');
    return this.#dropped === 0 ? head + tail : `${head}\n… ${this.#dropped} bytes of log left out …\n${tail}`;
  }
}
