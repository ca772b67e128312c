/** One invocation in an environment: what its caller waits for, and what became of it. */
import type { InvocationReport } from '../../../protocol/model.ts';
import type {
  EnvironmentAnswer,
  EnvironmentInvocation,
  EnvironmentPhase,
  EnvironmentSpec,
} from '../environment.ts';
import type { ChunkTaker, RuntimeAnswer, RuntimeEvent } from '../runtimeApi/runtimeStates.ts';
import type { PhaseFailure } from './logLines.ts';
import { LeftWork } from './leftWork.ts';
import type { MemoryUse } from './memoryWatch.ts';

const MEGABYTE = 1024 * 1024;

/** Moments of an event, in the clock's monotonic milliseconds, and what it came to; for telemetry. */
export interface RunMarks {
  /** The runtime was given the event. */
  dispatchedAt?: number;
  /** It began to answer, where it streams. */
  respondingAt?: number;
  answeredAt?: number;
  /** The runtime asked for the next event. */
  doneAt?: number;
  /** All extensions did too; absent where there is none. */
  extensionsDoneAt?: number;
  producedBytes: number;
}

export class InvocationRun {
  readonly invocation: EnvironmentInvocation;
  /** The environment's first. */
  readonly cold: boolean;
  readonly answer: Promise<EnvironmentAnswer>;
  readonly phase: Promise<EnvironmentPhase>;
  answered = false;
  readonly marks: RunMarks = { producedBytes: 0 };
  /** END and REPORT are on their way: nothing that happens from now on belongs to it. */
  finishing = false;
  /** It is told that the runtime's part is over. */
  runtimeDone = false;
  failure: PhaseFailure | undefined;
  /** The error that the caller got, the function's own or the platform's. */
  error: Buffer | undefined;
  /** The platform ended it (timeout, crash), not the function. */
  byPlatform = false;
  /** What goes on after its answer. */
  readonly left = new LeftWork();
  /** A fault that somebody asked for has happened to it: what becomes of it is no failure of its own. */
  struck: boolean;
  #streamed = false;
  #resolveAnswer!: (answer: EnvironmentAnswer) => void;
  #resolvePhase!: (phase: EnvironmentPhase) => void;

  /** @param struck a fault was made to happen to the init of its environment */
  constructor(invocation: EnvironmentInvocation, cold: boolean, struck: boolean) {
    this.invocation = invocation;
    this.cold = cold;
    this.struck = struck;
    this.answer = new Promise(resolve => (this.#resolveAnswer = resolve));
    this.phase = new Promise(resolve => (this.#resolvePhase = resolve));
  }

  get requestId(): string {
    return this.invocation.requestId;
  }

  /** What the runtime gets; `deadlineMs` in epoch milliseconds. */
  event(deadlineMs: number): RuntimeEvent {
    const { invocation } = this;
    return {
      requestId: invocation.requestId,
      deadlineMs,
      invokedFunctionArn: invocation.invokedFunctionArn,
      contentType: 'application/json',
      payload: invocation.payload,
      ...(invocation.traceId === undefined ? {} : { traceId: invocation.traceId }),
      ...(invocation.clientContext === undefined ? {} : { clientContext: invocation.clientContext }),
      ...(invocation.cognitoIdentity === undefined ? {} : { cognitoIdentity: invocation.cognitoIdentity }),
      ...(invocation.tenantId === undefined ? {} : { tenantId: invocation.tenantId }),
    };
  }

  /** The runtime streams its answer: who takes the pieces until it is settled. Undefined where the caller wants the whole. */
  openStream(contentType: string, resume: () => void): ChunkTaker | undefined {
    const { stream } = this.invocation;
    if (stream === undefined || this.answered) return undefined;
    this.#streamed = true;
    stream.begin(contentType, resume);
    return chunk => {
      if (this.answered) return true;
      this.marks.producedBytes += chunk.length;
      return stream.write(chunk);
    };
  }

  /** What the runtime sent. The first answer counts. */
  settle(answer: RuntimeAnswer): void {
    if (this.answered) return;
    this.answered = true;
    if (!this.#streamed) this.marks.producedBytes = answer.payload.length;
    const errorType = answer.isError ? (errorTypeIn(answer.payload) ?? answer.errorType) : undefined;
    if (answer.isError) {
      this.error = answer.payload;
      this.failure = { status: 'error', ...(errorType === undefined ? {} : { errorType }) };
      this.byPlatform = answer.errorType === 'Function.ResponseSizeTooLarge' || answer.payload.length === 0;
    }
    this.#resolveAnswer({
      payload: answer.payload,
      contentType: answer.contentType,
      isError: answer.isError,
      ...(errorType === undefined ? {} : { errorType }),
      ...this.#mark,
    });
  }

  get #mark(): Pick<EnvironmentAnswer, 'struck' | 'streamed'> {
    return { ...(this.struck && { struck: true }), ...(this.#streamed && { streamed: true }) };
  }

  /** The platform ends it. A caller that has its answer keeps it. */
  fail(answer: EnvironmentAnswer, failure: PhaseFailure): void {
    this.failure = failure;
    this.byPlatform = true;
    if (this.answered) return;
    this.answered = true;
    this.error = answer.payload;
    this.#resolveAnswer({ ...answer, ...this.#mark });
  }

  report(
    spec: Pick<EnvironmentSpec, 'timeout' | 'memorySize' | 'initType'>,
    facts: {
      readonly elapsedMs: number;
      readonly initMs: number | undefined;
      readonly use: MemoryUse;
    },
  ): InvocationReport {
    const durationMs = this.failure?.status === 'timeout' ? spec.timeout * 1000 : facts.elapsedMs;
    const outOfMemory = facts.use.exceeded || this.failure?.errorType === 'Runtime.OutOfMemory';
    const initMs = this.cold && spec.initType === 'on-demand' ? facts.initMs : undefined;
    return {
      durationMs,
      // Init is billed since August 2025 (spec/execution-environment.md §4.1).
      billedMs: Math.ceil(durationMs + (initMs ?? 0)),
      memorySizeMb: spec.memorySize,
      // What it was killed for is all that there was, whoever keeps the limit.
      maxMemoryUsedMb: outOfMemory ? spec.memorySize : Math.ceil(facts.use.peak / MEGABYTE),
      ...(initMs === undefined ? {} : { initMs }),
    };
  }

  end(report: InvocationReport, log: string): void {
    const { failure } = this;
    this.#resolvePhase({
      status: failure === undefined ? 'success' : failure.status === 'timeout' ? 'timeout' : 'error',
      ...(failure?.errorType === undefined ? {} : { errorType: failure.errorType }),
      report,
      log,
      cold: this.cold,
      leftBehind: this.left.found,
    });
  }
}

/** The name that the function gave its error: for people, the caller's body stays as it came. */
function errorTypeIn(payload: Buffer): string | undefined {
  if (payload.length > 1024 * 1024) return undefined;
  try {
    const body = JSON.parse(payload.toString('utf8')) as unknown;
    if (typeof body !== 'object' || body === null || !('errorType' in body)) return undefined;
    return typeof body.errorType === 'string' ? body.errorType : undefined;
  } catch {
    return undefined;
  }
}
