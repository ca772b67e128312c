/** A runtime's wait for its debugger, as the environment sees it (DEBUGGING.md). */
import type { DebugTarget } from '../../../protocol/model.ts';
import type { EngineRuntime } from '../engine.ts';
import type { EnvironmentSpec } from '../environment.ts';
import type { DebuggerNews } from '../runtimeApi/runtimeStates.ts';
import { debugTargetOf } from './debugTarget.ts';

export class DebuggerWait {
  readonly #spec: EnvironmentSpec;
  readonly #changed: () => void;
  readonly #unreachable: (error: unknown) => void;
  #runtime: EngineRuntime | undefined;
  #early: DebuggerNews | undefined;
  #waiting = false;
  #target: DebugTarget | undefined;

  /**
   * `changed`: {@link waiting} or {@link target} did. `unreachable`: it waits at an address to which no debugger finds,
   * so that its wait is none.
   */
  constructor(spec: EnvironmentSpec, changed: () => void, unreachable: (error: unknown) => void) {
    this.#spec = spec;
    this.#changed = changed;
    this.#unreachable = unreachable;
  }

  /** It waits: no time counts. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** What a debugger attaches to, from its first wait until its end. */
  get target(): DebugTarget | undefined {
    return this.#target;
  }

  /** A runtime is up; undefined: it is gone. */
  watch(runtime: EngineRuntime | undefined): void {
    this.#runtime = runtime;
    const early = this.#early;
    this.#early = undefined;
    if (runtime) {
      if (early) this.take(early);
      return;
    }
    this.#target = undefined;
    this.goOn();
  }

  take(news: DebuggerNews): void {
    const { debugId } = this.#spec;
    if (debugId === undefined) return;
    if (!this.#runtime) {
      // The runtime can be quicker than the engine's word that it runs.
      this.#early = news;
    } else if (news.state === 'waiting') {
      this.#waiting = true;
      void this.#offer(debugId, news, this.#runtime);
    } else {
      if (news.state === 'failed' && this.#waiting) this.#unreachable(new Error(news.reason));
      this.goOn();
    }
  }

  /** Told by the runtime, or shown by what it does next: from a container the news can come after its first request. */
  goOn(): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    this.#changed();
  }

  async #offer(
    debugId: string,
    news: Extract<DebuggerNews, { state: 'waiting' }>,
    runtime: EngineRuntime,
  ): Promise<void> {
    // The time stands still at once; where to attach may take the engine a moment.
    this.#changed();
    const isCurrent = (): boolean => this.#waiting && runtime === this.#runtime;
    try {
      const target = await debugTargetOf(debugId, news, this.#spec, runtime);
      if (!isCurrent()) return;
      this.#target = target;
      this.#changed();
    } catch (error) {
      // What the runtime's process says is the function's word: anything can stand in it.
      if (!isCurrent()) return;
      this.#unreachable(error);
      this.goOn();
    }
  }
}
