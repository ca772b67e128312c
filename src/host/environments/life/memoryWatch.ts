/** Sees how much memory an environment uses while it works, and that it keeps to its limit (issue 3: every 100 ms, every 20 ms above 70 %). */
import { withinWall, type Clock } from '../../clock.ts';
import type { EngineRuntime } from '../engine.ts';

const STEP_MS = 100;
const CLOSE_STEP_MS = 20;
const CLOSE = 0.7;
/** An engine that does not answer must not hold up the end of an event. */
const LOOK_LIMIT_MS = 1000;

/** What the runtime used, since it was started. */
export interface MemoryUse {
  /** Most bytes that it ever had. */
  readonly peak: number;
  /** It had more than it may. */
  readonly exceeded: boolean;
}

export type WatchedRuntime = Pick<EngineRuntime, 'memory' | 'keepsMemoryLimit'>;

export class MemoryWatch {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #exceeded: () => void;
  #runtime: WatchedRuntime | undefined;
  #working = false;
  #ticking = false;
  #seenAt = Number.NEGATIVE_INFINITY;
  #use: MemoryUse = { peak: 0, exceeded: false };

  /** `limit` in bytes; undefined where none is kept (a debugger). `exceeded` is told once per runtime. */
  constructor(clock: Clock, limit: number | undefined, exceeded: () => void) {
    this.#clock = clock;
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
    this.#exceeded = exceeded;
  }

  /** Watches this runtime; undefined: none. */
  watch(runtime: WatchedRuntime | undefined): void {
    this.#runtime = runtime;
    this.#use = { peak: 0, exceeded: false };
    this.#seenAt = Number.NEGATIVE_INFINITY;
  }

  get use(): MemoryUse {
    return this.#use;
  }

  /** Looks are taken only while something runs in the environment. */
  setWorking(working: boolean): void {
    this.#working = working;
    if (!working || this.#ticking || !this.#runtime) return;
    this.#ticking = true;
    this.#clock.afterWall(STEP_MS, () => void this.#tick());
  }

  /** Takes a look unless one was taken a moment ago. Never rejects. */
  async look(): Promise<MemoryUse> {
    const runtime = this.#runtime;
    const now = this.#clock.monotonic();
    if (!runtime || now - this.#seenAt < STEP_MS / 2) return this.#use;
    this.#seenAt = now;
    const read = async (): Promise<number | undefined> => runtime.memory();
    const bytes = (await withinWall(this.#clock, LOOK_LIMIT_MS, read()).catch(() => undefined)) ?? 0;
    if (runtime !== this.#runtime) return this.#use;
    const exceeded = bytes > this.#limit && runtime.keepsMemoryLimit !== true;
    this.#use = { peak: Math.max(this.#use.peak, bytes), exceeded: this.#use.exceeded || exceeded };
    if (exceeded) this.#exceeded();
    return this.#use;
  }

  async #tick(): Promise<void> {
    this.#seenAt = Number.NEGATIVE_INFINITY;
    await this.look();
    if (!this.#working || !this.#runtime) {
      this.#ticking = false;
      return;
    }
    const step = this.#use.peak > this.#limit * CLOSE ? CLOSE_STEP_MS : STEP_MS;
    this.#clock.afterWall(step, () => void this.#tick());
  }
}
