/** A limit of wall time that can stand still: the init limit, an invocation's timeout (DESIGN.md rule 2). */
import type { Clock, Timer } from '../../clock.ts';

export class Deadline {
  readonly #clock: Clock;
  readonly #expire: () => void;
  #left: number;
  /** Monotonic time since which it runs; undefined while it stands still. */
  #since: number | undefined;
  #timer: Timer | undefined;
  #used = 0;
  #ended = false;

  constructor(clock: Clock, ms: number, paused: boolean, expire: () => void) {
    this.#clock = clock;
    this.#left = ms;
    this.#expire = expire;
    if (!paused) this.setPaused(false);
  }

  /** Milliseconds that counted so far: those in which it ran. */
  get elapsed(): number {
    return this.#used + (this.#since === undefined ? 0 : this.#clock.monotonic() - this.#since);
  }

  setPaused(paused: boolean): void {
    if (this.#ended || paused === (this.#since === undefined)) return;
    if (paused) {
      this.#stopCounting();
      return;
    }
    this.#since = this.#clock.monotonic();
    this.#timer = this.#clock.afterWall(this.#left, () => {
      this.#timer = undefined;
      this.#expire();
    });
  }

  /** It never expires from here on; {@link elapsed} stays as it is. Idempotent. */
  end(): void {
    this.#stopCounting();
    this.#ended = true;
  }

  #stopCounting(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#since === undefined) return;
    const ran = this.#clock.monotonic() - this.#since;
    this.#used += ran;
    this.#left = Math.max(0, this.#left - ran);
    this.#since = undefined;
  }
}
