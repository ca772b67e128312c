/**
 * The Runtime API's state machine (spec/execution-environment.md §1.5). It takes messages, whatever carried them: HTTP
 * and frames have the same states and the same errors.
 */
import { invalidRequestId, invalidTransition, type ProtocolError } from './protocolErrors.ts';

/** One event as the runtime gets it: the answer to `/next`. */
export interface RuntimeEvent {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly deadlineMs: number;
  readonly invokedFunctionArn: string;
  readonly traceId?: string;
  readonly clientContext?: string;
  readonly cognitoIdentity?: string;
  readonly tenantId?: string;
  readonly contentType: string;
  readonly payload: Buffer;
}

/** What the runtime made of an event. */
export interface RuntimeAnswer {
  readonly payload: Buffer;
  readonly contentType: string;
  readonly isError: boolean;
  /** Category of a failure (§1.3): for telemetry and the REPORT line, never in the caller's body. */
  readonly errorType?: string;
}

/** A runtime that waits for a debugger, or has one. */
export type DebuggerNews =
  | { readonly state: 'waiting'; readonly url: string }
  /** Python: waits until it is told of an adapter. `debugpy`: folder of the one that it finds by itself. */
  | { readonly state: 'waiting'; readonly url?: undefined; readonly debugpy?: string }
  | { readonly state: 'attached' }
  /** It goes on without one. */
  | { readonly state: 'failed'; readonly reason: string };

/** Who serves the runtime: an environment, or the pool until there is one. */
export interface RuntimeOwner {
  /** It asked for an event: the init phase is over, or the invoke phase. */
  ready(): void;
  /** It answered the event; the invoke phase goes on until {@link ready}. */
  answered(answer: RuntimeAnswer): void;
  /**
   * It begins to stream its answer; {@link answered} follows when that is over. Returns who takes the pieces, which says
   * false where it has enough until it calls `resume`; nothing where the answer is wanted whole.
   */
  streaming?(contentType: string, resume: () => void): ChunkTaker | undefined;
  /** It says that it can't start; the process is expected to exit. */
  initFailed(answer: RuntimeAnswer): void;
  debugger(news: DebuggerNews): void;
  /** Our own bootstraps: the event that was answered may have left work behind; {@link leftBehind} follows in a moment. */
  looking(): void;
  /** What was begun for the event that was answered and goes on after it; one text for each, its kind first. */
  leftBehind(left: readonly string[]): void;
}

/** Takes the next piece of a streamed answer; false: it has enough for now. */
export type ChunkTaker = (chunk: Buffer) => boolean;

type State =
  | 'Started'
  | 'Ready'
  | 'Running'
  | 'InvocationResponse'
  | 'InvocationErrorResponse'
  | 'RuntimeResponseSentState'
  | 'InitError';

/** An answer whose body is still being read. */
export interface PendingAnswer {
  /** The body is complete. An error means that the event was given up meanwhile. */
  finish(answer: RuntimeAnswer): ProtocolError | undefined;
  /** The caller gets `answer`, but the runtime stays where it is: only its end helps (an illegal response mode). */
  abort(answer: RuntimeAnswer): void;
  /** It is streamed: who takes its pieces ({@link RuntimeOwner.streaming}). */
  stream(contentType: string, resume: () => void): ChunkTaker | undefined;
}

/** Receives the event that {@link RuntimeStates.next} waits for. */
export type EventWaiter = (event: RuntimeEvent) => void;

export class RuntimeStates {
  #state: State = 'Started';
  #event: RuntimeEvent | undefined;
  #waiters: EventWaiter[] = [];
  #pending: PendingAnswer | undefined;
  #owner: RuntimeOwner;

  constructor(owner: RuntimeOwner) {
    this.#owner = owner;
  }

  get state(): string {
    return this.#state;
  }

  set owner(owner: RuntimeOwner) {
    this.#owner = owner;
  }

  get owner(): RuntimeOwner {
    return this.#owner;
  }

  /** A new process: nothing of the old one counts, a late POST of it gets 400. */
  reset(): void {
    this.#state = 'Started';
    this.#event = undefined;
    this.#waiters = [];
    this.#pending = undefined;
  }

  /** Hands an event to the waiting runtime. Only legal when it is ready. */
  offer(event: RuntimeEvent): void {
    if (this.#state !== 'Ready') throw new Error(`The runtime is not ready for an event: ${this.#state}`);
    this.#event = event;
    this.#state = 'Running';
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter(event);
  }

  /**
   * `/next`. The waiter is called at once where the event is already running (the same event again), later where there
   * is none; two waiters get the same one.
   */
  next(waiter: EventWaiter): ProtocolError | undefined {
    switch (this.#state) {
      case 'Running':
        if (this.#event) waiter(this.#event);
        return undefined;
      case 'Ready':
        this.#waiters.push(waiter);
        return undefined;
      case 'Started':
      case 'RuntimeResponseSentState':
        this.#state = 'Ready';
        this.#event = undefined;
        this.#waiters.push(waiter);
        this.#owner.ready();
        return undefined;
      default:
        return invalidTransition(this.#state, 'Ready');
    }
  }

  /** The waiter's connection is gone. */
  abandon(waiter: EventWaiter): void {
    this.#waiters = this.#waiters.filter(other => other !== waiter);
  }

  /** `/response` and `/error`, before the body is read. */
  beginAnswer(
    requestId: string,
    target: 'InvocationResponse' | 'InvocationErrorResponse',
  ): PendingAnswer | ProtocolError {
    if (requestId === '' || requestId !== this.#event?.requestId) return invalidRequestId;
    if (this.#state !== 'Running') return invalidTransition(this.#state, target);
    this.#state = target;
    const pending: PendingAnswer = {
      finish: answer => {
        if (this.#pending !== pending) return invalidRequestId;
        this.#pending = undefined;
        this.#state = 'RuntimeResponseSentState';
        this.#owner.answered(answer);
        return undefined;
      },
      abort: answer => {
        if (this.#pending !== pending) return;
        this.#pending = undefined;
        this.#owner.answered(answer);
      },
      stream: (contentType, resume) => this.#owner.streaming?.(contentType, resume),
    };
    this.#pending = pending;
    return pending;
  }

  /** `/init/error`. */
  initError(answer: RuntimeAnswer): ProtocolError | undefined {
    if (this.#state !== 'Started') return invalidTransition(this.#state, 'InitError');
    this.#state = 'InitError';
    this.#owner.initFailed(answer);
    return undefined;
  }
}

export function isProtocolError(value: PendingAnswer | ProtocolError): value is ProtocolError {
  return 'status' in value;
}

/** Category of an error as AWS keeps it (§1.3): anything that is not `Runtime.Xyz` or `Function.Xyz` becomes `….Unknown`. */
export function errorCategory(header: string | undefined): string {
  if (header !== undefined && /^(Runtime|Function)\.[A-Z][a-zA-Z]+$/.test(header)) return header;
  return header?.startsWith('Function.') === true ? 'Function.Unknown' : 'Runtime.Unknown';
}
