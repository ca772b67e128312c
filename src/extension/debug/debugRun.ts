import type { HostEvent } from '../../protocol/control.ts';
import type { EnvironmentSummary, InvocationSummary, LogRecord } from '../../protocol/model.ts';
import { isAbort, messageOf } from '../errors.ts';
import type { EventReference } from '../events/eventReference.ts';
import type { HostSession, InvokeAnswer } from '../host/hostSession.ts';
import type { Listeners } from '../listeners.ts';
import { t } from '../localize.ts';
import { attemptKey } from '../project/attemptKey.ts';
import type { OutputCategory, OutputLink } from './dap.ts';
import type { DebugPlan } from './launchConfiguration.ts';
import { NoDebugger } from './noDebugger.ts';

/** What a run needs of its surroundings. */
export interface DebugSurroundings {
  /** Saves, and waits for the host to serve the saved code. False where a file could not be saved. */
  settle(signal: AbortSignal): Promise<boolean>;
  host(): Promise<HostSession>;
  readonly hostEvents: Listeners<HostEvent>;
  /** What must be known of the run, once its host is there. */
  note(): string | undefined;
  /** The next attempt at a queued event begins. Rejects where it runs already, or is gone. */
  retry(requestId: string): Promise<void>;
  /** Nothing runs of that event now: it waits for another attempt, or is gone. */
  isOver(requestId: string): Promise<boolean>;
  eventText(event: EventReference | 'current'): Promise<string>;
  /** Starts the child session for an environment; false where the editor did not. Rejects with NoDebugger. */
  attach(environment: EnvironmentSummary): Promise<boolean>;
  /** Text of an answer or an error for the console, its stack in terms of the sources. */
  describe(answer: InvokeAnswer): Promise<string>;
  /** The document that shows an invocation which the host remembers. */
  result(requestId: string, startedAt: number): OutputLink;
  write(category: OutputCategory, text: string, link?: OutputLink): void;
  /** The run is over by itself. */
  ended(): void;
}

/** The REPORT follows the answer within milliseconds; extensions of a function may make it wait. */
const REPORT_MS = 5_000;

/**
 * Lambda's own lines are grey beside the function's. Faint text can't be read in most themes, and bright black in dark
 * ones; what is called white is a light grey in them, and a dark one in light themes.
 */
function consoleLine({ kind, text }: LogRecord): string {
  const line = text.trimEnd();
  return kind === 'function' ? line : `\u001b[37m${line}\u001b[39m`;
}

/** One root session's work: open debugging in the host, invoke, attach to every environment that waits, clean up. */
export class DebugRun {
  readonly #plan: DebugPlan;
  readonly #around: DebugSurroundings;
  readonly #abort = new AbortController();
  readonly #environments = new Set<string>();
  /** Request ids whose REPORT was seen, and who waits for one. */
  readonly #reports = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  #listener: { dispose(): void } | undefined;
  /** Who waits for the end of an attempt; undefined where it ended without one. */
  #attempted: ((invocation: InvocationSummary | undefined) => void) | undefined;
  /** It was asked for: from now on the queue tells what became of it. */
  #retried = false;
  #opened: { readonly host: HostSession; readonly debugId: string } | undefined;

  constructor(plan: DebugPlan, around: DebugSurroundings) {
    this.#plan = plan;
    this.#around = around;
  }

