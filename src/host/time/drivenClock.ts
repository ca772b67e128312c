/**
 * The clock whose service time can be driven: faster, frozen, advanced, run to what falls due next (DESIGN.md rule 2).
 *
 * Every change is stored before it counts, and service time never goes back, not over `kill -9` either: faster than the
 * machine's, time that has been shown is stored beforehand, a quarter of a second at once. While the host is down it goes
 * on at speed 1, or not at all where it was frozen.
 */
import { AwsError } from '../../protocol/awsError.ts';
import type { ClockAdvanced, ClockEvent, ClockStatus } from '../../protocol/clock.ts';
import { HIGHEST_SPEED, LONGEST_ADVANCE_MS } from '../../protocol/clock.ts';
import type { Clock, ServiceTimer, Timer } from '../clock.ts';
import type { ClockState, ClockStore } from './clockState.ts';
import { TimerHeap, type HeapEntry } from './timerHeap.ts';

export interface DrivenClock extends Clock {
  status(): ClockStatus;
  /** Service time passes `speed` times as fast as the machine's, and runs where it was frozen. Throws ValidationException. */
  setSpeed(speed: number): ClockStatus;
  /** Service time stands still until it is told to go on, or advanced. */
  freeze(): ClockStatus;
  /** Ends {@link freeze}, at the speed that it had before. */
  resume(): ClockStatus;
  /**
   * Moves service time on by `ms`, from one thing that falls due to the next; each is done, with all that it brings about,
   * before time moves on. Resolves when everything is done. While something is being done, time passes as it is set to.
   * Once `signal` is aborted time stops where it has come to, and what fell due so far is told.
   */
  advance(ms: number, signal?: AbortSignal): Promise<ClockAdvanced>;
  /** As {@link advance}, up to the next thing that has a name; where none waits, time stays. */
  next(signal?: AbortSignal): Promise<ClockAdvanced>;
  /** Calls back after each change, and now and then on the way of an advance; what is running on its own is none. */
  onChange(listener: (status: ClockStatus) => void): void;
  /** Stores where service time stands. Nothing falls due any more. */
  close(): void;
}

interface Waiting extends HeapEntry {
  readonly run: () => unknown;
  readonly what: (() => string) | undefined;
  /** What is left of it while it is held. */
  left: number | undefined;
}

/** Wall milliseconds after which an advance that is under way tells how far it is. */
const TELL_MS = 200;

/** Wall time for which a faster clock's time is stored ahead. */
const LEASE_MS = 250;

const invalid = (message: string): AwsError => new AwsError('ValidationException', 400, message);

/**
 * @param machine its wall time, and its timers, are what this one runs on
 * @param failed hears why a faster clock's time could not be stored, once until it works again; it stands still meanwhile
 */
