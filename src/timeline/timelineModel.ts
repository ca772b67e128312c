/**
 * What the Timeline shows, made of the host's events: a lane for each execution environment, and the tracks above them.
 * Pure, and the same for the same events. All times are epoch milliseconds of service time.
 */
import type { ClockStatus } from '../protocol/clock.ts';
import type { HostEvent } from '../protocol/control.ts';
import type { EnvironmentSummary, InvocationSummary, ThrottleSummary } from '../protocol/model.ts';
import { throttleKey } from '../protocol/throttle.ts';
import { addRun, closeLane, newLane, reopenLane, type Lane } from './lane.ts';
import { MOST_RUNS, withinBudget } from './runBudget.ts';
import { overlap, Series } from './series.ts';

/** A try after the first at an asynchronous event; what was put off before it ran is tried again as the same attempt. */
export interface Retry {
  readonly at: number;
  readonly functionName: string;
  readonly requestId: string;
  readonly attempt: number;
  readonly cause: InvocationSummary['cause'];
}

/** From here on service time passes in another way; `speed` 0: it stands still. */
export interface ClockChange {
  readonly at: number;
  readonly speed: number;
}

/** Lanes, and marks of each kind, that are kept; the oldest go first. */
const MOST_LANES = 3_000;
const MOST_MARKS = 2_000;

/** Key of the series over all functions: no function's name is empty. */
export const ALL = '';

const attemptKey = ({ requestId, attempt }: { requestId: string; attempt: number }): string =>
  `${requestId} ${attempt}`;

export class TimelineModel {
  readonly #lanes = new Map<string, Lane>();
  readonly #pending = new Map<string, Series>();
  readonly #running = new Map<string, Series>();
  /** By attempt: the function of what has not ended. */
  readonly #unfinished = new Map<string, string>();
  readonly #runningNow = new Map<string, number>();
  readonly #pendingNow = new Map<string, number>();
  readonly throttles: ThrottleSummary[] = [];
  readonly retries: Retry[] = [];
  readonly clockChanges: ClockChange[] = [];
  #seen = new Set<string>();
  #clock: ClockStatus | undefined;
  readonly #mostRuns: number;
  /** At most as many are kept: not lessened where lanes forget by themselves. */
  #runs = 0;
  /** Changes whenever a lane comes or goes. */
  revision = 0;

  /** @param mostRuns that all lanes together keep */
  constructor(mostRuns = MOST_RUNS) {
    this.#mostRuns = mostRuns;
  }

  /** By start, as they were told. */
  lanes(): Iterable<Lane> {
    return this.#lanes.values();
  }

  get laneCount(): number {
    return this.#lanes.size;
  }

  lane(id: string): Lane | undefined {
    return this.#lanes.get(id);
  }

  get clock(): ClockStatus | undefined {
    return this.#clock;
  }

