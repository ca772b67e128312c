/** The life of one execution environment: init, invocations, resets, end (spec/execution-environment.md §4). */
import type { EnvironmentState, EnvironmentSummary } from '../../../protocol/model.ts';
import { type Clock, withinWall } from '../../clock.ts';
import type { EngineExit, EngineRuntime } from '../engine.ts';
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
import { Freezer } from './freezer.ts';
import { Injection } from './injection.ts';
import { InvocationRun } from './invocationRun.ts';
import { PlatformLog } from './logLines.ts';
import { LogStream } from './logStream.ts';
import { MemoryWatch, type MemoryUse } from './memoryWatch.ts';
import { PhaseTime } from './phaseTime.ts';
import { exitAnswer, platformAnswer, timeoutAnswer, timeoutText } from './platformAnswers.ts';
import { RuntimeSlot, type RuntimeSlotOptions } from './runtimeSlot.ts';
import { RuntimeStart, type StartParts } from './runtimeStart.ts';
import { exitErrorType, stoppedWhileStarting, type StartOutcome } from './startOutcome.ts';

const MEGABYTE = 1024 * 1024;
/** Wall time that an engine gets to thaw what is to end. */
const THAW_LIMIT = 2_000;

export interface LocalEnvironmentOptions extends Pick<
  RuntimeSlotOptions,
  'id' | 'spec' | 'engine' | 'folder' | 'logStream' | 'endpoint' | 'mintCredentials' | 'profile' | 'notice'
