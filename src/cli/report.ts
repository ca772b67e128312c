/** What `lamplight start` prints, as lines of JSON. */
import type { HostEvent } from '../protocol/control.ts';
import type { HostInfo, ReadyMessage } from '../protocol/hostInfo.ts';
import type { FunctionSummary } from '../protocol/model.ts';

/** Told what happens in the order in which it does; `ready` comes once, `event`s before and after it. */
export interface Report {
  /** `ms` since the process began. */
  ready(info: HostInfo, functions: readonly FunctionSummary[], ms: number): void;
  event(event: HostEvent): void;
  /** The user asked for the end; it may take up to 3 s. */
  stopping(): void;
  stopped(reason: string): void;
}

/** One object a line; the first is the ready message, whatever happened before it. */
export function jsonReport(out: (text: string) => void): Report {
  let early: HostEvent[] | undefined = [];
  const line = (value: object): void => out(`${JSON.stringify(value)}\n`);
  return {
    ready(info) {
      line({ type: 'ready', ...info } satisfies ReadyMessage);
      const events = early ?? [];
      early = undefined;
      events.forEach(line);
    },
    event(event) {
      if (early === undefined) line(event);
      else early.push(event);
    },
    stopping: () => undefined,
    stopped: reason => line({ type: 'stopped', reason }),
  };
}
