/**
 * Freezes an environment that has nothing to do, a moment after its answer, and thaws it for the next event, as Lambda
 * does (spec/execution-environment.md §4.1): timers and sockets that were left behind stand still meanwhile.
 */
import type { Clock, Timer } from '../../clock.ts';
import type { EngineRuntime } from '../engine.ts';

export type Freezable = Pick<EngineRuntime, 'pause' | 'resume'>;

export interface FreezerOptions {
  readonly clock: Pick<Clock, 'afterWall' | 'monotonic'>;
  /** Wall time between an answer and the freeze; 0: never. */
  readonly afterMs: number;
  runtime(): Freezable | undefined;
  /** It stands still from now on. */
  frozen(): void;
  /** The engine could not; it goes on running. */
  failed(error: unknown): void;
}

export class Freezer {
  readonly #options: FreezerOptions;
  #timer: Timer | undefined;
  #idleSince: number | undefined;
  /** The runtime that is frozen, or is being frozen. */
  #frozen: { readonly runtime: Freezable; readonly paused: Promise<void> | undefined } | undefined;

  constructor(options: FreezerOptions) {
    this.#options = options;
  }

  /** Nothing is to be done: it freezes after a while. */
  idle(): void {
    const { afterMs, clock } = this.#options;
    if (afterMs === 0) return;
    this.#idleSince = clock.monotonic();
    // One timer for many short events: it looks when it is due, and goes on where it has to.
    this.#timer ??= clock.afterWall(afterMs, () => this.#look(afterMs));
  }

  /**
   * Something is to be done. What it returns, where it does, resolves when the runtime runs again; else it does now.
   * Idempotent. Never rejects.
   */
  thaw(): Promise<void> | undefined {
    this.#idleSince = undefined;
    const frozen = this.#frozen;
    if (frozen === undefined) return undefined;
    this.#frozen = undefined;
    if (frozen.paused) return this.#resumeAfter(frozen.paused, frozen.runtime);
    return frozen.runtime.resume?.()?.catch((error: unknown) => this.#options.failed(error));
  }

  /** For good. */
  stop(): Promise<void> | undefined {
    this.#timer?.cancel();
    this.#timer = undefined;
    return this.thaw();
  }

  #look(afterMs: number): void {
    this.#timer = undefined;
    if (this.#idleSince === undefined) return;
    const left = afterMs - (this.#options.clock.monotonic() - this.#idleSince);
    // Timers of the system may be early by a millisecond.
    if (left > 1) this.#timer = this.#options.clock.afterWall(left, () => this.#look(afterMs));
    else this.#freeze();
  }

  #freeze(): void {
    const runtime = this.#options.runtime();
    if (runtime?.pause === undefined || runtime.resume === undefined) return;
    const paused = runtime.pause();
    const frozen = { runtime, paused };
    this.#frozen = frozen;
    if (!paused) {
      this.#options.frozen();
      return;
    }
    paused.then(
      () => {
        if (this.#frozen === frozen) this.#options.frozen();
      },
      (error: unknown) => {
        if (this.#frozen === frozen) this.#frozen = undefined;
        this.#options.failed(error);
      },
    );
  }

  async #resumeAfter(paused: Promise<void>, runtime: Freezable): Promise<void> {
    try {
      await paused;
      await runtime.resume?.();
    } catch (error) {
      this.#options.failed(error);
    }
  }
}
