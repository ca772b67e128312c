/**
 * How to know that all has been read which a container had written: a mark of ours is written into the same pipe, behind
 * it, and taken out of the stream again where it arrives. That is possible where the pipe can be reached, on the engine's
 * own machine.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** One stream of a container: what is pushed in comes out without marks. */
export class MarkedStream {
  readonly #mark = Buffer.from(`\0lamplight ${randomBytes(16).toString('hex')}\0`, 'latin1');
  readonly #output: (chunk: Buffer) => void;
  readonly #waiting: (() => void)[] = [];
  /** What may be the beginning of a mark. */
  #held: Buffer = Buffer.alloc(0);

  constructor(output: (chunk: Buffer) => void) {
    this.#output = output;
  }

  push(chunk: Buffer): void {
    if (this.#waiting.length === 0 && this.#held.length === 0) {
      this.#output(chunk);
      return;
    }
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (let at = rest.indexOf(this.#mark); at !== -1; at = rest.indexOf(this.#mark)) {
      this.#pass(rest.subarray(0, at));
      rest = rest.subarray(at + this.#mark.length);
      this.#waiting.shift()?.();
    }
    const kept = this.#beginningAtEnd(rest);
    this.#pass(rest.subarray(0, rest.length - kept));
    this.#held = rest.subarray(rest.length - kept);
  }

  /** Nothing more will come. */
  end(): void {
    this.#pass(this.#held);
    this.#held = Buffer.alloc(0);
    for (const waiting of this.#waiting.splice(0)) waiting();
  }

  /**
   * Writes a mark into the pipe behind this stream and resolves with the promise of its arrival. Rejects where the pipe
   * can't be reached, or takes nothing more.
   * @param pipe `/proc/PID/fd/1`
   */
  async mark(pipe: string): Promise<{ readonly arrived: Promise<void> }> {
    // Opened for this one write: an end that stays open would keep the reader from seeing the end of the output.
    const handle = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      let arrive: () => void = () => undefined;
      const arrived = new Promise<void>(resolve => (arrive = resolve));
      this.#waiting.push(arrive);
      try {
        // A pipe takes so few bytes whole or not at all.
        await handle.write(this.#mark);
      } catch (error) {
        this.#waiting.splice(this.#waiting.indexOf(arrive), 1);
        throw error;
      }
      return { arrived };
    } finally {
      await handle.close();
    }
  }

  #pass(chunk: Buffer): void {
    if (chunk.length > 0) this.#output(chunk);
  }

  /** Length of the longest end of `bytes` that a mark begins with. */
  #beginningAtEnd(bytes: Buffer): number {
    for (let length = Math.min(bytes.length, this.#mark.length - 1); length > 0; length--) {
      if (bytes.subarray(bytes.length - length).equals(this.#mark.subarray(0, length))) return length;
    }
    return 0;
  }
}
