/** The last invocations, running ones included, for the snapshot of a client that comes later. Newest first. */
import type { InvocationSummary } from '../../protocol/model.ts';

const KEPT = 100;

export interface RecentInvocations {
  /** A running one is replaced when it has ended. */
  add(invocation: InvocationSummary): void;
  list(): InvocationSummary[];
}

export function createRecentInvocations(): RecentInvocations {
  /** In the order of their start. */
  const recent = new Map<string, InvocationSummary>();
  return {
    add(invocation) {
      recent.set(invocation.requestId, invocation);
      if (recent.size <= KEPT) return;
      const oldest = recent.keys().next();
      if (!oldest.done) recent.delete(oldest.value);
    },
    list: () => [...recent.values()].reverse(),
  };
}
