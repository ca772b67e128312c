/** What a container writes, from the attached stream to the environment's log. */
import type { Clock } from '../../../clock.ts';
import type { DockerContainer } from './dockerClient.ts';
import { OutputFrames, type OutputSink } from './outputFrames.ts';
import { MarkedStream } from './outputMark.ts';

export interface ContainerOutput {
  /** Settles when the container has written its last byte and it has been passed on. */
  readonly end: Promise<void>;
  /**
   * What was written before an answer came over another connection may still be on its way through the engine: waits
   * until it has been passed on.
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

/** Milliseconds of wall time in which nothing may come where nothing marks the end. */
const QUIET = 10;
/** And in which nothing comes although a mark is on its way: then it is lost. */
const LOST = 2000;
/** And for which it is waited at all: something in the container may print without end. */
const LONGEST = 3000;

/** Attach before the container is started, so that nothing is missed. */
export async function attachOutput(
  container: DockerContainer,
  options: {
    readonly clock: Clock;
    readonly output: OutputSink;
    /** Of the container's first process on this machine, once it is known; undefined where that is another one. */
    readonly pid: Promise<number | undefined>;
  },
): Promise<ContainerOutput> {
  const { clock, output, pid } = options;
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const watch = new LaunchWatch(output);
  const streams = {
    stdout: new MarkedStream(chunk => watch.push(chunk, 'stdout')),
    stderr: new MarkedStream(chunk => watch.push(chunk, 'stderr')),
  };
  const frames = new OutputFrames((chunk, name) => streams[name].push(chunk));
  let lastByte = clock.monotonic();
  stream.on('data', (chunk: Buffer) => {
    lastByte = clock.monotonic();
    frames.push(chunk);
  });
  let ended = false;
  const end = new Promise<void>(resolve => {
    const finish = (): void => {
      if (ended) return;
      ended = true;
      streams.stdout.end();
      streams.stderr.end();
      watch.end();
      resolve();
    };
    stream.on('end', finish).on('close', finish).on('error', finish);
  });

  /** Resolves when nothing has come for so long, when `enough` does, or when it would take too long. */
  async function silence(ms: number, enough: Promise<unknown>): Promise<void> {
    const begun = clock.monotonic();
    let over = false;
    void enough.then(() => (over = true));
    while (!isOver()) {
      const now = clock.monotonic();
      const left = Math.min(ms - (now - Math.max(begun, lastByte)), LONGEST - (now - begun));
      if (left <= 0) return;
      await new Promise<void>(resolve => {
        const timer = clock.afterWall(left, resolve);
        void enough.then(() => {
          timer.cancel();
          resolve();
        });
      });
    }
    function isOver(): boolean {
      return over;
    }
  }

  return {
    end,
    async drain() {
      if (ended) return;
      const first = await pid;
      const marks =
        first === undefined
          ? undefined
          : await Promise.all([
              streams.stdout.mark(`/proc/${first}/fd/1`),
              streams.stderr.mark(`/proc/${first}/fd/2`),
            ]).catch(() => undefined);
      if (marks) await silence(LOST, Promise.all(marks.map(({ arrived }) => arrived)));
      else await silence(QUIET, end);
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
