/** An asynchronous event on its way (spec/lambda-service.md §7.1), and what one attempt at it can come to. */
import type { FaultMark } from '../../../protocol/faults.ts';
import type { InvocationSource } from '../../../protocol/model.ts';
import type { EventPolicy } from './eventPolicy.ts';

export interface QueuedEvent {
  readonly id: number;
  /** The same in all attempts. */
  readonly requestId: string;
  readonly functionName: string;
  /** Which of the functions that have had this name; absent where that was not noted. */
  readonly functionId?: number;
  /** As the caller named it; absent for an unqualified call. */
  readonly qualifier?: string;
  /** Epoch milliseconds, service time; later by what a debugger took. */
  readonly acceptedAt: number;
  /** When it may be tried, epoch milliseconds, service time. */
  readonly due: number;
  /** Attempts that count: those that the function, or its absence, has failed. */
  readonly attempts: number;
  /** Throttles and system errors since the last of these. */
  readonly returns: number;
  /** Deliveries that fault rules have added, and history lists: later attempts are counted on from them. */
  readonly echoes: number;
  /** Of the payload. */
  readonly bytes: number;
  readonly origin: EventOrigin;
  /** How the last attempt ended. */
  readonly last?: LastAttempt;
  /** As it was last seen: it rules on when its function is gone. */
  readonly policy: EventPolicy;
}

/** What came with it. */
export interface EventOrigin {
  readonly source: InvocationSource;
  /** One trace for all attempts. */
  readonly traceId: string;
  readonly tenantId?: string;
  /** Request id of the invocation that brought it about. */
  readonly parent?: string;
  /** The fault rule that hit it as it was accepted. */
  readonly fault?: FaultMark;
}

export interface LastAttempt {
  readonly kind: 'function-error' | 'throttle' | 'system-error' | 'not-found';
  /** HTTP status that the attempt would have been answered with. */
  readonly status: number;
  readonly errorType?: string;
  /** Its beginning. */
  readonly message?: string;
  readonly executedVersion?: string;
  /** The alias is gone, its function isn't. */
  readonly aliasGone?: true;
  /** Somebody asked for the next attempt. */
  readonly asked?: true;
}

/** What one attempt came to. */
export type Outcome =
  | { readonly kind: 'success'; readonly answer: EventAnswer }
  | { readonly kind: 'function-error'; readonly answer: EventAnswer }
  /** No function, version or alias of that name. */
  | { readonly kind: 'not-found'; readonly message: string; readonly aliasGone: boolean }
  | {
      readonly kind: 'throttle' | 'system-error';
      readonly status: number;
      readonly message: string;
      /** By a fault rule: history has it. */
      readonly injected?: true;
    }
  /** Too often in one chain of calls. */
  | { readonly kind: 'recursion'; readonly message: string }
  /** Not tried: the function's reserved concurrency is 0. */
  | { readonly kind: 'zero-reserved' }
  /** Not tried: it was too old. */
  | { readonly kind: 'expired' };

export interface EventAnswer {
  readonly executedVersion: string;
  readonly payload: Buffer;
  /** Milliseconds of service time by which the event grew no older: its handler was stopped in a debugger. */
  readonly heldMs?: number;
  /** With the lineage that whoever gets the result goes on with. */
  readonly traceId?: string;
}

/** As records of destinations name the end. */
export type Condition =
  'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency' | 'RecursiveInvocation';
