/** What the gate has refused, for clients: counted by the second, so that a flood is a few lines and not thousands. */
import type { ThrottleSummary } from '../../protocol/model.ts';
import { throttleCause } from '../../protocol/throttle.ts';

/** Summaries that are kept for the snapshot of a client that comes later. */
const KEPT = 300;
/** Milliseconds of service time that one summary counts. */
const SPAN_MS = 1_000;

export type Throttle = Omit<ThrottleSummary, 'at' | 'count'>;

export interface RecentThrottles {
  /** @param now service time, epoch milliseconds */
  add(throttle: Throttle, now: number): void;
  /** Oldest first. */
  list(): readonly ThrottleSummary[];
}

/** @param changed hears of each summary that is new, or counts one more */
export function createRecentThrottles(changed: (summary: ThrottleSummary) => void): RecentThrottles {
  /** By what they count, the last of each; in the order in which they began. */
  let recent: ThrottleSummary[] = [];
  const current = new Map<string, ThrottleSummary>();
  return {
    add(throttle, now) {
      const key = throttleCause(throttle);
      const before = current.get(key);
      const goesOn = before !== undefined && now >= before.at && now < before.at + SPAN_MS;
      const summary: ThrottleSummary = goesOn
        ? { ...before, count: before.count + 1 }
        : { ...throttle, at: now, count: 1 };
      current.set(key, summary);
      if (goesOn) recent[recent.lastIndexOf(before)] = summary;
      else recent.push(summary);
      if (recent.length > 2 * KEPT) {
        recent = recent.slice(-KEPT);
        for (const [known, { at }] of current) if (now >= at + SPAN_MS) current.delete(known);
      }
      changed(summary);
    },
    list: () => recent.slice(-KEPT),
  };
}
