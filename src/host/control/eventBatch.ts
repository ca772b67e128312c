/**
 * Holds back what a busy host has thousands of a second, a few milliseconds at a time: clients get one write for all of
 * it, and of one environment or invocation only what holds by then. Without it telling clients costs as much as the
 * invocations themselves.
 */
import type { HostEvent } from '../../protocol/control.ts';
import { throttleKey } from '../../protocol/throttle.ts';
import type { Clock, Timer } from '../clock.ts';

export interface EventBatch {
  /** The first event after a quiet time goes out at once, and so does every rare one, after those before it. */
  add(event: HostEvent): void;
  /** Tells what waits. */
  flush(): void;
}

/** Milliseconds of wall time that an event may wait for those after it. */
const WAIT_MS = 10;

/** `tell` gets events in the order in which they happened; one that was overtaken by a later one is left out. */
export function createEventBatch(clock: Clock, tell: (events: readonly HostEvent[]) => void): EventBatch {
  /** By what a later event overtakes, in the order of the events. */
  const waiting = new Map<string | HostEvent, HostEvent>();
  let timer: Timer | undefined;

  function flush(): void {
    if (waiting.size === 0) return;
    const events = [...waiting.values()];
    waiting.clear();
    tell(events);
  }

  function wait(): void {
    timer = clock.afterWall(WAIT_MS, () => {
      timer = undefined;
      if (waiting.size > 0) wait();
      flush();
    });
  }

  return {
    add(event) {
      const key = keyOf(event);
      if (key === undefined || timer === undefined) {
        flush();
        tell([event]);
        if (key !== undefined) wait();
        return;
      }
      waiting.delete(key);
      waiting.set(key, event);
    },
    flush,
  };
}

/** Undefined for the kinds that are rare. */
function keyOf(event: HostEvent): string | HostEvent | undefined {
  switch (event.type) {
    case 'environment':
      return event.environment.id;
    case 'invocation':
      return `${event.invocation.requestId} ${event.invocation.attempt}`;
    case 'pendingEvents':
      return `pending ${event.pending.functionName}`;
    case 'throttle':
      return `throttle ${throttleKey(event.throttle)}`;
    case 'log':
      return event;
    default:
      return undefined;
  }
}
