/** The time that counts in an environment's phases: one limit at a time, and what makes it stand still (DESIGN.md rule 2). */
import type { Clock } from '../../clock.ts';
import { Deadline } from './deadline.ts';

/** Why no time counts: stopped in the debugger, waiting for one, or a container is being made. */
export type HoldReason = 'paused' | 'waiting' | 'sandbox';

export class PhaseTime {
  readonly #clock: Clock;
  readonly #holds = new Set<HoldReason>();
  #deadline: Deadline | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds that counted since {@link begin}; 0 outside of a phase. */
  get elapsed(): number {
    return this.#deadline?.elapsed ?? 0;
  }

  /** A phase of at most `ms` begins; `expire` is called unless it ends before. */
  begin(ms: number, expire: () => void): void {
    this.#deadline?.end();
    this.#deadline = new Deadline(this.#clock, ms, this.#holds.size > 0, expire);
  }

  hold(reason: HoldReason, on: boolean): void {
    if (on) this.#holds.add(reason);
    else this.#holds.delete(reason);
    this.#deadline?.setPaused(this.#holds.size > 0);
  }

  /** No more time counts; {@link elapsed} stays. */
  stop(): void {
    this.#deadline?.end();
  }

  /** The phase is over. */
  clear(): void {
    this.#deadline?.end();
    this.#deadline = undefined;
  }
}
