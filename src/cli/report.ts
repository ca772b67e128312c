/** What `lamplight start` prints, as lines of JSON. */
import type { HostEvent } from '../protocol/control.ts';
import type { HostInfo, ReadyMessage } from '../protocol/hostInfo.ts';
import type { FunctionSummary } from '../protocol/model.ts';

/**
 * Told what happens in the order in which it does; `ready` comes once, `events` before and after it. What one call has to
 * say is one write: a busy host has thousands of events a second, and a write for each would cost as much as they do.
 */
export interface Report {
  /** `ms` since the process began. */
  ready(info: HostInfo, functions: readonly FunctionSummary[], ms: number): void;
  events(events: readonly HostEvent[]): void;
  /** The user asked for the end; it may take up to 3 s. */
  stopping(): void;
  stopped(reason: string): void;
}

/** One object a line; the first is the ready message, whatever happened before it. */
export function jsonReport(out: (text: string) => void): Report {
  let early: HostEvent[] | undefined = [];
  const print = (...values: readonly object[]): void =>
    out(values.map(value => `${JSON.stringify(value)}\n`).join(''));
  return {
    ready(info) {
      print({ type: 'ready', ...info } satisfies ReadyMessage, ...(early ?? []));
      early = undefined;
    },
    events(events) {
      if (early === undefined) print(...events);
      else early.push(...events);
    },
    stopping: () => undefined,
    stopped: reason => print({ type: 'stopped', reason }),
  };
}