  /** Everything up to the point where breakpoints can be hit. Rejects with why the session can't be had. */
  async open(): Promise<void> {
    const { plan, around, signal } = { plan: this.#plan, around: this.#around, signal: this.#abort.signal };
    if (!(await around.settle(signal)))
      throw new Error(t('A changed file could not be saved, so its code would not have run.'));
    const host = await around.host();
    signal.throwIfAborted();
    if (!plan.debug) return;
    const debugId = await host.startDebug(plan.functionName, plan.qualifier);
    this.#opened = { host, debugId };
    if (signal.aborted) {
      await this.stop();
      signal.throwIfAborted();
    }
    this.#listener = around.hostEvents.add(event => this.#hear(event, debugId));
    const note = around.note();
    if (note !== undefined) around.write('console', note);
  }

  /** Invokes where the plan says so; ends the run unless it stays. Never rejects: what went wrong stands in the console. */
  async run(): Promise<void> {
    const { event, pending, stays, functionName, qualifier } = this.#plan;
    const around = this.#around;
    try {
      if (event !== undefined) {
        const payload = await around.eventText(event);
        const host = await around.host();
        const { signal } = this.#abort;
        const answer = await host.invoke({ functionName, qualifier, payload, signal });
        const failed = answer.functionError !== undefined;
        const title = failed ? t('✗ {0} failed', functionName) : t('✓ {0} succeeded', functionName);
        around.write(failed ? 'stderr' : 'stdout', `${title}\n${await around.describe(answer)}`);
        if (this.#opened === undefined) this.#link(answer.requestId, Date.now());
        else await this.#reported(answer.requestId);
      }
      if (pending !== undefined) await this.#attempt(pending);
      if (stays) {
        around.write('console', t('Waiting for invocations of {0}. Stop ends it.', functionName));
        return;
      }
    } catch (error) {
      if (isAbort(error) || this.#abort.signal.aborted) return;
      around.write('important', messageOf(error));
    }
    await this.stop();
    around.ended();
  }

  /** The event's next attempt, in an environment of this session: with its own request id, as if its time had come. */
  async #attempt(requestId: string): Promise<void> {
    const around = this.#around;
    const { functionName } = this.#plan;
    const { signal } = this.#abort;
    const ended = new Promise<InvocationSummary | undefined>((resolve, reject) => {
      this.#attempted = resolve;
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    // Whoever waits for it may never come to that.
    ended.catch(() => undefined);
    await around.retry(requestId);
    this.#retried = true;
    const invocation = await ended;
    this.#attempted = undefined;
    if (invocation === undefined) {
      around.write('important', t('The event of {0} was not tried: the queue says why.', functionName));
      return;
    }
    const { attempt, startedAt, status } = invocation;
    const record = await (await around.host()).invocation(requestId, attempt);
    const failed = status !== 'success';
    const title = failed
      ? t('✗ {0} failed in attempt {1}', functionName, attempt)
      : t('✓ {0} succeeded in attempt {1}', functionName, attempt);
    const answer = {
      requestId,
      payload: record.result ?? '',
      ...(failed ? { functionError: 'Unhandled' } : {}),
    };
    around.write(failed ? 'stderr' : 'stdout', `${title}\n${await around.describe(answer)}`);
    // Of an attempt in an environment of the session it stands there already.
    if (this.#opened === undefined) this.#link(attemptKey(invocation), startedAt);
  }

  /** Something about the function's queued events has changed. */
  async #look(requestId: string): Promise<void> {
    // Where the host has gone, the run hears of that by itself.
    const isOver = await this.#around.isOver(requestId).catch(() => false);
    if (isOver) this.#attempted?.(undefined);
  }

  /** Resolves when the invocation's REPORT has been seen, or the run is stopped. */
  async #reported(requestId: string): Promise<void> {
    const { signal } = this.#abort;
    if (this.#reports.has(requestId) || signal.aborted) return;
    await new Promise<void>(resolve => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(REPORT_MS)]);
      limit.addEventListener('abort', () => resolve(), { once: true });
      this.#waiting.set(requestId, resolve);
    });
    this.#waiting.delete(requestId);
  }

  #hear(event: HostEvent, debugId: string): void {
    switch (event.type) {
      case 'environment': {
        const { environment } = event;
        if (environment.debug?.debugId !== debugId) return;
        if (environment.state !== 'waiting-for-debugger' || this.#environments.has(environment.id)) return;
        this.#environments.add(environment.id);
        void this.#attach(environment);
        return;
      }
      case 'log':
        if (this.#environments.has(event.record.environmentId))
          this.#around.write('stdout', consoleLine(event.record));
        return;
      case 'invocation': {
        const { requestId, startedAt, status, report, environmentId } = event.invocation;
        // Also those that others make while the session stays.
        if (report !== undefined && environmentId !== undefined && this.#environments.has(environmentId))
          this.#link(attemptKey(event.invocation), startedAt);
        if (requestId === this.#plan.pending && status !== 'running') this.#attempted?.(event.invocation);
        if (report === undefined) return;
        this.#reports.add(requestId);
        this.#waiting.get(requestId)?.();
        return;
      }
      case 'pendingEvents': {
        const { pending, functionName } = this.#plan;
        if (pending !== undefined && this.#retried && event.pending.functionName === functionName)
          void this.#look(pending);
        return;
      }
      case 'stopping':
        this.#around.write('important', t('The host stopped: {0}', event.reason));
        void this.stop().then(() => this.#around.ended());
        return;
      case 'snapshot':
      case 'function':
      case 'functionDeleted':
      case 'layer':
      case 'layerDeleted':
      case 'problems':
      case 'reloaded':
      case 'notice':
        return;
    }
  }

  #link(requestId: string, startedAt: number): void {
    this.#around.write('console', t('Result and log:'), this.#around.result(requestId, startedAt));
  }

  async #attach(environment: EnvironmentSummary): Promise<void> {
    try {
      if (await this.#around.attach(environment)) return;
      this.#around.write('important', t('The debugger did not attach to environment {0}.', environment.id));
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#around.write('important', messageOf(error));
      if (!(error instanceof NoDebugger)) return;
      // It would wait for ever, and with it whoever waits for its answer.
      await this.stop();
      this.#around.ended();
    }
  }

  /** Ends debugging in the host, and with it the environments; whoever waits for an answer waits no longer. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#listener?.dispose();
    const opened = this.#opened;
    this.#opened = undefined;
    // The host may be gone, and debugging with it.
    await opened?.host.endDebug(opened.debugId).catch(() => undefined);
  }
}