> {
  readonly clock: Clock;
  /** Wall time between an answer and the freeze; 0: never. */
  readonly freezeAfterMs: number;
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
  readonly #parts: StartParts;
  readonly #freezer: Freezer;
  readonly #injection: Injection;
  readonly #startedAt: number;
  #state: EnvironmentState = 'starting';
  #invocations = 0;
  #initMs: number | undefined;
  /** The start that is under way. */
  #start: RuntimeStart | undefined;
  /** The event that is in the environment's hands, until its REPORT is written. */
  #run: InvocationRun | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: LocalEnvironmentOptions) {
    const { clock, listener, spec, id, engine } = options;
    this.id = id;
    this.spec = spec;
    this.#options = options;
    this.#clock = clock;
    this.#startedAt = clock.serviceNow();
    this.#time = new PhaseTime(clock);
    this.#lines = new PlatformLog(spec);
    this.#log = new EnvironmentLog(
      new LogStream(clock, spec.functionName, id, record => listener.log(record)),
      spec.debugId === undefined ? undefined : isInspectorLine,
    );
    this.#memory = new MemoryWatch(
      clock,
      spec.debugId === undefined ? spec.memorySize * MEGABYTE : undefined,
      () => this.#slot.runtime?.signal('SIGKILL'),
    );
    this.#debugger = new DebuggerWait(
      spec,
      () => this.#debuggerChanged(),
      error => options.notice(`No debugger finds to ${spec.functionName}: ${messageOf(error)}`),
    );
    this.#freezer = new Freezer({
      clock,
      // A debugger could not talk to it.
      afterMs: spec.debugId === undefined ? options.freezeAfterMs : 0,
      runtime: () => (this.#slot.alive ? this.#slot.runtime : undefined),
      frozen: () => this.#setState('frozen'),
      failed: error => options.notice(`${spec.functionName} can't be frozen: ${messageOf(error)}`),
    });
    this.#injection = new Injection({
      clock,
      spec,
      note: text => this.#log.platform(this.#lines.notice(clock.serviceNow(), text)),
      kill: () => this.#slot.runtime?.signal('SIGKILL'),
      timeOut: run => this.#unattended(() => this.#timeOut(run)),
      finish: run => this.#unattended(() => this.#finish(run)),
    });
    this.#slot = new RuntimeSlot({
      ...options,
      owner: this,
      output: (chunk, stream) => this.#log.output(chunk, stream),
      exited: (runtime, exit) => this.#unattended(() => this.#exited(runtime, exit)),
    });
    this.#parts = {
      clock,
      initType: spec.initType,
      timeout: spec.timeout,
      makesSandbox: engine.makesSandbox === true,
      slot: this.#slot,
      time: this.#time,
      memory: this.#memory,
      debugger: this.#debugger,
      log: this.#log,
      lines: this.#lines,
      notes: spec.notes ?? [],
      launched: () => listener.changed(this.summary),
    };
  }

  get summary(): EnvironmentSummary {
    const { spec } = this;
    const runtime = this.#slot.runtime;
    const { peak } = this.#memory.use;
    return {
      id: this.id,
      functionName: spec.functionName,
      version: spec.version,
      engine: runtime?.engine ?? this.#options.engine.name,
      state: this.#state,
      initType: spec.initType,
      ...(spec.startReason === undefined ? {} : { startReason: spec.startReason }),
      ...(this.#initMs === undefined ? {} : { initMs: this.#initMs }),
      invocations: this.#invocations,
      ...(runtime?.pid === undefined ? {} : { pid: runtime.pid }),
      ...(runtime?.containerId === undefined ? {} : { containerId: runtime.containerId }),
      startedAt: this.#startedAt,
      ...(peak === 0 ? {} : { memory: peak }),
      ...(this.#debugger.target === undefined ? {} : { debug: this.#debugger.target }),
    };
  }

  get ended(): boolean {
    return this.#state === 'stopping' || this.#state === 'stopped';
  }

  async init(): Promise<void> {
    if (this.#state !== 'starting') throw new Error(`Environment ${this.id} was initialised before`);
    this.#setState('init');
    try {
      const outcome = await this.#startRuntime('init');
      // A failed init is kept for the first invocation, which runs it again.
      if (outcome.kind !== 'ready' && !this.ended) await this.#reset();
    } catch (error) {
      await this.stop('failure');
      throw error;
    }
    if (this.ended) throw stoppedWhileStarting();
    this.#setState('idle');
  }

  invoke(invocation: EnvironmentInvocation): {
    answer: Promise<EnvironmentAnswer>;
    phase: Promise<EnvironmentPhase>;
  } {
    if (this.#state !== 'idle' && this.#state !== 'frozen') {
      throw new Error(`Environment ${this.id} takes no event while it is ${this.#state}`);
    }
    const run = new InvocationRun(invocation, this.#invocations === 0, this.#injection.hasStruck);
    this.#invocations += 1;
    this.#run = run;
    this.#time.begin(this.spec.timeout * 1000, () => this.#unattended(() => this.#timeOut(run)));
    this.#log.begin(invocation.requestId);
    this.#setState('busy');
    this.#log.platform(this.#lines.start(this.#clock.serviceNow(), invocation.requestId));
    this.#memory.setWorking(true);
    const thawed = this.#freezer.thaw();
    if (thawed) this.#unattended(() => this.#dispatchAfter(thawed, run));
    else if (this.#slot.alive) this.#dispatch(run);
    else this.#unattended(() => this.#initWithin(run));
    return { answer: run.answer, phase: run.phase };
  }

  setPaused(paused: boolean): void {
    this.#time.hold('paused', paused);
  }

  stop(_reason: 'spindown' | 'failure' | 'timeout'): Promise<void> {
    this.#stopping ??= this.#end().catch((error: unknown) => this.#tellDefect(error));
    return this.#stopping;
  }

  // RuntimeOwner: what the runtime says.

  ready(): void {
    const run = this.#run;
    if (this.#start) this.#injection.ready(this.#start, run);
    else if (run?.answered === true && !this.#injection.isDying(run))
      this.#unattended(() => this.#finish(run));
  }

  answered(answer: RuntimeAnswer): void {
    const run = this.#run;
    if (run && !this.#injection.strikes(run, 'end', answer)) run.settle(answer);
  }

  initFailed(answer: RuntimeAnswer): void {
    this.#start?.heard({ kind: 'failed', answer });
  }

  debugger(news: DebuggerNews): void {
    this.#debugger.take(news);
  }

  looking(): void {
    this.#run?.left.expect();
  }

  leftBehind(left: readonly string[]): void {
    this.#run?.left.take(left);
  }

  #debuggerChanged(): void {
    const { waiting, target } = this.#debugger;
    this.#time.hold('waiting', waiting);
    if (waiting && target) this.#setState('waiting-for-debugger');
    else if (!waiting && this.#state === 'waiting-for-debugger') this.#setState(this.#run ? 'busy' : 'init');
  }

  /** Nobody waits for this: a defect that shows in it ends the environment, with an answer for its caller, never the host. */
  #unattended(work: () => Promise<void> | void): void {
    (async () => work())().catch((error: unknown) => {
      this.#tellDefect(error);
      return this.stop('failure');
    });
  }

  #tellDefect(error: unknown): void {
    this.#options.notice(
      `Environment ${this.id} of ${this.spec.functionName} ended by a defect: ${messageOf(error)}`,
    );
  }

  async #startRuntime(phase: 'init' | 'invoke'): Promise<StartOutcome> {
    const start = (this.#start = new RuntimeStart(this.#parts, phase));
    try {
      const outcome = await start.run();
      if (outcome.kind === 'ready' && phase === 'init') this.#initMs = start.durationMs;
      return outcome;
    } finally {
      this.#start = undefined;
    }
  }

  #dispatch(run: InvocationRun): void {
    if (this.#injection.strikes(run, 'start')) return;
    const left = this.spec.timeout * 1000 - this.#time.elapsed;
    this.#slot.api?.states.offer(run.event(Math.floor(this.#clock.wallNow() + left)));
  }

  /** An engine that takes a while to thaw takes none of the event's time. */
  async #dispatchAfter(thawed: Promise<void>, run: InvocationRun): Promise<void> {
    this.#time.hold('sandbox', true);
    await thawed;
    this.#time.hold('sandbox', false);
    // It may have ended meanwhile.
    if (!run.answered) this.#dispatch(run);
  }

  /** Suppressed init: runs again, within the invocation and its timeout (§4.1). */
  async #initWithin(run: InvocationRun): Promise<void> {
    let outcome: StartOutcome;
    try {
      outcome = await this.#startRuntime('invoke');
    } catch (error) {
      run.settle(platformAnswer('Sandbox.Failure', run.requestId, messageOf(error)));
      await this.#finishAndReset(run);
      // Where nothing can be started nothing is worth keeping: the next event is told so before it begins.
      return this.stop('failure');
    }
    // The deadline has settled a timeout, and a stop its own.
    if (run.answered) return;
    if (outcome.kind === 'ready') {
      this.#dispatch(run);
      return;
    }
    if (outcome.kind === 'failed') run.settle(outcome.answer);
    if (outcome.kind === 'exited') this.#settleExit(run, outcome.exit);
    await this.#finishAndReset(run);
  }

  #settleExit(run: InvocationRun, exit: EngineExit): void {
    const { answer, line } = exitAnswer(run.requestId, exit);
    this.#log.platform(this.#lines.textOnly(line));
    run.fail(answer, { status: 'error', errorType: exitErrorType(exit, this.#memory.use.exceeded) });
  }

  #timeOut(run: InvocationRun): Promise<void> {
    const { timeout } = this.spec;
    const time = new Date(this.#clock.serviceNow()).toISOString();
    this.#start?.end({ kind: 'timeout' });
    this.#log.platform(this.#lines.textOnly(`${time} ${run.requestId} ${timeoutText(timeout)}\n\n`));
    run.fail(timeoutAnswer(run.requestId, timeout), { status: 'timeout', errorType: 'Sandbox.Timedout' });
    return this.#finishAndReset(run);
  }

  #exited(runtime: EngineRuntime, exit: EngineExit): Promise<void> | void {
    if (runtime !== this.#slot.runtime || this.#stopping) return;
    const run = this.#run;
    if (this.#start?.end({ kind: 'exited', exit }) === true) return;
    if (!run) return this.stop('failure');
    // It answered and then ended: its caller has the answer. Where its last lines are being read that goes on.
    if (run.answered) return this.#finish(run);
    this.#settleExit(run, exit);
    return this.#finishAndReset(run);
  }

  async #finishAndReset(run: InvocationRun): Promise<void> {
    if (run.finishing) return;
    run.finishing = true;
    this.#time.stop();
    const use = await this.#memory.look();
    await this.#reset();
    this.#close(run, use);
  }

  /** The runtime ends; the environment stays, and starts another one with the next event (§4.1). */
  async #reset(): Promise<void> {
    await this.#slot.reset();
    this.#memory.watch(undefined);
    this.#debugger.watch(undefined);
    // Whatever was stopped in a debugger is gone.
    this.#time.hold('paused', false);
  }

  async #finish(run: InvocationRun): Promise<void> {
    if (run.finishing) return;
    run.finishing = true;
    this.#time.stop();
    await this.#slot.runtime?.drain?.();
    await run.left.settled(this.#clock);
    this.#close(run, await this.#memory.look());
  }

  /** END and REPORT; the environment can take the next event, where its runtime has not ended meanwhile. */
  #close(run: InvocationRun, use: MemoryUse): void {
    // Its end did not wait for an engine that does not answer.
    if (run !== this.#run) return;
    const report = run.report(this.spec, { elapsedMs: this.#time.elapsed, initMs: this.#initMs, use });
    const now = this.#clock.serviceNow();
    const notice = run.error === undefined ? undefined : this.#slot.explain(run.error);
    if (notice !== undefined) this.#log.platform(this.#lines.notice(now, notice));
    this.#log.platform(this.#lines.end(now, run.requestId, report.durationMs, run.failure));
    this.#log.platform(this.#lines.report(now, run.requestId, report, run.failure, run.byPlatform));
    const log = this.#log.end();
    this.#run = undefined;
    this.#injection.over();
    this.#time.clear();
    this.#memory.setWorking(false);
    if (this.#slot.runtime && !this.#slot.alive) void this.stop('failure');
    else this.#setState('idle');
    run.end(report, log);
  }

  async #end(): Promise<void> {
    try {
      this.#setState('stopping');
      // Some engines can't end what is frozen.
      const thawed = this.#freezer.stop();
      if (thawed) await withinWall(this.#clock, THAW_LIMIT, thawed);
      this.#start?.end({ kind: 'stopped' });
      const run = this.#run;
      if (run && !run.finishing) {
        run.fail(platformAnswer('Sandbox.Failure', run.requestId, 'The execution environment was stopped'), {
          status: 'error',
          errorType: 'Sandbox.Failure',
        });
        await this.#finishAndReset(run);
      }
      await this.#slot.close();
      if (run) this.#close(run, this.#memory.use);
      this.#memory.watch(undefined);
      this.#log.flush();
    } catch (error) {
      this.#tellDefect(error);
    }
    this.#setState('stopped');
    this.#options.listener.ended(this.id);
  }

  /** From `stopping` on there is only the end. */
  #setState(state: EnvironmentState): void {
    if (this.#state === state || this.#state === 'stopped') return;
    if (this.#state === 'stopping' && state !== 'stopped') return;
    this.#state = state;
    if (state === 'idle') this.#freezer.idle();
    this.#options.listener.changed(this.summary);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
