import type { Clock, ServiceTimer } from '../../src/host/clock.ts';

/** A clock that stands still until a test moves it. Wall and service time are one. */
export interface ManualClock extends Clock {
  /** Moves time on and runs, in order, what is due by then. */
  advance(ms: number): void;
}

/** Starts at 2026-11-22T12:00:00Z unless told otherwise. */
export function manualClock(start = Date.UTC(2026, 10, 22, 12)): ManualClock {
  let now = start;
  const due: { at: number; readonly run: () => unknown }[] = [];
  const after = (ms: number, run: () => unknown): ServiceTimer => {
    const entry = { at: now + Math.max(0, ms), run };
    let left: number | undefined;
    due.push(entry);
    const remove = (): boolean => {
      const index = due.indexOf(entry);
      if (index >= 0) due.splice(index, 1);
      return index >= 0;
    };
    return {
      cancel: () => {
        remove();
        left = undefined;
      },
      hold: () => {
        if (remove()) left = entry.at - now;
      },
      go: () => {
        if (left === undefined) return;
        entry.at = now + left;
        left = undefined;
        due.push(entry);
      },
    };
  };
  return {
    wallNow: () => now,
    serviceNow: () => now,
    monotonic: () => now,
    afterWall: after,
    afterService: after,
    occupy: () => undefined,
    advance: ms => {
      const end = now + ms;
      for (;;) {
        const next = due.filter(entry => entry.at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        due.splice(due.indexOf(next), 1);
        now = next.at;
        next.run();
      }
      now = end;
    },
  };
}
