/**
 * Runs what lies in a table as it falls due: one lane for each key (a function, a delivery target), so that a slow one
 * holds up nobody else. Only what runs is in memory; the rest is read when there is room for it.
 *
 * A lane that is refused narrows, to one item at a time at the least, and widens as things go well: AWS too reads a
 * function's events more slowly while it is throttled (docs "Error handling for asynchronous invocation").
 */
import type { Clock, Timer } from '../clock.ts';

export interface LaneItem {
  readonly id: number;
  /** Bytes of memory that it takes while it runs. */
  readonly bytes: number;
}

export interface Ran {
  /** There was no room, or nobody to take it. */
  readonly refused: boolean;
  /** When it is due again, service time; absent where it is gone. */
  readonly due?: number;
}

export interface LanesOptions<T extends LaneItem> {
  readonly clock: Pick<Clock, 'serviceNow' | 'afterService' | 'afterWall' | 'occupy'>;
  /** Most items of one lane that run at once. */
  readonly width: number;
  /** Most items that run at once, but that each lane may have one. */
  readonly total: number;
  /** First due time of each lane that has anything. */
  stored(): readonly { readonly key: string; readonly due: number }[];
  /** What is due by `now`, the first due first, those that run included. */
  due(key: string, now: number, limit: number): readonly T[];
  /** First due time after `now`. */
  dueAfter(key: string, now: number): number | undefined;
  /** Whether the lane may run anything; where not it rests until {@link Lanes.wake}. */
  mayRun?(key: string): boolean;
  /** Resolves when what became of it is stored. Never rejects. */
  run(item: T): Promise<Ran>;
  /** What a lane's next item is, for whoever drives the clock. */
  what(key: string): string;
  /** Hears why what is due can't be read; it is tried again. */
  failed(error: unknown): void;
}

export interface Lanes<T extends LaneItem> {
  start(): void;
  /** Begins nothing more. */
  pause(): void;
  /** It has just been stored, and is due: runs at once where there is room, and is read again later otherwise. */
  offer(key: string, item: T): void;
  /** Something was stored, or changed, that is due at this time; without a time: it may run again. */
  wake(key: string, due?: number): void;
  isRunning(id: number): boolean;
  readonly running: number;
  /** Resolves when nothing runs and nothing that may run is due. */
  settled(): Promise<void>;
}

/** Wall milliseconds after which what could not be read is read again. */
const READ_AGAIN_MS = 1_000;
/** Milliseconds of service time after which a lane that is narrow and full tries whether there is room by now. */
const PROBE_MS = 1_000;
/** Wall milliseconds after which a lane that rests asks again whether it may run, in case nobody wakes it. */
const REST_MS = 3_600_000;
/** Bytes of what runs, above which a lane has one item at a time. */
const MOST_BYTES = 64 * 1024 * 1024;

interface Lane {
  readonly key: string;
  running: number;
  /** Items that may run at once; with a fraction as it widens. */
  window: number;
  /** No item that doesn't run is due before. */
  nextDue: number;
  /** While it is narrow and full: when one more may be tried. */
  probeAt: number;
  timer?: Timer | undefined;
  resting: boolean;
}

