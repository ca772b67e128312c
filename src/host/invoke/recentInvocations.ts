/** What runs, and the last invocations that have ended, for the snapshot of a client that comes later. Newest first. */
import type { InvocationSummary } from '../../protocol/model.ts';

/** Of those that have ended; what runs is limited by the account's concurrency. */
const KEPT = 100;

export interface RecentInvocations {
  /** A running one is replaced when it has ended. */
  add(invocation: InvocationSummary): void;
  list(): InvocationSummary[];
}

export function createRecentInvocations(): RecentInvocations {
  const running = new Map<string, InvocationSummary>();
  /** In the order of their end. */
  const ended = new Map<string, InvocationSummary>();
  return {
    add(invocation) {
      const key = `${invocation.requestId} ${invocation.attempt}`;
      if (invocation.status === 'running') {
        running.set(key, invocation);
        return;
      }
      running.delete(key);
      ended.set(key, invocation);
      if (ended.size <= KEPT) return;
      const oldest = ended.keys().next();
      if (!oldest.done) ended.delete(oldest.value);
    },
    list: () => [...ended.values(), ...running.values()].sort((a, b) => b.startedAt - a.startedAt),
  };
}
