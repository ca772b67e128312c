/** Sees how much memory an environment uses while it works, and that it keeps to its limit (issue 3: every 100 ms, every 20 ms above 70 %). */
import type { Clock } from '../../clock.ts';
import type { EngineRuntime } from '../engine.ts';

const STEP_MS = 100;
const CLOSE_STEP_MS = 20;
const CLOSE = 0.7;

export class MemoryWatch {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #exceeded: () => void;
  #runtime: EngineRuntime | undefined;
  #working = false;
  #ticking = false;
  #seenAt = Number.NEGATIVE_INFINITY;
  /** Most bytes that the runtime ever had. */
  peak = 0;

  /** `limit` in bytes; undefined where none is kept (a debugger). `exceeded` is told once per runtime. */
  constructor(clock: Clock, limit: number | undefined, exceeded: () => void) {
    this.#clock = clock;
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
    this.#exceeded = exceeded;
  }

  /** Watches this runtime; undefined: none. */
  watch(runtime: EngineRuntime | undefined): void {
    this.#runtime = runtime;
    this.peak = 0;
    this.#seenAt = Number.NEGATIVE_INFINITY;
  }

  /** Looks are taken only while something runs in the environment. */
  setWorking(working: boolean): void {
    this.#working = working;
    if (!working || this.#ticking || !this.#runtime) return;
    this.#ticking = true;
    this.#clock.afterWall(STEP_MS, () => void this.#tick());
  }

  /** Takes a look unless one was taken a moment ago. */
  async look(): Promise<number> {
    const runtime = this.#runtime;
    const now = this.#clock.monotonic();
    if (!runtime || now - this.#seenAt < STEP_MS / 2) return this.peak;
    this.#seenAt = now;
    const bytes = (await runtime.memory().catch(() => undefined)) ?? 0;
    if (runtime !== this.#runtime) return this.peak;
    this.peak = Math.max(this.peak, bytes);
    if (bytes > this.#limit && runtime.keepsMemoryLimit !== true) this.#exceeded();
    return this.peak;
  }

  async #tick(): Promise<void> {
    this.#seenAt = Number.NEGATIVE_INFINITY;
    await this.look();
    if (!this.#working || !this.#runtime) {
      this.#ticking = false;
      return;
    }
    const step = this.peak > this.#limit * CLOSE ? CLOSE_STEP_MS : STEP_MS;
    this.#clock.afterWall(step, () => void this.#tick());
  }
}
