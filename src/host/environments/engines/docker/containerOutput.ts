/** What a container writes, from the attached stream to the environment's log. */
import type Dockerode from 'dockerode';
import type { Clock } from '../../../clock.ts';
import { OutputFrames, type OutputSink } from './outputFrames.ts';

export interface ContainerOutput {
  /** Settles when the container has written its last byte and it has been passed on. */
  readonly end: Promise<void>;
  /**
   * What was written before an answer came over another connection may still be on its way through the engine: waits
   * until nothing has come for a moment. There is no mark in the stream to wait for.
   */
  drain(): Promise<void>;
  /** Why the engine's init could not start the program: its words, which are not the function's output. */
  readonly launchFailure: LaunchFailure | undefined;
}

export interface LaunchFailure {
  readonly program: string;
  /** The system's words: `No such file or directory`. */
  readonly reason: string;
}

/** Milliseconds of wall time. */
const QUIET = 5;
const LONGEST_DRAIN = 200;

/** Attach before the container is started, so that nothing is missed. */
export async function attachOutput(
  container: Dockerode.Container,
  options: { readonly clock: Clock; readonly output: OutputSink },
): Promise<ContainerOutput> {
  const { clock, output } = options;
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  let lastByte = clock.monotonic();
  const watch = new LaunchWatch(output);
  const frames = new OutputFrames((chunk, name) => watch.push(chunk, name));
  stream.on('data', (chunk: Buffer) => {
    lastByte = clock.monotonic();
    frames.push(chunk);
  });
  let ended = false;
  const end = new Promise<void>(resolve => {
    const finish = (): void => {
      if (ended) return;
      ended = true;
      watch.end();
      resolve();
    };
    stream.on('end', finish).on('close', finish).on('error', finish);
  });
  return {
    end,
    async drain() {
      const begun = clock.monotonic();
      for (;;) {
        const quiet = Math.min(clock.monotonic() - lastByte, clock.monotonic() - begun);
        if (ended || quiet >= QUIET || clock.monotonic() - begun >= LONGEST_DRAIN) return;
        await new Promise<void>(resolve => clock.afterWall(QUIET - quiet, resolve));
      }
    },
    get launchFailure() {
      return watch.failure;
    },
  };
}

/**
 * `[FATAL tini (7)] exec /nope failed: No such file or directory` is what docker-init writes, in several pieces, where it
 * can't start the program: that is no output of the function. All else is passed on.
 */
export class LaunchWatch {
  readonly #output: OutputSink;
  /** The first bytes of stderr, for as long as they may be those words; undefined when that is decided. */
  #held: Buffer | undefined = Buffer.alloc(0);
  #failure: LaunchFailure | undefined;

  constructor(output: OutputSink) {
    this.#output = output;
  }

  get failure(): LaunchFailure | undefined {
    return this.#failure;
  }

  push(chunk: Buffer, stream: 'stdout' | 'stderr'): void {
    if (this.#held === undefined || stream === 'stdout') {
      if (this.#failure === undefined) this.#output(chunk, stream);
      return;
    }
    this.#held = Buffer.concat([this.#held, chunk]);
    const text = this.#held.toString('latin1', 0, LONGEST_WORDS);
    const mayBe = text.startsWith(FATAL) || FATAL.startsWith(text);
    if (mayBe && !text.includes('\n') && text.length < LONGEST_WORDS) return;
    this.#failure = failureOf(this.#held.toString('utf8'));
    this.end();
  }

  /** Nothing more will come, or it is decided. */
  end(): void {
    const held = this.#held;
    this.#held = undefined;
    if (this.#failure === undefined && held !== undefined && held.length > 0) this.#output(held, 'stderr');
  }
}

const FATAL = '[FATAL tini (';
const LONGEST_WORDS = 4096;

function failureOf(text: string): LaunchFailure | undefined {
  const [, program, reason] = /^\[FATAL tini \(\d+\)\] exec (.*) failed: (.*?)\r?\n/.exec(text) ?? [];
  return program === undefined || reason === undefined ? undefined : { program, reason };
}
