/** The life of one execution environment: init, invocations, resets, end (spec/execution-environment.md §4). */
import { AwsError } from '../../../protocol/awsError.ts';
import type { EnvironmentState, EnvironmentSummary } from '../../../protocol/model.ts';
import type { Clock } from '../../clock.ts';
import type { EngineExit, EngineRuntime, PreparedEngine } from '../engine.ts';
import type {
  Environment,
  EnvironmentAnswer,
  EnvironmentInvocation,
  EnvironmentListener,
  EnvironmentPhase,
  EnvironmentSpec,
} from '../environment.ts';
import type { DebuggerNews, RuntimeAnswer, RuntimeOwner } from '../runtimeApi/runtimeStates.ts';
import { DebuggerWait } from './debuggerWait.ts';
import { isInspectorLine } from './debugTarget.ts';
import { EnvironmentLog } from './environmentLog.ts';
import { InvocationRun } from './invocationRun.ts';
import { PlatformLog } from './logLines.ts';
import { LogStream } from './logStream.ts';
import { MemoryWatch } from './memoryWatch.ts';
import { PhaseTime } from './phaseTime.ts';
import { exitAnswer, platformAnswer, timeoutAnswer, timeoutText } from './platformAnswers.ts';
import { RuntimeSlot, type RuntimeSlotOptions } from './runtimeSlot.ts';
import { exitErrorType, failureOf, type StartOutcome } from './startOutcome.ts';

/** Limit of the init phase for on-demand environments (§4.1). */
const INIT_LIMIT_MS = 10_000;
const MEGABYTE = 1024 * 1024;

export interface LocalEnvironmentOptions extends Pick<
  RuntimeSlotOptions,
  'id' | 'spec' | 'engine' | 'folder' | 'logStream' | 'endpoint' | 'mintCredentials' | 'notice'
> {
  readonly clock: Clock;
  readonly listener: Pick<EnvironmentListener, 'changed' | 'log' | 'ended'>;
}