export function openDrivenClock(
  machine: Clock,
  store: ClockStore,
  failed: (error: unknown) => void,
): DrivenClock {
  const timers = new TimerHeap<Waiting>();
  const working = new Set<Promise<unknown>>();
  const listeners: ((status: ClockStatus) => void)[] = [];
  /** Who advances, one after the other. */
  let driving: Promise<unknown> = Promise.resolve();
  /** What fell due since whoever advances began. */
  let done: ClockEvent[] | undefined;
  /** The machine's timer, and the service time for which it was set. */
  let alarm: { readonly timer: Timer; readonly at: number } | undefined;
  let closed = false;
  let isStoring = true;
  let anchor = resumed(store.read(), machine.wallNow());
  /** The latest that was shown. */
  let shown = anchor.service;
  /** Up to here time may be shown without storing it. */
  let lease = anchor.service;
  /** What the machine's clock showed when it was read last. */
  let seen = anchor.wall;

  function serviceNow(): number {
    const wallNow = machine.wallNow();
    if (wallNow < seen && !anchor.frozen) goOnFrom(wallNow);
    seen = wallNow;
    const { service, wall, speed, frozen } = anchor;
    if (!frozen) {
      const now = Math.floor(service + Math.max(0, wallNow - wall) * speed);
      if (now > shown) shown = now;
      // At speed 1 what is stored stays true as time goes by.
      if (speed !== 1 && shown > lease && !closed) extendLease();
    }
    return shown;
  }

  /** The machine's clock was set back: service time would stand still until it has caught up. */
  function goOnFrom(wallNow: number): void {
    anchor = { ...anchor, service: shown, wall: wallNow };
    if (closed) return;
    try {
      store.write(anchor);
      lease = shown;
    } catch {
      // A full disk, for one: the next change stores it.
    }
  }

  function extendLease(): void {
    const wanted = shown + LEASE_MS * anchor.speed;
    try {
      store.write({ ...anchor, service: wanted, wall: machine.wallNow() });
      lease = wanted;
      isStoring = true;
    } catch (error) {
      // What can't be stored must not be shown: a full disk stops the time.
      shown = lease;
      if (isStoring) failed(error);
      isStoring = false;
    }
  }

  /** From now on service time passes like this, beginning with `service`. */
  function set(change: Partial<Pick<ClockState, 'service' | 'speed' | 'frozen'>>): void {
    const now = serviceNow();
    const next = { ...anchor, service: now, wall: machine.wallNow(), ...change };
    store.write(next);
    anchor = next;
    shown = Math.max(now, next.service);
    lease = shown;
    arm();
  }

  function arm(): void {
    const first = timers.first();
    if (anchor.frozen || closed || first === undefined) {
      alarm?.timer.cancel();
      alarm = undefined;
      return;
    }
    alarm?.timer.cancel();
    const ms = Math.max(0, (first.at - serviceNow()) / anchor.speed);
    alarm = { at: first.at, timer: machine.afterWall(Math.ceil(ms), ring) };
  }

  function ring(): void {
    alarm = undefined;
    fireDue(serviceNow());
    arm();
  }

  /** Runs what is due at `now`, in order; what that adds for the same time too. */
  function fireDue(now: number): void {
    for (let first = timers.first(); first !== undefined && first.at <= now; first = timers.first()) {
      timers.remove(first);
      if (first.what !== undefined) done?.push({ at: first.at, what: first.what() });
      fire(first);
    }
  }

  function fire({ run }: Waiting): void {
    try {
      const result = run();
      if (!(result instanceof Promise)) return;
      track(result);
      // Its rejection stays nobody's: a defect, as what is thrown is.
      void result.then();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  function track(work: Promise<unknown>): void {
    working.add(work);
    const end = (): void => void working.delete(work);
    work.then(end, end);
  }

  /** Resolves when nothing is being done that service time waits for. */
  async function quiet(): Promise<void> {
    do {
      await Promise.allSettled(working);
      // What was done may begin something in the next turn.
      await new Promise(resolve => setImmediate(resolve));
    } while (working.size > 0);
  }

  function firstNamed(): Waiting | undefined {
    let first: Waiting | undefined;
    for (const one of timers.all()) {
      if (one.what === undefined) continue;
      if (first === undefined || one.at < first.at || (one.at === first.at && one.order < first.order))
        first = one;
    }
    return first;
  }

  function status(): ClockStatus {
    const first = firstNamed();
    return {
      serviceTime: serviceNow(),
      wallTime: machine.wallNow(),
      speed: anchor.speed,
      frozen: anchor.frozen,
      waiting: timers.all().filter(({ what }) => what !== undefined).length,
      ...(first?.what && { next: { at: first.at, what: first.what() } }),
    };
  }

  function changed(): ClockStatus {
    const now = status();
    for (const listener of listeners) listener(now);
    return now;
  }

  /** One drive at a time. `limit`: how far time may go; undefined where it is far enough. */
  function drive(
    limitFrom: (start: number) => () => number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ClockAdvanced> {
    const run = async (): Promise<ClockAdvanced> => {
      await quiet();
      const events: ClockEvent[] = (done = []);
      try {
        const limitOf = limitFrom(serviceNow());
        let told = machine.monotonic();
        while (signal?.aborted !== true) {
          const limit = limitOf();
          const first = timers.first();
          if (closed || limit === undefined) break;
          const isLast = first === undefined || first.at > limit;
          const to = isLast ? limit : first.at;
          if (to > serviceNow()) set({ service: to });
          if (isLast) break;
          fireDue(serviceNow());
          arm();
          await quiet();
          if (machine.monotonic() - told < TELL_MS) continue;
          changed();
          told = machine.monotonic();
        }
      } finally {
        done = undefined;
      }
      return { ...changed(), done: events };
    };
    const result = driving.then(run, run);
    driving = result;
    return result;
  }

  return {
    wallNow: () => machine.wallNow(),
    monotonic: () => machine.monotonic(),
    afterWall: (ms, run) => machine.afterWall(ms, run),
    serviceNow,
    afterService(ms, run, what) {
      const entry: Waiting = {
        at: serviceNow() + Math.max(0, ms),
        index: -1,
        order: 0,
        run,
        what,
        left: undefined,
      };
      const wait = (): void => {
        timers.add(entry);
        if (alarm === undefined || entry.at < alarm.at) arm();
      };
      wait();
      return {
        cancel: () => {
          timers.remove(entry);
          entry.left = undefined;
        },
        hold: () => {
          if (entry.index < 0) return;
          timers.remove(entry);
          entry.left = entry.at - serviceNow();
        },
        go: () => {
          if (entry.left === undefined) return;
          entry.at = serviceNow() + Math.max(0, entry.left);
          entry.left = undefined;
          wait();
        },
      } satisfies ServiceTimer;
    },
    occupy: track,
    status,
    setSpeed(speed) {
      if (!Number.isFinite(speed) || speed < 1 || speed > HIGHEST_SPEED)
        throw invalid(
          `The clock's speed is a number from 1 to ${HIGHEST_SPEED}, not ${speed}. To stop it, freeze it.`,
        );
      set({ speed, frozen: false });
      return changed();
    },
    freeze() {
      set({ frozen: true });
      return changed();
    },
    resume() {
      set({ frozen: false });
      return changed();
    },
    async advance(ms, signal) {
      if (!Number.isFinite(ms) || ms <= 0 || ms > LONGEST_ADVANCE_MS)
        throw invalid(
          `The clock is advanced by more than nothing and at most ${LONGEST_ADVANCE_MS / 86_400_000} days at once, not by ${ms} ms.`,
        );
      return drive(start => () => start + ms, signal);
    },
    next: signal => drive(() => () => (done?.length === 0 ? firstNamed()?.at : undefined), signal),
    onChange: listener => void listeners.push(listener),
    close() {
      if (closed) return;
      set({});
      closed = true;
      arm();
    },
  };
}

/** Service time as it has gone on since it was stored. */
function resumed(stored: ClockState | undefined, wall: number): ClockState {
  if (stored === undefined) return { service: wall, wall, speed: 1, frozen: false };
  const passed = stored.frozen ? 0 : Math.max(0, wall - stored.wall);
  return { ...stored, service: Math.ceil(stored.service + passed), wall };
}
