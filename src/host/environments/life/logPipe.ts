/** From the bytes that a runtime prints to records: one per line, one stream of bytes each for stdout and stderr. */
import { INNER_NEWLINE } from './logCapture.ts';

const NEWLINE = 0x0a;
/** A line longer than this is told in pieces. */
const LONGEST_LINE = 256 * 1024;

export class LogPipe {
  #partial: Buffer[] = [];
  #partialBytes = 0;
  readonly #record: (line: Buffer) => void;

  /** `record` gets each line with its newline; newlines inside a record are restored in place. */
  constructor(record: (line: Buffer) => void) {
    this.#record = record;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      this.#emit(chunk.subarray(start, end + 1));
      start = end + 1;
    }
    if (start === chunk.length) return;
    this.#partial.push(chunk.subarray(start));
    this.#partialBytes += chunk.length - start;
    if (this.#partialBytes > LONGEST_LINE) this.flush();
  }

  /** What stands without a newline, at the end of a phase. */
  flush(): void {
    if (this.#partialBytes > 0) this.#emit(Buffer.alloc(0));
  }

  #emit(line: Buffer): void {
    const whole = this.#partialBytes === 0 ? line : Buffer.concat([...this.#partial, line]);
    this.#partial = [];
    this.#partialBytes = 0;
    for (let at = whole.indexOf(INNER_NEWLINE); at >= 0; at = whole.indexOf(INNER_NEWLINE, at))
      whole[at] = NEWLINE;
    this.#record(whole);
  }
}