export class LocalEnvironment implements Environment, RuntimeOwner {
  readonly id: string;
  readonly spec: EnvironmentSpec;
  readonly #options: LocalEnvironmentOptions;
  readonly #clock: Clock;
  readonly #slot: RuntimeSlot;
  readonly #log: EnvironmentLog;
  readonly #lines: PlatformLog;
  readonly #memory: MemoryWatch;
  readonly #debugger: DebuggerWait;
  readonly #time: PhaseTime;
  readonly #startedAt: number;
  #state: EnvironmentState = 'starting';
  #ready = false;
  #outOfMemory = false;
  /** How the runtime ended, while it has not been replaced. */
  #exit: EngineExit | undefined;
  #invocations = 0;
  #initMs: number | undefined;
  #run: InvocationRun | undefined;
  #startOver: ((outcome: StartOutcome) => void) | undefined;
  #prepared: PreparedEngine | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: LocalEnvironmentOptions) {
    const { clock, listener, spec, id } = options;
    this.id = id;
    this.spec = spec;
    this.#options = options;
    this.#clock = clock;
    this.#startedAt = clock.serviceNow();
    this.#time = new PhaseTime(clock);
    this.#lines = new PlatformLog(spec);
    this.#log = new EnvironmentLog(
      new LogStream(clock, spec.functionName, id, record => listener.log(record)),
      line => spec.debugId !== undefined && isInspectorLine(line),
    );
    this.#memory = new MemoryWatch(
      clock,
      spec.debugId === undefined ? spec.memorySize * MEGABYTE : undefined,
      () => this.#exceedMemory(),
    );
    this.#debugger = new DebuggerWait(spec, () => this.#debuggerChanged());
    this.#slot = new RuntimeSlot({
      ...options,
      owner: this,
      output: (chunk, stream) => this.#log.output(chunk, stream),
      exited: (runtime, exit) => this.#exited(runtime, exit),
    });
  }

  get summary(): EnvironmentSummary {
    const { spec } = this;
    const runtime = this.#slot.runtime;
    return {
      id: this.id,
      functionName: spec.functionName,
      version: spec.version,
      engine: runtime?.engine ?? this.#options.engine.name,
      state: this.#state,
      initType: spec.initType,
      ...(this.#initMs === undefined ? {} : { initMs: this.#initMs }),
      invocations: this.#invocations,
      ...(runtime?.pid === undefined ? {} : { pid: runtime.pid }),
      ...(runtime?.containerId === undefined ? {} : { containerId: runtime.containerId }),
      startedAt: this.#startedAt,
      ...(this.#memory.peak === 0 ? {} : { memory: this.#memory.peak }),
      ...(this.#debugger.target === undefined ? {} : { debug: this.#debugger.target }),
    };
  }

  get ended(): boolean {
    return this.#state === 'stopping' || this.#state === 'stopped';
  }

  async init(): Promise<void> {
    if (this.#state !== 'starting') throw new Error(`Environment ${this.id} was initialised before`);
    this.#setState('init');
    const limit = this.spec.initType === 'on-demand' ? INIT_LIMIT_MS : Number.POSITIVE_INFINITY;
    let outcome: StartOutcome;
    try {
      outcome = await this.#startRuntime('init', limit);
    } catch (error) {
      await this.stop('failure');
      throw error;
    }
    if (outcome.kind === 'stopped') {
      throw new AwsError('ServiceException', 500, 'The execution environment was stopped while it started.');
    }
    // A failed init is kept for the first invocation, which runs it again.
    if (outcome.kind !== 'ready') await this.#reset();
    this.#setState('idle');
  }

  invoke(invocation: EnvironmentInvocation): {
    answer: Promise<EnvironmentAnswer>;
    phase: Promise<EnvironmentPhase>;
  } {
    if (this.#state !== 'idle' && this.#state !== 'frozen') {
      throw new Error(`Environment ${this.id} takes no event while it is ${this.#state}`);
    }
    const run = new InvocationRun(invocation, this.#invocations === 0);
    this.#invocations += 1;
    this.#run = run;
    this.#time.begin(this.spec.timeout * 1000, () => void this.#timeOut(run));
    this.#log.begin(invocation.requestId);
    this.#setState('busy');
    this.#log.platform(this.#lines.start(this.#clock.serviceNow(), invocation.requestId));
    this.#memory.setWorking(true);
    if (this.#ready) this.#dispatch(run);
    else void this.#initWithin(run);
    return { answer: run.answer, phase: run.phase };
  }

  setPaused(paused: boolean): void {
    this.#time.hold('paused', paused);
  }

  stop(_reason: 'spindown' | 'failure' | 'timeout'): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  // RuntimeOwner: what the runtime says.

  ready(): void {
    if (this.#startOver) this.#startOver({ kind: 'ready' });
    else if (this.#run?.answered) void this.#finish(this.#run);
  }

  answered(answer: RuntimeAnswer): void {
    this.#run?.settle(answer);
  }

  initFailed(answer: RuntimeAnswer): void {
    this.#startOver?.({ kind: 'failed', answer });
  }

  debugger(news: DebuggerNews): void {
    this.#debugger.take(news);
  }

  #debuggerChanged(): void {
    const { waiting, target } = this.#debugger;
    this.#time.hold('waiting', waiting);
    if (waiting && target) this.#setState('waiting-for-debugger');
    else if (!waiting && this.#state === 'waiting-for-debugger') this.#setState(this.#run ? 'busy' : 'init');
  }

  /** What it takes to make a container is no part of the init phase, and not of the function's time. */
  async #startSandbox(): Promise<EngineRuntime> {
    this.#time.hold('sandbox', this.#options.engine.makesSandbox === true);
    try {
      return await this.#slot.start();
    } finally {
      this.#time.hold('sandbox', false);
    }
  }

  #dispatch(run: InvocationRun): void {
    const left = this.spec.timeout * 1000 - this.#time.elapsed;
    this.#slot.api?.states.offer(run.event(Math.floor(this.#clock.wallNow() + left)));
  }

  /** Starts a runtime and waits for the end of its init. Rejects only where nothing could be started. */
  async #startRuntime(phase: 'init' | 'invoke', limitMs: number): Promise<StartOutcome> {
    const prepared = (this.#prepared = await this.#slot.prepare());
    if (this.#stopping) return { kind: 'stopped' };
    this.#log.platform(this.#lines.initStart(this.#clock.serviceNow(), phase, prepared.runtimeVersion));
    this.#exit = undefined;
    const over = new Promise<StartOutcome>(resolve => (this.#startOver = resolve));
    // Within an invocation its own deadline rules; it ends the start as a timeout.
    if (phase === 'init') this.#time.begin(limitMs, () => this.#startOver?.({ kind: 'timeout' }));
    const began = this.#time.elapsed;
    try {
      const runtime = await this.#startSandbox();
      this.#debugger.watch(runtime);
      this.#memory.watch(runtime);
      this.#memory.setWorking(true);
      this.#options.listener.changed(this.summary);
      if (this.ended) this.#startOver?.({ kind: 'stopped' });
      let outcome = await over;
      const durationMs = this.#time.elapsed - began;
      // What was printed while it loaded comes before what comes next.
      if (outcome.kind === 'ready' || outcome.kind === 'failed') await runtime.drain?.();
      // It was ready and is gone by now.
      const exit = this.#lastExit();
      if (outcome.kind === 'ready' && exit) outcome = { kind: 'exited', exit };
      this.#reportInit(phase, outcome, durationMs);
      return outcome;
    } finally {
      this.#startOver = undefined;
      this.#debugger.goOn();
      if (phase === 'init') {
        this.#time.clear();
        this.#memory.setWorking(false);
      }
    }
  }

  #reportInit(phase: 'init' | 'invoke', outcome: StartOutcome, durationMs: number): void {
    this.#ready = outcome.kind === 'ready';
    if (this.#ready && phase === 'init') this.#initMs = durationMs;
    this.#log.platform(
      this.#lines.initReport(
        this.#clock.serviceNow(),
        phase,
        durationMs,
        failureOf(outcome, this.#outOfMemory),
      ),
    );
    this.#outOfMemory = false;
  }

  /** Suppressed init: runs again, within the invocation and its timeout (§4.1). */
  async #initWithin(run: InvocationRun): Promise<void> {
    let outcome: StartOutcome;
    try {
      outcome = await this.#startRuntime('invoke', 0);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      run.settle(platformAnswer('Sandbox.Failure', run.requestId, message));
      await this.#finishAndReset(run);
      return;
    }
    if (outcome.kind === 'ready' && !run.answered) this.#dispatch(run);
    if (outcome.kind === 'failed') run.settle(outcome.answer);
    if (outcome.kind === 'exited') this.#settleExit(run, outcome.exit);
    // The deadline has settled a timeout, and a stop its own.
    if (outcome.kind === 'failed' || outcome.kind === 'exited') await this.#finishAndReset(run);
  }

  #settleExit(run: InvocationRun, exit: EngineExit): void {
    const { answer, line } = exitAnswer(run.requestId, exit);
    this.#log.platform(this.#lines.textOnly(line));
    // An engine that keeps the limit by itself tells so by the exit; REPORT then shows all of it as used.
    this.#outOfMemory ||= exit.outOfMemory;
    run.fail(answer, { status: 'error', errorType: exitErrorType(exit, this.#outOfMemory) });
  }

  async #timeOut(run: InvocationRun): Promise<void> {
    const { timeout } = this.spec;
    const time = new Date(this.#clock.serviceNow()).toISOString();
    this.#startOver?.({ kind: 'timeout' });
    this.#log.platform(this.#lines.textOnly(`${time} ${run.requestId} ${timeoutText(timeout)}\n\n`));
    run.fail(timeoutAnswer(run.requestId, timeout), { status: 'timeout', errorType: 'Sandbox.Timedout' });
    await this.#finishAndReset(run);
  }

  #lastExit(): EngineExit | undefined {
    return this.#exit;
  }

  #exceedMemory(): void {
    this.#outOfMemory = true;
    this.#slot.runtime?.signal('SIGKILL');
  }

  #exited(runtime: EngineRuntime, exit: EngineExit): void {
    if (runtime !== this.#slot.runtime || this.#stopping) return;
    this.#ready = false;
    this.#exit = exit;
    const run = this.#run;
    if (this.#startOver) {
      this.#startOver({ kind: 'exited', exit });
    } else if (!run) {
      void this.stop('failure');
    } else if (!run.answered) {
      this.#settleExit(run, exit);
      void this.#finishAndReset(run);
    } else if (!run.finishing) {
      // It answered and then ended: its caller has the answer, the environment is gone.
      void this.#finish(run).then(() => this.stop('failure'));
    }
  }

  async #finishAndReset(run: InvocationRun): Promise<void> {
    if (run.finishing) return;
    run.finishing = true;
    this.#time.stop();
    await this.#memory.look();
    const peak = this.#memory.peak;
    await this.#reset();
    this.#close(run, peak);
  }

  /** The runtime ends; the environment stays, and starts another one with the next event (§4.1). */
  async #reset(): Promise<void> {
    this.#ready = false;
    await this.#slot.reset();
    this.#memory.watch(undefined);
    this.#debugger.watch(undefined);
  }

  async #finish(run: InvocationRun): Promise<void> {
    if (run.finishing) return;
    run.finishing = true;
    this.#time.stop();
    await this.#slot.runtime?.drain?.();
    this.#close(run, await this.#memory.look());
  }

  /** END and REPORT; the environment can take the next event. */
  #close(run: InvocationRun, peak: number): void {
    const report = run.report(this.spec, {
      elapsedMs: this.#time.elapsed,
      initMs: this.#initMs,
      peakBytes: peak,
      outOfMemory: this.#outOfMemory,
    });
    const now = this.#clock.serviceNow();
    const notice = run.error === undefined ? undefined : this.#prepared?.explain?.(run.error);
    if (notice !== undefined) this.#log.platform(this.#lines.notice(now, notice));
    this.#log.platform(this.#lines.end(now, run.requestId, report.durationMs, run.failure));
    this.#log.platform(this.#lines.report(now, run.requestId, report, run.failure, run.byPlatform));
    const log = this.#log.end();
    this.#outOfMemory = false;
    this.#run = undefined;
    this.#time.clear();
    this.#memory.setWorking(false);
    if (!this.#stopping) this.#setState('idle');
    run.end(report, log);
  }

  async #end(): Promise<void> {
    this.#setState('stopping');
    const run = this.#run;
    this.#startOver?.({ kind: 'stopped' });
    if (run && !run.finishing) {
      run.fail(platformAnswer('Sandbox.Failure', run.requestId, 'The execution environment was stopped'), {
        status: 'error',
        errorType: 'Sandbox.Failure',
      });
      await this.#finishAndReset(run);
    }
    this.#memory.watch(undefined);
    await this.#slot.close();
    this.#log.flush();
    this.#setState('stopped');
    this.#options.listener.ended(this.id);
  }

  #setState(state: EnvironmentState): void {
    if (this.#state === state || this.#state === 'stopped') return;
    this.#state = state;
    this.#options.listener.changed(this.summary);
  }
}
