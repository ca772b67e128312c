/** One execution environment's life, as far as the host has told it. Times are epoch milliseconds of service time. */
import type { FaultMark } from '../protocol/faults.ts';
import type { EngineName, EnvironmentState, InvocationSummary, StartReason } from '../protocol/model.ts';

export interface Run {
  readonly requestId: string;
  readonly attempt: number;
  readonly status: 'success' | 'error' | 'timeout' | 'throttled';
  readonly cold: boolean;
  readonly start: number;
  readonly end: number;
  /** Milliseconds of service time between its arrival and its start. */
  readonly waited: number;
  readonly source: InvocationSummary['source'];
  readonly isAsynchronous: boolean;
  /** Of its report what is shown: some hundred thousand are kept. */
  readonly durationMs: number;
  readonly billedMs: number;
  readonly initMs?: number;
  readonly memorySizeMb: number;
  readonly maxMemoryUsedMb: number;
  readonly errorType?: string;
  readonly fault?: FaultMark;
}

/** What it has in its hands. */
export interface Running {
  readonly requestId: string;
  readonly attempt: number;
  readonly start: number;
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
  engine?: EngineName;
  reason?: StartReason;
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
  running?: Running;
  isDebugged?: true;
}

/** A stretch of a lane that looks the same throughout. */
export interface Segment {
  readonly kind: 'init' | 'run' | 'running' | 'idle' | 'frozen';
  readonly start: number;
  readonly end: number;
  readonly run?: Run;
}

/** Runs that a lane keeps; the oldest go first. */
const MOST_RUNS = 2_000;

export function newLane(id: string, functionName: string, version: string, start: number): Lane {
  return { id, functionName, version, start, init: { start }, runs: [], frozen: [] };
}

export function addRun(lane: Lane, run: Run): void {
  lane.runs.push(run);
  if (lane.runs.length > MOST_RUNS) lane.runs.shift();
  if (lane.busySince !== undefined) lane.busySince = Math.max(lane.busySince, run.end);
}

/** Forgets runs and frozen stretches that ended at a time or before. @returns how many runs */
export function forgetBefore(lane: Lane, time: number): number {
  const count = firstRunAfter(lane.runs, time);
  lane.runs.splice(0, count);
  const kept = lane.frozen.findIndex(({ end }) => end === undefined || end > time);
  lane.frozen.splice(0, kept < 0 ? lane.frozen.length : kept);
  return count;
}

/** It has stopped, at `now` at the latest known. */
export function closeLane(lane: Lane, now: number): void {
  const end = Math.max(now, lane.runs.at(-1)?.end ?? lane.init.end ?? lane.start);
  lane.end ??= end;
  lane.init.end ??= end;
  const frozen = lane.frozen.at(-1);
  if (frozen !== undefined) frozen.end ??= end;
  delete lane.busySince;
  delete lane.running;
}

/** It lives after all, and is still what it was when it was taken for stopped. */
export function reopenLane(lane: Lane, state: EnvironmentState): void {
  const { end } = lane;
  const frozen = lane.frozen.at(-1);
  if (state === 'frozen' && frozen?.end === end) delete frozen?.end;
  const isInit = state === 'starting' || state === 'init' || state === 'waiting-for-debugger';
  if (isInit && lane.init.end === end) delete lane.init.end;
  delete lane.end;
}

/** Index of the first run that ends after `time`: where drawing begins. */
export function firstRunAfter(runs: readonly Run[], time: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((runs[middle]?.end ?? Infinity) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What the lane is at a time; undefined before its start and after its end. */
export function segmentAt(lane: Lane, time: number, now: number): Segment | undefined {
  const end = lane.end ?? Math.max(now, lane.start);
  if (time < lane.start || time > end) return undefined;
  const ready = lane.init.end ?? end;
  if (time < ready) return { kind: 'init', start: lane.start, end: ready };
  const index = firstRunAfter(lane.runs, time);
  const run = lane.runs[index];
  if (run !== undefined && run.start <= time) return { kind: 'run', start: run.start, end: run.end, run };
  if (lane.busySince !== undefined && time >= lane.busySince)
    return { kind: 'running', start: lane.busySince, end };
  for (const frozen of lane.frozen)
    if (time >= frozen.start && time < (frozen.end ?? end))
      return { kind: 'frozen', start: frozen.start, end: frozen.end ?? end };
  const before = lane.runs[index - 1]?.end ?? ready;
  return { kind: 'idle', start: before, end: run?.start ?? lane.busySince ?? end };
}
