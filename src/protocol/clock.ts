/** What clients see of the clock of service time, and how they drive it (DESIGN.md rule 2). */

/** Times a second of service time may pass in one of the machine's. */
export const HIGHEST_SPEED = 1_000;

/** Longest that the clock is advanced at once: a year. */
export const LONGEST_ADVANCE_MS = 366 * 86_400_000;

export interface ClockStatus {
  /** Epoch milliseconds that Lambda would show. */
  readonly serviceTime: number;
  /** Epoch milliseconds of the machine. */
  readonly wallTime: number;
  /** Seconds of service time in one of the machine's, 1 to {@link HIGHEST_SPEED}; what it goes on with while frozen. */
  readonly speed: number;
  readonly frozen: boolean;
  /** Named things that wait for service time. */
  readonly waiting: number;
  /** The first of them. */
  readonly next?: ClockEvent;
}

/** Something that falls due, or fell due. */
export interface ClockEvent {
  /** Epoch milliseconds of service time. */
  readonly at: number;
  /** In words: `retry 1 of orders, request 8f3…`. */
  readonly what: string;
}

/** After `advance` and `next`. */
export interface ClockAdvanced extends ClockStatus {
  /** All that fell due on the way, in order; it has been done. */
  readonly done: readonly ClockEvent[];
}
