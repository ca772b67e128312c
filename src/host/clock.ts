/**
 * The only source of time in the host (DESIGN.md rule 2).
 *
 * *Wall time* rules what runs for real (deadlines, function states, signature dates); *service time* rules what Lambda
 * waits for (retries, ages, idle stop) and stands in records and API answers. {@link systemClock} runs both at the
 * machine's speed; the clock that can be driven (time/drivenClock.ts) moves service time only.
 */
export interface Timer {
  /** Idempotent. */
  cancel(): void;
}

export interface ServiceTimer extends Timer {
  /** Stands still until {@link go}, with what is left of it: its event's handler is stopped in a debugger. Idempotent. */
  hold(): void;
  /** Goes on after {@link hold}. Idempotent. */
  go(): void;
}

export interface Clock {
  /** Epoch milliseconds of the machine. */
  wallNow(): number;
  /** Epoch milliseconds that Lambda would show; never goes back. */
  serviceNow(): number;
  /** Monotonic milliseconds with fraction, for durations. */
  monotonic(): number;
  /** Calls `run` once after `ms` of wall time. The timer does not keep the process alive. */
  afterWall(ms: number, run: () => void): Timer;
  /**
   * Calls `run` once after `ms` of service time. The timer does not keep the process alive. Where `run` returns a
   * promise, whoever advances the clock waits for it.
   * @param what in words for whoever advances the clock (`retry 1 of orders`); without it nobody is told
   */
  afterService(ms: number, run: () => unknown, what?: () => string): ServiceTimer;
  /**
   * `work` is what service time brought about, or what it waits for (an asynchronous event that is being handled): whoever
   * advances the clock waits for its end before time moves on. Its rejection is the caller's to handle.
   */
  occupy(work: Promise<unknown>): void;
}

/** setTimeout fires at once above this. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

function startTimer(ms: number, run: () => unknown): Timer {
  let handle: NodeJS.Timeout;
  const arm = (left: number): void => {
    const step = Math.min(left, LONGEST_TIMEOUT);
    handle = setTimeout(() => (left > step ? arm(left - step) : run()), step);
    handle.unref();
  };
  arm(Math.max(0, ms));
  return { cancel: () => clearTimeout(handle) };
}

/** The clock of the machine: service time is wall time. */
export function systemClock(): Clock {
  let last = 0;
  return {
    wallNow: () => Date.now(),
    serviceNow: () => (last = Math.max(last, Date.now())),
    monotonic: () => performance.now(),
    afterWall: startTimer,
    afterService: startHeldTimer,
    occupy: () => undefined,
  };
}

function startHeldTimer(ms: number, run: () => unknown): ServiceTimer {
  let left = ms;
  let began = performance.now();
  let timer: Timer | undefined = startTimer(ms, run);
  return {
    cancel: () => {
      timer?.cancel();
      left = NaN;
    },
    hold: () => {
      if (timer === undefined) return;
      timer.cancel();
      timer = undefined;
      left -= performance.now() - began;
    },
    go: () => {
      if (timer !== undefined || Number.isNaN(left)) return;
      began = performance.now();
      timer = startTimer(left, run);
    },
  };
}

/** A promise of `ms` wall time. */
export function sleepWall(clock: Clock, ms: number): Promise<void> {
  return new Promise(resolve => clock.afterWall(ms, resolve));
}

/**
 * What `work` resolves to, or undefined where that takes longer than `ms` of wall time: what it comes to later is
 * nobody's. Rejects as it does, within that time.
 */
export async function withinWall<T>(
  clock: Pick<Clock, 'afterWall'>,
  ms: number,
  work: Promise<T>,
): Promise<T | undefined> {
  let timer: Timer | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = clock.afterWall(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer?.cancel();
  }
}
