/** From the bytes that a runtime prints to records: one per line, one stream of bytes each for stdout and stderr. */
import { NEWLINE } from './records.ts';

/** A line longer than this is told in pieces. */
const LONGEST_LINE = 256 * 1024;

export class LogPipe {
  #partial: Buffer[] = [];
  #partialBytes = 0;
  readonly #records: (lines: Buffer) => void;

  /**
   * `records` gets whole lines with their newlines, all that came at once: a handler that prints a million lines costs
   * little more than one that prints as many bytes. Newlines inside a record are not restored yet (records.ts).
   */
  constructor(records: (lines: Buffer) => void) {
    this.#records = records;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    if (this.#partialBytes > 0) {
      const end = chunk.indexOf(NEWLINE) + 1;
      if (end > 0) {
        this.#hold(chunk.subarray(0, end));
        this.flush();
        rest = chunk.subarray(end);
      }
    }
    const end = rest.lastIndexOf(NEWLINE) + 1;
    if (end > 0) this.#records(rest.subarray(0, end));
    if (end < rest.length) this.#hold(rest.subarray(end));
    if (this.#partialBytes > LONGEST_LINE) this.flush();
  }

  /** What stands without a newline, at the end of a phase. */
  flush(): void {
    if (this.#partialBytes === 0) return;
    const whole = Buffer.concat(this.#partial);
    this.#partial = [];
    this.#partialBytes = 0;
    this.#records(whole);
  }

  #hold(bytes: Buffer): void {
    this.#partial.push(bytes);
    this.#partialBytes += bytes.length;
  }
}