export function createLanes<T extends LaneItem>(options: LanesOptions<T>): Lanes<T> {
  const { clock, width, total } = options;
  const lanes = new Map<string, Lane>();
  /** By id. */
  const running = new Map<number, T>();
  /** Lanes that wait for others to make room. */
  const blocked = new Set<Lane>();
  let bytes = 0;
  let isStarted = false;
  let settling: (() => void)[] = [];

  function laneOf(key: string): Lane {
    let lane = lanes.get(key);
    if (lane === undefined) {
      lane = { key, running: 0, window: width, nextDue: Infinity, probeAt: 0, resting: false };
      lanes.set(key, lane);
    }
    return lane;
  }

  const isNarrow = (lane: Lane): boolean => lane.window < width && lane.running >= Math.floor(lane.window);
  /** Whoever took the room may give it back without our hearing of it: a narrow lane tries from time to time. */
  const room = (lane: Lane): number =>
    isNarrow(lane)
      ? Number(lane.running < width && clock.serviceNow() >= lane.probeAt)
      : Math.floor(lane.window) - lane.running;
  const fits = (lane: Lane, item: T): boolean =>
    lane.running === 0 || (running.size < total && bytes + item.bytes <= MOST_BYTES);

  /** Begins what is due, as far as there is room. Never throws: nobody waits for it. */
  function pump(lane: Lane): void {
    lane.timer?.cancel();
    lane.timer = undefined;
    lane.resting = false;
    if (!isStarted) return;
    try {
      beginDue(lane);
    } catch (error) {
      options.failed(error);
      lane.timer = clock.afterWall(READ_AGAIN_MS, () => pump(lane));
    }
  }

  function beginDue(lane: Lane): void {
    const now = clock.serviceNow();
    while (lane.nextDue <= now && room(lane) > 0) {
      lane.resting = options.mayRun?.(lane.key) === false;
      if (lane.resting) {
        lane.timer = clock.afterWall(REST_MS, () => pump(lane));
        return;
      }
      const items = options
        .due(lane.key, now, lane.running + room(lane))
        .filter(item => !running.has(item.id))
        .slice(0, room(lane));
      if (items.length === 0) lane.nextDue = options.dueAfter(lane.key, now) ?? Infinity;
      for (const item of items) {
        if (!fits(lane, item)) {
          blocked.add(lane);
          return;
        }
        begin(lane, item);
      }
    }
    const wakeAt = lane.nextDue > now ? lane.nextDue : isNarrow(lane) ? lane.probeAt : Infinity;
    if (wakeAt > now && wakeAt < Infinity)
      lane.timer = clock.afterService(
        wakeAt - now,
        () => pump(lane),
        () => options.what(lane.key),
      );
    if (lane.nextDue === Infinity && lane.running === 0) lanes.delete(lane.key);
  }

  function begin(lane: Lane, item: T): void {
    if (isNarrow(lane)) lane.probeAt = clock.serviceNow() + PROBE_MS;
    lane.running++;
    running.set(item.id, item);
    bytes += item.bytes;
    const work = options.run(item).then(ran => {
      lane.running--;
      running.delete(item.id);
      bytes -= item.bytes;
      lane.window = ran.refused
        ? Math.max(1, Math.min(lane.window, lane.running))
        : Math.min(width, lane.window + 1 / lane.window);
      if (ran.refused) lane.probeAt = clock.serviceNow() + PROBE_MS;
      lane.nextDue = Math.min(lane.nextDue, ran.due ?? Infinity);
      pump(lane);
      for (const other of [...blocked]) {
        blocked.delete(other);
        pump(other);
      }
      tellSettled();
    });
    clock.occupy(work);
  }

  const isSettled = (): boolean =>
    running.size === 0 &&
    (!isStarted || [...lanes.values()].every(lane => lane.resting || lane.nextDue > clock.serviceNow()));

  function tellSettled(): void {
    if (settling.length === 0 || !isSettled()) return;
    const told = settling;
    settling = [];
    for (const tell of told) tell();
  }

  return {
    start: () => {
      isStarted = true;
      for (const { key, due } of options.stored()) {
        const lane = laneOf(key);
        lane.nextDue = Math.min(lane.nextDue, due);
      }
      for (const lane of [...lanes.values()]) pump(lane);
      tellSettled();
    },
    pause: () => {
      isStarted = false;
      for (const lane of lanes.values()) lane.timer?.cancel();
      tellSettled();
    },
    offer: (key, item) => {
      // Whatever was offered before it may have had the lane read it from the table.
      if (running.has(item.id)) return;
      const lane = laneOf(key);
      const isFirst = lane.nextDue > clock.serviceNow();
      if (isStarted && isFirst && room(lane) > 0 && fits(lane, item) && options.mayRun?.(key) !== false)
        begin(lane, item);
      else {
        lane.nextDue = Math.min(lane.nextDue, clock.serviceNow());
        pump(lane);
      }
    },
    wake: (key, due) => {
      const lane = due === undefined ? lanes.get(key) : laneOf(key);
      if (lane === undefined) return;
      lane.nextDue = Math.min(lane.nextDue, due ?? Infinity);
      pump(lane);
      tellSettled();
    },
    isRunning: id => running.has(id),
    get running() {
      return running.size;
    },
    settled: () =>
      new Promise(resolve => {
        if (isSettled()) resolve();
        else settling.push(resolve);
      }),
  };
}
