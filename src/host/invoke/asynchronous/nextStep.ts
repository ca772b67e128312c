/** What follows an attempt at an event (spec/lambda-service.md §7.1, the reference loop). No state, no clock: a table of rules. */
import type { Condition, LastAttempt, Outcome, QueuedEvent } from './queuedEvent.ts';

/** Milliseconds before the first and the second retry after a function error. */
const RETRY_WAITS = [60_000, 120_000] as const;
/** Milliseconds after the first throttle or system error, doubled by each further one up to the longest. */
const FIRST_BACKOFF = 1_000;
const LONGEST_BACKOFF = 300_000;

export type Step =
  | {
      readonly kind: 'again';
      readonly due: number;
      readonly attempts: number;
      readonly returns: number;
      readonly last: LastAttempt;
    }
  | { readonly kind: 'end'; readonly condition: Condition; readonly attempts: number }
  /** Dropped without a word to anybody: its alias is gone, and it grew too old waiting for it (measured). */
  | { readonly kind: 'lost' };

export const deadlineOf = (event: Pick<QueuedEvent, 'acceptedAt' | 'policy'>): number =>
  event.acceptedAt + event.policy.maxAge;

export const backoff = (returns: number): number =>
  Math.min(FIRST_BACKOFF * 2 ** Math.min(returns, 20), LONGEST_BACKOFF);

/** @param now when the attempt ended, service time */
export function nextStep(event: QueuedEvent, outcome: Outcome, now: number): Step {
  const { attempts } = event;
  const end = (condition: Condition, count = attempts): Step => ({ kind: 'end', condition, attempts: count });
  const wait = (last: LastAttempt): Step => ({
    kind: 'again',
    // Where the age ends before the back-off, that is when it is looked at next: to be given up.
    due: Math.min(now + backoff(event.returns), deadlineOf(event) + 1),
    attempts,
    returns: event.returns + 1,
    last,
  });
  const failed = (last: LastAttempt): Step => {
    if (attempts >= event.policy.retries) return end('RetriesExhausted', attempts + 1);
    const due = now + (RETRY_WAITS[attempts] ?? RETRY_WAITS[1]);
    if (due > deadlineOf(event)) return end('EventAgeExceeded', attempts + 1);
    return { kind: 'again', due, attempts: attempts + 1, returns: 0, last };
  };

  switch (outcome.kind) {
    case 'success':
      return end('Success', attempts + 1);
    case 'function-error':
      return failed({
        kind: 'function-error',
        status: 200,
        executedVersion: outcome.answer.executedVersion,
        ...errorFacts(outcome.answer.payload),
      });
    case 'not-found': {
      const last = { kind: 'not-found', status: 404, message: shortened(outcome.message) } as const;
      if (outcome.aliasGone && attempts < event.policy.retries) return wait({ ...last, aliasGone: true });
      return failed(last);
    }
    case 'throttle':
    case 'system-error':
      if (now > deadlineOf(event)) return end('EventAgeExceeded');
      return wait({ kind: outcome.kind, status: outcome.status, message: shortened(outcome.message) });
    case 'expired':
      return event.last?.aliasGone === true ? { kind: 'lost' } : end('EventAgeExceeded');
    case 'zero-reserved':
      return end('ZeroReservedConcurrency');
    case 'recursion':
      return end('RecursiveInvocation');
  }
}

/** Characters of a message that wait with its event. */
const MOST_CHARACTERS = 1_024;
const shortened = (text: string): string => text.slice(0, MOST_CHARACTERS);

/** errorType and errorMessage of an error's payload, as far as it has them. */
export function errorFacts(payload: Buffer): { errorType?: string; message?: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(payload.toString('utf8'));
  } catch {
    return {};
  }
  if (typeof parsed !== 'object' || parsed === null) return {};
  const { errorType, errorMessage } = parsed as Readonly<Record<string, unknown>>;
  return {
    ...(typeof errorType === 'string' ? { errorType: shortened(errorType) } : {}),
    ...(typeof errorMessage === 'string' ? { message: shortened(errorMessage) } : {}),
  };
}