  /** Of all functions that were told of, whatever was told: sorted. */
  functionNames(): readonly string[] {
    const names = new Set<string>();
    for (const series of [this.#pending, this.#running])
      for (const [name, one] of series) if (one.steps().length > 0) names.add(name);
    for (const { functionName } of this.#lanes.values()) names.add(functionName);
    for (const { functionName } of this.throttles) names.add(functionName);
    for (const { functionName } of this.retries) names.add(functionName);
    names.delete(ALL);
    return [...names].sort();
  }

  /** Asynchronous events of a function, or of {@link ALL}, that have not come to their end. */
  pending(functionName: string): Series {
    return seriesOf(this.#pending, functionName);
  }

  /** Invocations that run or wait for an environment. */
  running(functionName: string): Series {
    return seriesOf(this.#running, functionName);
  }

  /** Service time at a time of the machine (epoch milliseconds). */
  serviceTime(wall: number): number {
    if (this.#clock === undefined) return wall;
    const { serviceTime, wallTime, speed, frozen } = this.#clock;
    return frozen ? serviceTime : serviceTime + Math.max(0, wall - wallTime) * speed;
  }

  /** @param wall when the event arrived, epoch milliseconds of the machine */
  apply(event: HostEvent, wall: number): void {
    switch (event.type) {
      case 'snapshot':
        this.#snapshot(event, wall);
        return;
      case 'environment':
        this.#environment(event.environment, this.serviceTime(wall), false);
        return;
      case 'invocation':
        this.#invocation(event.invocation, this.serviceTime(wall));
        return;
      case 'pendingEvents':
        this.#pend(event.pending.functionName, event.pending.count, this.serviceTime(wall));
        return;
      case 'throttle':
        this.#throttle(event.throttle);
        return;
      case 'clock':
        this.#setClock(event.clock);
        return;
      default:
        return;
    }
  }

  #snapshot(event: Extract<HostEvent, { type: 'snapshot' }>, wall: number): void {
    this.#setClock(event.clock);
    const now = this.serviceTime(wall);
    const alive = new Set(event.environments.map(({ id }) => id));
    for (const lane of this.#lanes.values()) if (!alive.has(lane.id)) closeLane(lane, now);
    this.revision++;
    const old = event.invocations.toSorted((a, b) => a.startedAt - b.startedAt);
    const isNew = this.#seen.size === 0;
    this.#unfinished.clear();
    for (const environment of event.environments) this.#environment(environment, now, true);
    for (const invocation of old) this.#invocation(invocation, now, true);
    // What history tells of environments that are gone says nothing of their end.
    for (const lane of this.#lanes.values())
      if (lane.end === undefined && !alive.has(lane.id)) closeLane(lane, lane.start);
    if (isNew) this.#recallRunning();
    this.#countAgain(now);
    for (const { functionName, count } of event.pendingEvents ?? []) this.#pend(functionName, count, now);
    for (const throttle of event.throttles ?? []) this.#throttle(throttle);
  }

  /** How much ran at once before anybody looked. */
  #recallRunning(): void {
    const spans = [...this.#lanes.values()].flatMap(({ functionName, runs }) =>
      runs.map(run => ({ functionName, start: run.start - run.waited, end: run.end })),
    );
    for (const name of [ALL, ...new Set(spans.map(({ functionName }) => functionName))]) {
      const own = name === ALL ? spans : spans.filter(({ functionName }) => functionName === name);
      for (const { at, count } of overlap(own)) this.running(name).add(at, count);
    }
  }

  /** The host is gone, and every environment with it. */
  disconnected(wall: number): void {
    const now = this.serviceTime(wall);
    for (const lane of this.#lanes.values()) closeLane(lane, now);
    this.#unfinished.clear();
    this.#countAgain(now);
    this.revision++;
  }

  #setClock(clock: ClockStatus): void {
    const speed = clock.frozen ? 0 : clock.speed;
    const before = this.#clock === undefined ? 1 : this.#clock.frozen ? 0 : this.#clock.speed;
    this.#clock = clock;
    if (speed === before) return;
    // As they were told: service time can be set back.
    this.clockChanges.push({ at: clock.serviceTime, speed });
    if (this.clockChanges.length > MOST_MARKS) this.clockChanges.shift();
  }

  /** `isOld`: how long it has been as it is was not seen. */
  #environment(environment: EnvironmentSummary, now: number, isOld: boolean): void {
    const { id, state, startedAt, initMs } = environment;
    const lane = this.#laneOf(id, environment, startedAt);
    // Only the connection was gone, and is back: the environment has lived on.
    if (lane.end !== undefined && state !== 'stopped') {
      reopenLane(lane, state);
      this.revision++;
    }
    lane.engine = environment.engine;
    if (environment.startReason !== undefined) lane.reason = environment.startReason;
    if (environment.debug !== undefined) lane.isDebugged = true;
    const isInit = state === 'starting' || state === 'init' || state === 'waiting-for-debugger';
    if (!isInit && lane.init.end === undefined)
      lane.init.end = isOld && initMs !== undefined ? startedAt + initMs : Math.max(startedAt, now);
    const lastEnd = lane.runs.at(-1)?.end ?? startedAt;
    const frozen = lane.frozen.at(-1);
    if (state === 'frozen') {
      if (frozen === undefined || frozen.end !== undefined)
        lane.frozen.push({ start: Math.max(now, lastEnd) });
      if (lane.frozen.length > MOST_MARKS) lane.frozen.shift();
    } else if (frozen !== undefined) frozen.end ??= now;
    if (state === 'busy') lane.busySince ??= Math.max(now, lastEnd);
    else if (state !== 'stopping') {
      delete lane.busySince;
      delete lane.running;
    }
    if (state === 'stopped') {
      closeLane(lane, now);
      this.revision++;
    }
  }

  #invocation(invocation: InvocationSummary, now: number, isOld = false): void {
    const { environmentId, status, report, requestId, attempt, startedAt, functionName } = invocation;
    // Told as a throttle too; of a flood only some are told as invocations. The same attempt comes again.
    const key = attemptKey(invocation);
    if (status === 'throttled') {
      if (this.#unfinished.delete(key) && !isOld) this.#count(functionName, -1, now);
      return;
    }
    if (this.#seen.has(key)) return;
    if (isRetry(invocation) && !this.#unfinished.has(key))
      insertBounded(this.retries, {
        ...{ at: startedAt, functionName, requestId, attempt },
        cause: invocation.cause,
      });
    if (status === 'running') {
      const isNew = !this.#unfinished.has(key);
      this.#unfinished.set(key, functionName);
      if (isNew && !isOld) this.#count(functionName, 1, now);
      const lane = environmentId === undefined ? undefined : this.#lanes.get(environmentId);
      if (lane !== undefined)
        lane.running = {
          requestId,
          attempt,
          start: Math.max(startedAt, lane.init.end ?? now, lane.runs.at(-1)?.end ?? lane.start),
        };
      return;
    }
    this.#seen.add(key);
    if (this.#seen.size > MOST_LANES * 20) this.#seen = new Set([...this.#seen].slice(MOST_LANES * 10));
    if (!isOld && !this.#unfinished.has(key)) {
      // It began and ended within one batch of events: it was there all the same.
      this.#unfinished.set(key, functionName);
      this.#count(functionName, 1, startedAt);
    }
    if (this.#unfinished.delete(key) && !isOld) this.#count(functionName, -1, now);
    if (environmentId === undefined || report === undefined) return;
    const lane = this.#laneOf(environmentId, invocation, startedAt);
    if (lane.running?.requestId === requestId) delete lane.running;
    // Of a lane that is told of only by a later run nobody knows the init.
    lane.init.end ??=
      invocation.cold === true ? Math.min(now, lane.start + (report.initMs ?? 0)) : lane.start;
    // It may have waited: for the environment's init, and for what that ran before.
    const start = Math.max(startedAt, lane.init.end ?? lane.start, lane.runs.at(-1)?.end ?? lane.start);
    // Durations are the machine's time. How fast service time ran long ago nobody knows.
    const speed = isOld || this.#clock === undefined ? 1 : this.#clock.frozen ? 0 : this.#clock.speed;
    addRun(lane, {
      requestId,
      attempt,
      status,
      cold: invocation.cold === true,
      start,
      end: start + report.durationMs * speed,
      waited: start - startedAt,
      source: invocation.source,
      isAsynchronous: invocation.type === 'Event',
      durationMs: report.durationMs,
      billedMs: report.billedMs,
      memorySizeMb: report.memorySizeMb,
      maxMemoryUsedMb: report.maxMemoryUsedMb,
      ...(report.initMs === undefined ? {} : { initMs: report.initMs }),
      ...(invocation.errorType === undefined ? {} : { errorType: invocation.errorType }),
      ...(invocation.fault === undefined ? {} : { fault: invocation.fault }),
    });
    if (++this.#runs > this.#mostRuns) this.#forgetRuns();
  }

  #laneOf(
    id: string,
    { functionName, version }: Pick<Lane, 'functionName' | 'version'>,
    start: number,
  ): Lane {
    const known = this.#lanes.get(id);
    if (known !== undefined) return known;
    const lane = newLane(id, functionName, version, start);
    this.#lanes.set(id, lane);
    this.revision++;
    if (this.#lanes.size > MOST_LANES) this.#forgetOne();
    return lane;
  }

  #forgetRuns(): void {
    const { left, gone } = withinBudget(this.#lanes.values(), this.#mostRuns);
    this.#runs = left;
    for (const id of gone) this.#lanes.delete(id);
    if (gone.length > 0) this.revision++;
  }

  /** The first that has stopped; what lives stays. */
  #forgetOne(): void {
    for (const lane of this.#lanes.values())
      if (lane.end !== undefined) {
        this.#lanes.delete(lane.id);
        return;
      }
  }

  /** One more runs, or one less. */
  #count(functionName: string, by: 1 | -1, now: number): void {
    for (const name of [functionName, ALL]) {
      const count = Math.max(0, (this.#runningNow.get(name) ?? 0) + by);
      this.#runningNow.set(name, count);
      this.running(name).add(now, count);
    }
  }

  /** Counts anew what runs: a host was met, or lost. */
  #countAgain(now: number): void {
    this.#runningNow.clear();
    for (const name of this.#unfinished.values())
      for (const one of [name, ALL]) this.#runningNow.set(one, (this.#runningNow.get(one) ?? 0) + 1);
    for (const name of new Set([...this.#running.keys(), ...this.#runningNow.keys()]))
      this.running(name).add(now, this.#runningNow.get(name) ?? 0);
  }

  #pend(functionName: string, count: number, now: number): void {
    this.#pendingNow.set(functionName, count);
    this.pending(functionName).add(now, count);
    let all = 0;
    for (const one of this.#pendingNow.values()) all += one;
    this.pending(ALL).add(now, all);
  }

  /** One that counts more than before comes again. */
  #throttle(throttle: ThrottleSummary): void {
    const key = throttleKey(throttle);
    const at = this.throttles.findLastIndex(one => throttleKey(one) === key);
    if (at === -1) insertBounded(this.throttles, throttle);
    else this.throttles[at] = throttle;
  }
}

function seriesOf(map: Map<string, Series>, name: string): Series {
  let series = map.get(name);
  if (series === undefined) map.set(name, (series = new Series()));
  return series;
}

/** By why it is made: a try after a throttle has the number of the one that was put off. */
const isRetry = ({ cause, attempt }: InvocationSummary): boolean =>
  cause === undefined ? attempt > 1 : cause !== 'call';

/** In the order of time, also where something is told late: a snapshot tells of what was missed. */
function insertBounded<T extends { readonly at: number }>(list: T[], one: T): void {
  list.splice(list.findLastIndex(({ at }) => at <= one.at) + 1, 0, one);
  if (list.length > MOST_MARKS) list.shift();
}
