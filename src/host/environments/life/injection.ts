/**
 * Does to an environment what somebody asked for (docs/faults.md), at the places that its life passes by anyway: all that
 * comes of it is then what always comes of a killed process, a deadline or an error.
 */
import type { Clock } from '../../clock.ts';
import type { EnvironmentSpec } from '../environment.ts';
import { errorBody, type InitFault } from '../fault.ts';
import type { RuntimeAnswer } from '../runtimeApi/runtimeStates.ts';
import type { InvocationRun } from './invocationRun.ts';
import type { RuntimeStart } from './runtimeStart.ts';

export interface InjectionOptions {
  readonly clock: Pick<Clock, 'afterWall'>;
  readonly spec: Pick<EnvironmentSpec, 'initFault' | 'runtime'>;
  /** A line in the log. */
  note(text: string): void;
  kill(): void;
  timeOut(run: InvocationRun): void;
  /** Its answer is there, and the runtime has no part in it. */
  finish(run: InvocationRun): void;
}

export class Injection {
  readonly #options: InjectionOptions;
  #init: InitFault | undefined;
  #hasStruck = false;

  constructor(options: InjectionOptions) {
    this.#options = options;
    this.#init = options.spec.initFault;
  }

  /** It has changed an init since the last event was over: the next one has to do with it. */
  get hasStruck(): boolean {
    return this.#hasStruck;
  }

  /**
   * The runtime says that it is ready.
   * @param run the event within which it was started
   */
  ready(start: RuntimeStart, run: InvocationRun | undefined): void {
    const fault = this.#init;
    if (fault?.kind === 'failure') {
      this.#strikeInit(fault, run);
      start.heard({ kind: 'failed', answer: this.#errorAnswer(fault, '') });
      return;
    }
    const wait = fault === undefined ? 0 : fault.ms - start.durationMs;
    if (fault === undefined || wait <= 0) {
      this.#init = undefined;
      start.heard({ kind: 'ready' });
      return;
    }
    this.#strikeInit(fault, run);
    // Timers of the system may be early by a millisecond.
    this.#options.clock.afterWall(wait + 1, () => {
      // It may have ended meanwhile, by the limit of the phase for one.
      if (start.isOver) return;
      this.#init = undefined;
      start.heard({ kind: 'ready' });
    });
  }

  #strikeInit(fault: InitFault, run: InvocationRun | undefined): void {
    this.#options.note(fault.note);
    this.#hasStruck = true;
    if (run) run.struck = true;
  }

  /** The environment's first event has come to its end: its inits and events are like any other from here on. */
  over(): void {
    this.#init = undefined;
    this.#hasStruck = false;
  }

  /**
   * The event is about to be given to the runtime (`start`), or the runtime has answered it (`end`). True where that
   * comes to nothing: something else becomes of the event.
   */
  strikes(run: InvocationRun, moment: 'start' | 'end', answer?: RuntimeAnswer): boolean {
    const { fault } = run.invocation;
    if (fault?.moment !== moment || run.answered) return false;
    this.#options.note(fault.note);
    run.struck = true;
    switch (fault.kind) {
      case 'error':
        run.settle(this.#errorAnswer(fault, run.requestId));
        if (moment === 'start') this.#options.finish(run);
        break;
      case 'timeout':
        this.#options.timeOut(run);
        break;
      case 'crash':
        this.#options.kill();
        break;
      case 'crash-after':
        if (answer) run.settle(answer);
        this.#options.kill();
        break;
    }
    return true;
  }

  /** It has answered, but its runtime is being killed: it must not be given another event until it is gone. */
  isDying(run: InvocationRun): boolean {
    return run.invocation.fault?.kind === 'crash-after';
  }

  #errorAnswer(
    error: { readonly errorType: string; readonly errorMessage: string },
    requestId: string,
  ): RuntimeAnswer {
    return {
      payload: errorBody(error, this.#options.spec.runtime, requestId),
      contentType: 'application/json',
      isError: true,
      errorType: error.errorType,
    };
  }
}
