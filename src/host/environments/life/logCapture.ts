/** The log of one invocation, kept within bounds: its head and its tail (DESIGN.md: memory). */
import { NEWLINE } from './records.ts';

/** Half of what history keeps of a log (protocol/model.ts, InvocationRecord.log: 1 MiB). */
const HALF = 512 * 1024;
const BLOCK = 32 * 1024;
/** Pieces that are kept as they came: each costs more than what may stand in it. */
const MOST_PIECES = 256;
/** How far behind the cut in the tail it is looked for the beginning of a line. */
const LINE = 4096;

export class LogCapture {
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  readonly #tail: Buffer[] = [];
  #tailBytes = 0;
  /** What came last and is no block yet. The platform's records are text already, and most invocations have no others. */
  #pieces: (Buffer | string)[] = [];
  #pieceBytes = 0;
  #dropped = 0;

  /** One record, or many. */
  append(records: Buffer | string): void {
    if (records.length === 0) return;
    this.#pieces.push(records);
    this.#pieceBytes += records.length;
    if (this.#pieceBytes >= BLOCK || this.#pieces.length === MOST_PIECES) this.#addBlock();
  }

  /** The log as text; where something was left out, a line says how much. */
  text(): string {
    if (this.#headBytes === 0 && this.#tailBytes === 0) return textOf(this.#pieces);
    if (this.#tailBytes === 0) return textOf([...this.#head, ...this.#pieces]);
    const all = Buffer.concat([...this.#tail, ...this.#pieces.map(bytesOf)]);
    const tail = lastOf(all);
    const dropped = this.#dropped + all.length - tail.length;
    const note = dropped === 0 ? '' : `\n… ${dropped} bytes of log left out …\n`;
    return textOf(this.#head) + note + tail.toString('utf8');
  }

  #addBlock(): void {
    const block = Buffer.concat(this.#pieces.map(bytesOf));
    this.#pieces = [];
    this.#pieceBytes = 0;
    if (this.#tailBytes === 0 && this.#headBytes + block.length <= HALF) {
      this.#head.push(block);
      this.#headBytes += block.length;
      return;
    }
    this.#tail.push(block);
    this.#tailBytes += block.length;
    while (this.#tail[0] && this.#tailBytes - this.#tail[0].length >= HALF) {
      this.#tailBytes -= this.#tail[0].length;
      this.#dropped += this.#tail[0].length;
      this.#tail.shift();
    }
  }
}

/** No more than its half, from the beginning of a line on where one is near. */
function lastOf(tail: Buffer): Buffer {
  const cut = tail.length - HALF;
  if (cut <= 0) return tail;
  const newline = tail.subarray(cut, cut + LINE).indexOf(NEWLINE);
  return tail.subarray(newline < 0 ? cut : cut + newline + 1);
}

const bytesOf = (record: Buffer | string): Buffer =>
  typeof record === 'string' ? Buffer.from(record, 'utf8') : record;

function textOf(records: readonly (Buffer | string)[]): string {
  if (records.every(record => typeof record === 'string')) return records.join('');
  // Decoded together: a character may stand in two records of a line that is told in pieces.
  return Buffer.concat(records.map(bytesOf)).toString('utf8');
}
