/** One event after another in an environment: dispatch, answer, deadline, the runtime's end, END and REPORT (spec/execution-environment.md §4.1). */
import type { EngineExit, EngineRuntime } from '../engine.ts';
import type { EnvironmentInvocation } from '../environment.ts';
import type { ChunkTaker, RuntimeAnswer } from '../runtimeApi/runtimeStates.ts';
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
    return this.#life.run?.openStream(contentType, resume);
  }

  /** The runtime has ended by itself, outside of the environment's end. */
  exited(runtime: EngineRuntime, exit: EngineExit): Promise<void> | void {
    const { slot, run, start } = this.#life;
    if (runtime !== slot.runtime) return;
    if (start?.end({ kind: 'exited', exit }) === true) return;
    if (!run) return this.#stop();
    // It answered and then ended: its caller has the answer. Where its last lines are being read that goes on.
    if (run.answered) return this.#finish(run);
    this.#settleExit(run, exit);
    return this.finishAndReset(run);
  }

  async finishAndReset(run: InvocationRun): Promise<void> {
    if (run.finishing) return;
    run.finishing = true;
    this.#runtimeDone(run);
    const use = await this.#life.memory.look();
    await this.#life.reset();
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
    if (life.slot.runtime && !life.slot.alive) void this.#stop();
    else life.setState('idle');
    run.end(report, log);
  }

  /** The time of the event is over; its runtime's part of it is told. */
  #runtimeDone(run: InvocationRun): void {
    const { time, records, spec } = this.#life;
    time.stop();
    records.runtimeDone(run, run.failure?.status === 'timeout' ? spec.timeout * 1000 : time.elapsed);
  }

  #dispatch(run: InvocationRun): void {
    const { time, slot, clock, spec } = this.#life;
    if (this.#injection.strikes(run, 'start')) return;
    run.marks.dispatchedAt = clock.monotonic();
    const left = spec.timeout * 1000 - time.elapsed;
    slot.api?.states.offer(run.event(Math.floor(clock.wallNow() + left)));
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
      await this.finishAndReset(run);
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
    await this.finishAndReset(run);
  }

  #settleExit(run: InvocationRun, exit: EngineExit): void {
    const { records, memory } = this.#life;
    const { answer, line } = exitAnswer(run.requestId, exit);
    records.fault(line, `RequestId: ${run.requestId} Process exited before completing request`);
    run.fail(answer, { status: 'error', errorType: exitErrorType(exit, memory.use.exceeded) });
  }

  #timeOut(run: InvocationRun): Promise<void> {
    const { spec, clock, start, records } = this.#life;
    const { timeout } = spec;
    const time = new Date(clock.serviceNow()).toISOString();
    start?.end({ kind: 'timeout' });
    const line = `${time} ${run.requestId} ${timeoutText(timeout)}`;
    records.fault(`${line}\n\n`, line);
    run.fail(timeoutAnswer(run.requestId, timeout), { status: 'timeout', errorType: 'Sandbox.Timedout' });
    return this.finishAndReset(run);
  }

  async #finish(run: InvocationRun): Promise<void> {
    const { time, slot, clock, memory } = this.#life;
    if (run.finishing) return;
    run.finishing = true;
    time.stop();
    run.marks.doneAt = clock.monotonic();
    await slot.runtime?.drain?.();
    this.#runtimeDone(run);
    await run.left.settled(clock);
    this.close(run, await memory.look());
  }
}
