/**
 * The only source of time in the host (DESIGN.md rule 2).
 *
 * *Wall time* rules what runs for real (deadlines, function states, signature dates); *service time* rules what Lambda
 * waits for (retries, ages, idle stop) and stands in records and API answers. Today both run at the same speed; the
 * clock that can be driven moves service time only.
 */
export interface Timer {
  /** Idempotent. */
  cancel(): void;
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
  /** Calls `run` once after `ms` of service time. The timer does not keep the process alive. */
  afterService(ms: number, run: () => void): Timer;
}

/** setTimeout fires at once above this. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

function startTimer(ms: number, run: () => void): Timer {
  let handle: NodeJS.Timeout;
  const arm = (left: number): void => {
    const step = Math.min(left, LONGEST_TIMEOUT);
    handle = setTimeout(() => (left > step ? arm(left - step) : run()), step);
    handle.unref();
  };
  arm(Math.max(0, ms));
  return { cancel: () => clearTimeout(handle) };
}

/** The clock of the machine. */
export function systemClock(): Clock {
  let last = 0;
  return {
    wallNow: () => Date.now(),
    serviceNow: () => (last = Math.max(last, Date.now())),
    monotonic: () => performance.now(),
    afterWall: startTimer,
    afterService: startTimer,
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
export async function withinWall<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
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
