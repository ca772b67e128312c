/** One execution environment of this machine: what invoke/ asks of it and what its runtime says, handed to the phase that it concerns (spec/execution-environment.md §4). */
import type { DebuggerAddress } from '../../../protocol/control.ts';
import type { EnvironmentSummary } from '../../../protocol/model.ts';
import type { EngineExit, EngineRuntime } from '../engine.ts';
import type {
  Environment,
  EnvironmentAnswer,
  EnvironmentInvocation,
  EnvironmentPhase,
  EnvironmentSpec,
} from '../environment.ts';
import type { ChunkTaker, DebuggerNews, RuntimeAnswer, RuntimeOwner } from '../runtimeApi/runtimeStates.ts';
import { EndPhase } from './endPhase.ts';
import type { ExtensionFailure } from './extensionFailure.ts';
import { InitPhase } from './initPhase.ts';
import { InvokePhase } from './invokePhase.ts';
import { Life, type LifeOptions } from './life.ts';
import { stoppedWhileStarting } from './startOutcome.ts';

export class LocalEnvironment implements Environment, RuntimeOwner {
  readonly id: string;
  readonly spec: EnvironmentSpec;
  readonly #life: Life;
  readonly #init: InitPhase;
  readonly #invoke: InvokePhase;
  readonly #end: EndPhase;
  #stopping: Promise<void> | undefined;

  constructor(options: LifeOptions) {
    const stop = (): Promise<void> => this.stop('failure');
    this.id = options.id;
    this.spec = options.spec;
    this.#life = new Life(options, {
      owner: this,
      exited: (runtime, exit) => this.#exited(runtime, exit),
      extensionFailed: failure => this.#extensionFailed(failure),
      stop,
    });
    this.#init = new InitPhase(this.#life);
    this.#invoke = new InvokePhase(this.#life, this.#init, stop);
    this.#end = new EndPhase(this.#life, this.#invoke);
  }

  get summary(): EnvironmentSummary {
    return this.#life.summary;
  }

  get ended(): boolean {
    return this.#life.ended;
  }

  async init(): Promise<void> {
    const life = this.#life;
    if (life.state !== 'starting') throw new Error(`Environment ${this.id} was initialised before`);
    life.setState('init');
    try {
      await this.#init.run();
    } catch (error) {
      await this.stop('failure');
      throw error;
    }
    if (life.ended) throw stoppedWhileStarting();
    life.setState('idle');
  }

  invoke(invocation: EnvironmentInvocation): {
    answer: Promise<EnvironmentAnswer>;
    phase: Promise<EnvironmentPhase>;
  } {
    const { state } = this.#life;
    if (state !== 'idle' && state !== 'frozen') {
      throw new Error(`Environment ${this.id} takes no event while it is ${state}`);
    }
    const { answer, phase } = this.#invoke.begin(invocation);
    return { answer, phase };
  }

  setPaused(paused: boolean): void {
    this.#life.time.hold('paused', paused);
  }

  connectDebugger(address: DebuggerAddress): void {
    const { debugger: wait, slot } = this.#life;
    if (wait.waiting) slot.api?.connectDebugger(address);
  }

  stop(reason: 'spindown' | 'failure' | 'timeout'): Promise<void> {
    this.#stopping ??= this.#end.run(reason);
    return this.#stopping;
  }

  // RuntimeOwner: what the runtime says.

  ready(): void {
    this.#invoke.ready();
  }

  answered(answer: RuntimeAnswer): void {
    this.#invoke.answered(answer);
  }

  streaming(contentType: string, resume: () => void): ChunkTaker | undefined {
    return this.#invoke.streaming(contentType, resume);
  }

  initFailed(answer: RuntimeAnswer): void {
    this.#life.start?.heard({ kind: 'failed', answer });
  }

  debugger(news: DebuggerNews): void {
    this.#life.debugger.take(news);
  }

  looking(): void {
    this.#life.run?.left.expect();
  }

  leftBehind(left: readonly string[]): void {
    this.#life.run?.left.take(left);
  }

  #extensionFailed(failure: ExtensionFailure): Promise<void> | void {
    if (this.#stopping === undefined) return this.#invoke.extensionFailed(failure);
  }

  #exited(runtime: EngineRuntime, exit: EngineExit): Promise<void> | void {
    if (this.#stopping === undefined) return this.#invoke.exited(runtime, exit);
  }
}
