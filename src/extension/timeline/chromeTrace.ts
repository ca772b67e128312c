/** The timeline as a file that Perfetto and chrome://tracing open: the Trace Event Format's JSON object form. */
import type { Lane, QueueDepth } from './timelineModel.ts';

export interface TraceEvent {
  readonly name: string;
  /** `X` complete, `C` counter, `M` metadata. */
  readonly ph: 'X' | 'C' | 'M';
  /** A process stands for a function, a thread for an environment. */
  readonly pid: number;
  readonly tid: number;
  /** Microseconds since `otherData.startedAt`. */
  readonly ts: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly args?: Readonly<Record<string, string | number | boolean>>;
}

export interface ChromeTrace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms';
  readonly otherData: Readonly<Record<string, string>>;
}

/** @param now service time at which what has not ended is cut, epoch milliseconds */
export function chromeTrace(
  lanes: readonly Lane[],
  depths: (functionName: string) => readonly QueueDepth[],
  now: number,
): ChromeTrace {
  const names = [...new Set(lanes.map(({ functionName }) => functionName))];
  const origin = Math.min(
    now,
    ...lanes.map(({ start }) => start),
    ...names.flatMap(name => depths(name).map(({ at }) => at)),
  );
  const at = (time: number): number => Math.round((time - origin) * 1_000);
  const events: TraceEvent[] = [];
  for (const [index, functionName] of names.entries()) {
    const pid = index + 1;
    events.push({ name: 'process_name', ph: 'M', pid, tid: 0, ts: 0, args: { name: functionName } });
    for (const { at: time, count } of depths(functionName))
      events.push({ name: 'pending events', ph: 'C', pid, tid: 0, ts: at(time), args: { count } });
    const own = lanes.filter(lane => lane.functionName === functionName);
    for (const [nth, lane] of own.entries()) {
      const tid = nth + 1;
      const span = (name: string, start: number, end: number, args?: TraceEvent['args']): void => {
        events.push({
          name,
          ph: 'X',
          cat: name,
          pid,
          tid,
          ts: at(start),
          dur: Math.max(0, at(end) - at(start)),
          ...(args === undefined ? {} : { args }),
        });
      };
      const title = `${lane.version} ${lane.id}`;
      events.push({ name: 'thread_name', ph: 'M', pid, tid, ts: 0, args: { name: title } });
      span('init', lane.init.start, lane.init.end ?? now);
      for (const { start, end, requestId, attempt, status, cold } of lane.runs)
        span(status, start, end, { requestId, attempt, cold });
      if (lane.busySince !== undefined) span('running', lane.busySince, Math.max(now, lane.busySince));
      for (const frozen of lane.frozen) span('frozen', frozen.start, frozen.end ?? now);
    }
  }
  return {
    traceEvents: events,
    displayTimeUnit: 'ms',
    otherData: { startedAt: new Date(origin).toISOString(), time: 'service time' },
  };
}
