/** One event after another in an environment: dispatch, answer, deadline, the runtime's end, END and REPORT (spec/execution-environment.md §4.1). */
import type { EngineExit, EngineRuntime } from '../engine.ts';
import type { EnvironmentInvocation } from '../environment.ts';
import type { ChunkTaker, RuntimeAnswer } from '../runtimeApi/runtimeStates.ts';
import type { ShutdownReason } from '../extensionsApi/extensionEvents.ts';
import { extensionAnswer, type ExtensionFailure } from './extensionFailure.ts';
import type { InitPhase } from './initPhase.ts';
import { Injection } from './injection.ts';
import { InvocationRun } from './invocationRun.ts';
import { messageOf, type Life } from './life.ts';
import type { MemoryUse } from './memoryWatch.ts';
import { exitAnswer, platformAnswer, timeoutAnswer, timeoutText } from './platformAnswers.ts';
import { exitErrorType, type StartOutcome } from './startOutcome.ts';

export class InvokePhase {
  readonly #life: Life;
  readonly #init: InitPhase;
  readonly #stop: () => Promise<void>;
  readonly #injection: Injection;

  /** `stop`: the environment's end, which never rejects. */
  constructor(life: Life, init: InitPhase, stop: () => Promise<void>) {
    this.#life = life;
    this.#init = init;
    this.#stop = stop;
    this.#injection = new Injection({
      clock: life.clock,
      spec: life.spec,
      note: text => life.records.notice(text),
      kill: () => life.slot.runtime?.signal('SIGKILL'),
      timeOut: run => life.unattended(() => this.#timeOut(run)),
      finish: run => life.unattended(() => this.#finish(run)),
    });
  }

