/** What clients see of asynchronous events that have not come to their end, and of results on their way to their targets. */
import type { InvocationCause, InvocationSource } from './model.ts';

export interface PendingEvent {
  readonly requestId: string;
  readonly functionName: string;
  /** As the caller named it; absent for an unqualified call. */
  readonly qualifier?: string;
  /** `waiting` for its time, `ready` as soon as there is room, `running`. */
  readonly state: 'waiting' | 'ready' | 'running';
  /** Epoch milliseconds, service time. */
  readonly acceptedAt: number;
  /** When it runs next, or might have run. */
  readonly nextTryAt: number;
  /** When it is given up at the latest. */
  readonly expiresAt: number;
  /** Number of the attempt that runs or comes next, from 1. */
  readonly attempt: number;
  /** Throttles and system errors since the last attempt. */
  readonly returns: number;
  readonly source: InvocationSource;
  /** Why it waits: how the last attempt ended; absent before the first. */
  readonly cause?: InvocationCause;
  readonly errorType?: string;
  readonly errorMessage?: string;
  /** Of the payload. */
  readonly bytes: number;
  /** Request id of the invocation whose handler sent it, or whose result it tells. */
  readonly parent?: string;
}

export interface PendingEventDetail extends PendingEvent {
  /** The payload, JSON text. */
  readonly event: string;
}

export interface PendingEvents {
  /** What is due first, first. */
  readonly Events: readonly PendingEvent[];
  /** All that there are, by function. */
  readonly Counts: readonly PendingCount[];
}

export interface PendingDelivery {
  readonly id: number;
  /** `success` and `failure`: a destination's record. */
  readonly kind: 'success' | 'failure' | 'dead-letter';
  /** ARN. */
  readonly target: string;
  readonly functionName: string;
  /** Of the invocation whose result it is. */
  readonly requestId: string;
  /** `failed`: given up, and kept to be seen. */
  readonly state: 'waiting' | 'running' | 'failed';
  /** Epoch milliseconds, service time. */
  readonly createdAt: number;
  readonly nextTryAt?: number;
  /** Tries that failed. */
  readonly attempts: number;
  /** Why the last one failed. */
  readonly error?: string;
}

/** Events of one function that have not come to their end; 0 when the last one has. */
export interface PendingCount {
  readonly functionName: string;
  readonly count: number;
}
