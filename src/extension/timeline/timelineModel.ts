/**
 * What the Timeline shows, made of the host's events: a lane for each execution environment, and marks for each function.
 * Pure, and the same for the same events: the panel keeps one, and its webview another that it feeds with the same.
 * All times are epoch milliseconds of service time.
 */
import type { ClockStatus } from '../../protocol/clock.ts';
import type { HostEvent } from '../../protocol/control.ts';
import type { EnvironmentSummary, InvocationSummary } from '../../protocol/model.ts';

export interface Run {
  readonly requestId: string;
  readonly attempt: number;
  readonly status: 'success' | 'error' | 'timeout' | 'throttled';
  readonly cold: boolean;
  readonly start: number;
  readonly end: number;
}

/** From one time to another; open while `end` is absent. */
export interface Stretch {
  readonly start: number;
  end?: number;
}

export interface Lane {
  readonly id: string;
  readonly functionName: string;
  readonly version: string;
  readonly start: number;
  /** When it stopped; absent while it lives. */
  end?: number;
  readonly init: Stretch;
  /** In the order of their times, never over each other. */
  readonly runs: Run[];
  /** In the order of their times. */
  readonly frozen: Stretch[];
  /** It runs something that has not ended, since then. */
  busySince?: number;
}

/** How many asynchronous events of a function waited, from a time on. */
export interface QueueDepth {
  readonly at: number;
  readonly count: number;
}

/** Lanes and runs that are kept; the oldest go first. */
const MOST_LANES = 2_000;
const MOST_RUNS_OF_LANE = 2_000;
const MOST_DEPTHS = 2_000;

export class TimelineModel {
  readonly #lanes = new Map<string, Lane>();
  /** By function, in the order of their times. */
  readonly #depths = new Map<string, QueueDepth[]>();
  #clock: ClockStatus | undefined;

  /** By function as they first appeared, then by start. */
  lanes(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  depths(functionName: string): readonly QueueDepth[] {
    return this.#depths.get(functionName) ?? [];
  }

  /** Service time at a time of the machine (epoch milliseconds). */
  serviceTime(wall: number): number {
    if (this.#clock === undefined) return wall;
    const { serviceTime, wallTime, speed, frozen } = this.#clock;
    return frozen ? serviceTime : serviceTime + (wall - wallTime) * speed;
  }

  /** @param wall when the event arrived, epoch milliseconds of the machine */
  apply(event: HostEvent, wall: number): void {
    switch (event.type) {
      case 'snapshot': {
        this.#clock = event.clock;
        const now = this.serviceTime(wall);
        const alive = new Set(event.environments.map(({ id }) => id));
        for (const lane of this.#lanes.values()) if (!alive.has(lane.id)) close(lane, now);
        for (const environment of event.environments) this.#environment(environment, now, true);
        for (const invocation of event.invocations.toSorted((a, b) => a.startedAt - b.startedAt))
          this.#invocation(invocation, now);
        return;
      }
      case 'environment':
        this.#environment(event.environment, this.serviceTime(wall), false);
        return;
      case 'invocation':
        this.#invocation(event.invocation, this.serviceTime(wall));
        return;
      case 'pendingEvents':
        this.#depth(event.pending.functionName, { at: this.serviceTime(wall), count: event.pending.count });
        return;
      case 'clock':
        this.#clock = event.clock;
        return;
      default:
        return;
    }
  }

  /** The host is gone, and every environment with it. */
  disconnected(wall: number): void {
    const now = this.serviceTime(wall);
    for (const lane of this.#lanes.values()) close(lane, now);
  }

  /** `isOld`: how long it has been as it is was not seen. */
  #environment(environment: EnvironmentSummary, now: number, isOld: boolean): void {
    const { id, state, startedAt, initMs } = environment;
    const lane = this.#laneOf(id, environment, startedAt);
    const isInit = state === 'starting' || state === 'init' || state === 'waiting-for-debugger';
    if (!isInit && lane.init.end === undefined)
      lane.init.end = isOld && initMs !== undefined ? startedAt + initMs : Math.max(startedAt, now);
    const frozen = lane.frozen.at(-1);
    if (state === 'frozen') {
      if (frozen === undefined || frozen.end !== undefined)
        lane.frozen.push({ start: Math.max(now, lane.runs.at(-1)?.end ?? startedAt) });
    } else if (frozen !== undefined) frozen.end ??= now;
    if (state === 'busy') lane.busySince ??= Math.max(now, lane.runs.at(-1)?.end ?? startedAt);
    else delete lane.busySince;
    if (state === 'stopped') close(lane, now);
  }

  #invocation(invocation: InvocationSummary, now: number): void {
    const { environmentId, status, report, requestId, attempt, startedAt } = invocation;
    if (status === 'running' || environmentId === undefined || report === undefined) return;
    const lane = this.#laneOf(environmentId, invocation, startedAt);
    if (lane.runs.some(run => run.requestId === requestId && run.attempt === attempt)) return;
    if (lane.init.end === undefined && invocation.cold === true)
      lane.init.end = Math.min(now, lane.start + (report.initMs ?? 0));
    // It may have waited: for the environment's init, and for what that ran before.
    const start = Math.max(startedAt, lane.init.end ?? lane.start, lane.runs.at(-1)?.end ?? lane.start);
    // Durations are the machine's time.
    const speed = this.#clock === undefined ? 1 : this.#clock.frozen ? 0 : this.#clock.speed;
    const end = start + report.durationMs * speed;
    lane.runs.push({ requestId, attempt, status, cold: invocation.cold === true, start, end });
    if (lane.runs.length > MOST_RUNS_OF_LANE) lane.runs.shift();
    if (lane.busySince !== undefined) lane.busySince = Math.max(lane.busySince, end);
  }

  #laneOf(
    id: string,
    { functionName, version }: Pick<Lane, 'functionName' | 'version'>,
    start: number,
  ): Lane {
    const known = this.#lanes.get(id);
    if (known !== undefined) return known;
    const lane: Lane = { id, functionName, version, start, init: { start }, runs: [], frozen: [] };
    this.#lanes.set(id, lane);
    if (this.#lanes.size > MOST_LANES) this.#forgetOne();
    return lane;
  }

  /** The first that has stopped; what lives stays. */
  #forgetOne(): void {
    for (const lane of this.#lanes.values())
      if (lane.end !== undefined) {
        this.#lanes.delete(lane.id);
        return;
      }
  }

  #depth(functionName: string, depth: QueueDepth): void {
    const list = this.#depths.get(functionName) ?? [];
    if (list.at(-1)?.count !== depth.count) list.push(depth);
    if (list.length > MOST_DEPTHS) list.shift();
    this.#depths.set(functionName, list);
  }
}

function close(lane: Lane, now: number): void {
  const end = Math.max(now, lane.runs.at(-1)?.end ?? lane.start);
  lane.end ??= end;
  lane.init.end ??= end;
  const frozen = lane.frozen.at(-1);
  if (frozen !== undefined) frozen.end ??= end;
  delete lane.busySince;
}
