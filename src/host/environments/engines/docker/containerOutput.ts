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
  let launchFailure: LaunchFailure | undefined;
  let first = true;
  const sink: OutputSink = (chunk, name) => {
    if (first && name === 'stderr') launchFailure = initFailure(chunk);
    first = false;
    if (launchFailure === undefined) output(chunk, name);
  };
  const frames = new OutputFrames(sink);
  stream.on('data', (chunk: Buffer) => {
    lastByte = clock.monotonic();
    frames.push(chunk);
  });
  let ended = false;
  const end = new Promise<void>(resolve => {
    const finish = (): void => {
      if (ended) return;
      ended = true;
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
      return launchFailure;
    },
  };
}

/** `[FATAL tini (7)] exec /nope failed: No such file or directory` is what docker-init writes before it exits. */
export function initFailure(chunk: Buffer): LaunchFailure | undefined {
  const found = /^\[FATAL tini \(\d+\)\] exec (.*) failed: (.*)\r?\n/.exec(chunk.toString('utf8', 0, 1024));
  const [, program, reason] = found ?? [];
  return program === undefined || reason === undefined ? undefined : { program, reason };
}
