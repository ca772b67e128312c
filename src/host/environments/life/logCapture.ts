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
  /** The platform's records are text already, and most invocations have no others. */
  #head: (Buffer | string)[] = [];
  #headBytes = 0;
  /** Up to BLOCK bytes each, so that a million short lines are a handful of entries. */
  #tail: Buffer[] = [];
  #block: Buffer[] = [];
  #blockBytes = 0;
  /** Of blocks and the one that fills. */
  #tailBytes = 0;
  #dropped = 0;

  append(record: Buffer | string): void {
    if (record.length === 0) return;
    if (this.#headBytes + record.length <= HALF && this.#tailBytes === 0) {
      this.#head.push(record);
      this.#headBytes += record.length;
      return;
    }
    const bytes = bytesOf(record);
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
    const head = textOf(this.#head);
    if (this.#tailBytes === 0) return head;
    const tail = Buffer.concat([...this.#tail, ...this.#block]).toString('utf8');
    return this.#dropped === 0 ? head + tail : `${head}\n… ${this.#dropped} bytes of log left out …\n${tail}`;
  }
}

const bytesOf = (record: Buffer | string): Buffer =>
  typeof record === 'string' ? Buffer.from(record, 'utf8') : record;

function textOf(records: readonly (Buffer | string)[]): string {
  if (records.every(record => typeof record === 'string')) return records.join('');
  // Decoded together: a character may stand in two records of a line that is told in pieces.
  return Buffer.concat(records.map(bytesOf)).toString('utf8');
}
