/** The timeline as a file that Perfetto and chrome://tracing open: the Trace Event Format's JSON object form. */
import type { Lane } from './lane.ts';
import type { Step } from './series.ts';
import type { TimelineModel } from './timelineModel.ts';

export interface TraceEvent {
  readonly name: string;
  /** `X` complete, `C` counter, `i` instant, `M` metadata. */
  readonly ph: 'X' | 'C' | 'i' | 'M';
  /** A process stands for a function, a thread for an environment. */
  readonly pid: number;
  readonly tid: number;
  /** Microseconds since `otherData.startedAt`. */
  readonly ts: number;
  readonly dur?: number;
  readonly cat?: string;
  /** Of an instant: it concerns the whole process. */
  readonly s?: 'p';
  readonly args?: Readonly<Record<string, string | number | boolean>>;
}

export interface ChromeTrace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms';
  readonly otherData: Readonly<Record<string, string>>;
}

/**
 * @param now service time at which what has not ended is cut, epoch milliseconds
 * @param only the one function that is shown; undefined: all
 */
export function chromeTrace(model: TimelineModel, now: number, only?: string): ChromeTrace {
  const lanes = [...model.lanes()].filter(({ functionName }) => only === undefined || functionName === only);
  const throttles = model.throttles.filter(({ functionName }) => only === undefined || functionName === only);
  const retries = model.retries.filter(({ functionName }) => only === undefined || functionName === only);
  const names = model.functionNames().filter(name => only === undefined || name === only);
  const origin = Math.min(
    now,
    ...lanes.map(({ start }) => start),
    ...throttles.map(({ at }) => at),
    ...retries.map(({ at }) => at),
    ...names.flatMap(name =>
      [model.pending(name), model.running(name)].map(one => one.steps()[0]?.at ?? now),
    ),
  );
  const at = (time: number): number => Math.round((time - origin) * 1_000);
  const events: TraceEvent[] = [];
  for (const [index, functionName] of names.entries()) {
    const pid = index + 1;
    const whole = { pid, tid: 0 };
    events.push({ name: 'process_name', ph: 'M', ...whole, ts: 0, args: { name: functionName } });
    const counter = (name: string, steps: readonly Step[]): void => {
      for (const { at: time, count } of steps)
        events.push({ name, ph: 'C', ...whole, ts: at(time), args: { count } });
    };
    counter('pending events', model.pending(functionName).steps());
    counter('running invocations', model.running(functionName).steps());
    for (const { functionName: name, at: time, reason, qualifier, type, count } of throttles)
      if (name === functionName)
        events.push({
          ...{ name: 'throttled', ph: 'i', s: 'p', cat: 'throttle', ...whole },
          ts: at(time),
          args: { reason, qualifier, type, count },
        });
    for (const { functionName: name, at: time, requestId, attempt, cause } of retries)
      if (name === functionName)
        events.push({
          ...{ name: 'retry', ph: 'i', s: 'p', cat: 'retry', ...whole },
          ts: at(time),
          args: { requestId, attempt, ...(cause === undefined ? {} : { cause }) },
        });
    const own = lanes.filter(lane => lane.functionName === functionName);
    for (const [nth, lane] of own.entries()) laneEvents(lane, pid, nth + 1, now, at, events);
  }
  return {
    traceEvents: events,
    displayTimeUnit: 'ms',
    otherData: { startedAt: new Date(origin).toISOString(), time: 'service time' },
  };
}

function laneEvents(
  lane: Lane,
  pid: number,
  tid: number,
  now: number,
  at: (time: number) => number,
  events: TraceEvent[],
): void {
  const span = (name: string, start: number, end: number, args?: TraceEvent['args']): void => {
    events.push({
      ...{ name, ph: 'X', cat: name, pid, tid },
      ts: at(start),
      dur: Math.max(0, at(end) - at(start)),
      ...(args === undefined ? {} : { args }),
    });
  };
  events.push({
    name: 'thread_name',
    ph: 'M',
    pid,
    tid,
    ts: 0,
    args: { name: `${lane.version} ${lane.id}` },
  });
  const reason: TraceEvent['args'] =
    lane.reason === undefined ? undefined : { reason: lane.reason.kind, busy: lane.reason.busy };
  span('init', lane.start, lane.init.end ?? now, reason);
  for (const { start, end, requestId, attempt, status, cold } of lane.runs)
    span(status, start, end, { requestId, attempt, cold });
  if (lane.busySince !== undefined) span('running', lane.busySince, Math.max(now, lane.busySince));
  for (const frozen of lane.frozen) span('frozen', frozen.start, frozen.end ?? now);
}