  /** The environment's runtime gets this event, as soon as there is one. */
  begin(invocation: EnvironmentInvocation): InvocationRun {
    const life = this.#life;
    const run = new InvocationRun(invocation, life.invocations === 0, this.#injection.hasStruck);
    life.invocations += 1;
    life.run = run;
    life.time.begin(life.spec.timeout * 1000, () => life.unattended(() => this.#timeOut(run)));
    life.log.begin(invocation.requestId);
    life.setState('busy');
    life.records.start(invocation);
    life.memory.setWorking(true);
    const thawed = life.freezer.thaw();
    if (thawed) life.unattended(() => this.#dispatchAfter(thawed, run));
    else if (life.slot.alive) this.#dispatch(run);
    else life.unattended(() => this.#initWithin(run));
    return run;
  }

  /** The runtime asks for an event: its init is over, or the event's phase. */
  ready(): void {
    const { start, run } = this.#life;
    if (start) this.#injection.ready(start, run);
    else if (run?.answered === true && !this.#injection.isDying(run))
      this.#life.unattended(() => this.#finish(run));
  }

  answered(answer: RuntimeAnswer): void {
    const { run, clock } = this.#life;
    if (!run) return;
    run.marks.answeredAt = clock.monotonic();
    if (!this.#injection.strikes(run, 'end', answer)) run.settle(answer);
  }

  streaming(contentType: string, resume: () => void): ChunkTaker | undefined {
    const { run, clock } = this.#life;
    if (run) run.marks.respondingAt ??= clock.monotonic();
    return run?.openStream(contentType, resume);
  }

  /** The runtime has ended by itself, outside of the environment's end. */
  exited(runtime: EngineRuntime, exit: EngineExit): Promise<void> | void {
    const { slot, run, start, shuttingDown } = this.#life;
    if (runtime !== slot.runtime || shuttingDown) return;
    if (start?.end({ kind: 'exited', exit }) === true) return;
    if (!run) return this.#stop();
    // It answered and then ended: its caller has the answer. Where its last lines are being read that goes on.
    if (run.answered) return this.#finish(run);
    this.#settleExit(run, exit);
    return this.finishAndReset(run, 'failure');
  }

  /** An extension has ended by itself: the environment fails with it, in whatever phase it is. */
  extensionFailed(failure: ExtensionFailure): Promise<void> | void {
    const { run, start, options } = this.#life;
    if (failure.hint !== undefined) options.notice(failure.hint);
    // Where the start was over before, whoever ended it cleans up.
    if (start?.end({ kind: 'extension', failure }) === true || start?.isReady === false) return;
    if (!run) return this.#stop();
    if (run.finishing) return;
    this.#settleExtension(run, failure);
    return this.finishAndReset(run, 'failure');
  }

  async finishAndReset(run: InvocationRun, reason: ShutdownReason): Promise<void> {
    if (run.finishing) return;
    run.finishing = true;
    this.#life.time.stop();
    this.#runtimeDone(run);
    const use = await this.#life.memory.look();
    await this.#life.reset(reason);
    this.close(run, use);
  }

  /** END and REPORT; the environment can take the next event, where its runtime has not ended meanwhile. */
  close(run: InvocationRun, use: MemoryUse): void {
    const life = this.#life;
    // Its end did not wait for an engine that does not answer.
    if (run !== life.run) return;
    const report = run.report(life.spec, { elapsedMs: life.time.elapsed, initMs: life.initMs, use });
    const notice = run.error === undefined ? undefined : life.slot.explain(run.error);
    if (notice !== undefined) life.records.notice(notice);
    life.records.report(run, report);
    const log = life.log.end();
    life.run = undefined;
    this.#injection.over();
    life.time.clear();
    life.memory.setWorking(false);
    const isBroken = (life.slot.runtime && !life.slot.alive) || life.extensions.hasFailed;
    if (isBroken) void this.#stop();
    else life.setState('idle');
    run.end(report, log);
  }

  /** Tells that the runtime's part of the event is over, however it ended; extensions may go on. */
  #runtimeDone(run: InvocationRun): void {
    const { time, records, spec } = this.#life;
    if (run.runtimeDone) return;
    run.runtimeDone = true;
    records.runtimeDone(run, run.failure?.status === 'timeout' ? spec.timeout * 1000 : time.elapsed);
  }

  #dispatch(run: InvocationRun): void {
    const { time, slot, clock, spec, extensions } = this.#life;
    if (this.#injection.strikes(run, 'start')) return;
    run.marks.dispatchedAt = clock.monotonic();
    const left = spec.timeout * 1000 - time.elapsed;
    const event = run.event(Math.floor(clock.wallNow() + left));
    extensions.invoke(event);
    slot.api?.states.offer(event);
  }

  /** An engine that takes a while to thaw takes none of the event's time. */
  async #dispatchAfter(thawed: Promise<void>, run: InvocationRun): Promise<void> {
    this.#life.time.hold('sandbox', true);
    await thawed;
    this.#life.time.hold('sandbox', false);
    // It may have ended meanwhile.
    if (!run.answered) this.#dispatch(run);
  }

  /** Suppressed init: runs again, within the invocation and its timeout (§4.1). */
  async #initWithin(run: InvocationRun): Promise<void> {
    let outcome: StartOutcome;
    try {
      outcome = await this.#init.start('invoke');
    } catch (error) {
      run.settle(platformAnswer('Sandbox.Failure', run.requestId, messageOf(error)));
      await this.finishAndReset(run, 'failure');
      // Where nothing can be started nothing is worth keeping: the next event is told so before it begins.
      return this.#stop();
    }
    // The deadline has settled a timeout, and a stop its own.
    if (run.answered) return;
    if (outcome.kind === 'ready') {
      this.#dispatch(run);
      return;
    }
    if (outcome.kind === 'failed') run.settle(outcome.answer);
    if (outcome.kind === 'exited') this.#settleExit(run, outcome.exit);
    if (outcome.kind === 'extension') this.#settleExtension(run, outcome.failure);
    await this.finishAndReset(run, 'failure');
  }

  #settleExtension(run: InvocationRun, failure: ExtensionFailure): void {
    const { records } = this.#life;
    const { answer, line } = extensionAnswer(run.requestId, failure);
    records.fault(line, line.trimEnd());
    if (failure.hint !== undefined) records.notice(failure.hint);
    run.fail(answer, { status: 'error', errorType: failure.errorType });
  }

  #settleExit(run: InvocationRun, exit: EngineExit): void {
    const { records, memory, extensions } = this.#life;
    // An internal extension that told its error and then ended the runtime's process.
    const said = extensions.states.fatal;
    const { answer, line } = exitAnswer(run.requestId, exit, said);
    records.fault(line, `RequestId: ${run.requestId} Process exited before completing request`);
    run.fail(answer, { status: 'error', errorType: said ?? exitErrorType(exit, memory.use.exceeded) });
  }

  #timeOut(run: InvocationRun): Promise<void> {
    const { spec, clock, start, records } = this.#life;
    const { timeout } = spec;
    const time = new Date(clock.serviceNow()).toISOString();
    start?.end({ kind: 'timeout' });
    const line = `${time} ${run.requestId} ${timeoutText(timeout)}`;
    records.fault(`${line}\n\n`, line);
    run.fail(timeoutAnswer(run.requestId, timeout), { status: 'timeout', errorType: 'Sandbox.Timedout' });
    return this.finishAndReset(run, 'timeout');
  }

  /** The runtime has done its part. The event's phase is over when the extensions have done theirs (§2.4). */
  async #finish(run: InvocationRun): Promise<void> {
    const { time, slot, clock, memory, extensions } = this.#life;
    if (run.finishing) return;
    run.marks.doneAt ??= clock.monotonic();
    // Asked before anything else is waited for: a reset meanwhile answers it.
    const others = slot.alive && !extensions.idle ? extensions.states.whenIdle() : undefined;
    if (others) {
      await slot.runtime?.drain?.();
      this.#runtimeDone(run);
      if (!(await others)) return;
    }
    run.finishing = true;
    time.stop();
    if (extensions.states.size > 0) run.marks.extensionsDoneAt = clock.monotonic();
    await slot.runtime?.drain?.();
    this.#runtimeDone(run);
    await run.left.settled(clock);
    this.close(run, await memory.look());
  }
}
