/** A rate: so many at once, refilled steadily over a period, never more than full. */
export class TokenBucket {
  readonly #periodMs: number;
  #tokens: number;
  #capacity: number;
  #at: number;

  /** It begins full. `now`: epoch milliseconds of the time that it follows. */
  constructor(capacity: number, periodMs: number, now: number) {
    this.#capacity = capacity;
    this.#tokens = capacity;
    this.#periodMs = periodMs;
    this.#at = now;
  }

  /** Another limit from now on: what was used of the old one stays used. */
  resize(capacity: number): void {
    if (capacity === this.#capacity) return;
    this.#tokens += capacity - this.#capacity;
    this.#capacity = capacity;
  }

  has(now: number): boolean {
    if (now > this.#at) {
      const refill = ((now - this.#at) / this.#periodMs) * this.#capacity;
      this.#tokens = Math.min(this.#capacity, this.#tokens + refill);
      this.#at = now;
    }
    return this.#tokens >= 1;
  }

  /** After {@link has}. */
  take(): void {
    this.#tokens -= 1;
  }
}
