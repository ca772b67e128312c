/** One start of a runtime, from what it takes to the end of its init (spec/execution-environment.md §4.1). */
import type { Clock } from '../../clock.ts';
import type { EngineRuntime, ExtensionPrograms } from '../engine.ts';
import type { DebuggerWait } from './debuggerWait.ts';
import { ExtensionFailed, type Extensions } from './extensions.ts';
import type { MemoryWatch } from './memoryWatch.ts';
import type { PhaseTime } from './phaseTime.ts';
import type { PlatformRecords } from './platformRecords.ts';
import type { RuntimeSlot } from './runtimeSlot.ts';
import { failureOf, type StartOutcome } from './startOutcome.ts';

/** Limits of the init phase, milliseconds of wall time (§4.1; spec/lambda-service.md §10.3): on demand, and ahead. */
const INIT_LIMIT = 10_000;
const INIT_AHEAD_LIMIT = 130_000;

/** What an environment has for all its starts. */
export interface StartParts {
  readonly clock: Clock;
  readonly initType: 'on-demand' | 'provisioned-concurrency';
  /** The function's, seconds. */
  readonly timeout: number;
  /** The engine makes a sandbox first: that is no part of the init phase, and not of the function's time. */
  readonly makesSandbox: boolean;
  readonly slot: RuntimeSlot;
  readonly extensions: Extensions;
  readonly time: PhaseTime;
  readonly memory: MemoryWatch;
  readonly debugger: DebuggerWait;
  readonly records: PlatformRecords;
  /** What the log of the first start says besides. */
  readonly notes: readonly string[];
  /** The runtime's process is there. */
  launched(): void;
}

export class RuntimeStart {
  readonly #parts: StartParts;
  readonly #phase: 'init' | 'invoke';
  readonly #over: Promise<StartOutcome>;
  #settle!: (outcome: StartOutcome) => void;
  #isOver = false;
  #isReady = false;
  #launched: Promise<void> | undefined;
  #heard: StartOutcome | undefined;
  #began = 0;
  #durationMs: number | undefined;

  /** `invoke`: the init that failed runs again, within an event and its deadline, which ends it as a timeout. */
  constructor(parts: StartParts, phase: 'init' | 'invoke') {
    this.#parts = parts;
    this.#phase = phase;
    this.#over = new Promise(resolve => (this.#settle = resolve));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** It is over, and the runtime waits for events. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Milliseconds that the init took; known when it is over. */
  get durationMs(): number {
    return this.#durationMs ?? this.#parts.time.elapsed - this.#began;
  }

  /** Resolves when it is over, whoever ended it. Rejects only where nothing could be started. */
  async run(): Promise<StartOutcome> {
    const { slot, time, memory, records, notes, extensions } = this.#parts;
    const phase = this.#phase;
    const prepared = await Promise.race([slot.prepare(), this.#over]);
    if ('kind' in prepared) return prepared;
    records.initStart(phase, prepared.runtimeVersion);
    if (phase === 'init') for (const note of notes) records.notice(note);
    if (phase === 'init') time.begin(this.#limit(), () => this.end({ kind: 'timeout' }));
    this.#began = time.elapsed;
    this.#launched = this.#launch(prepared.extensions);
    try {
      const outcome = await this.#over;
      if (outcome.kind === 'refused') throw outcome.error;
      const failure = failureOf(outcome, memory.use.exceeded);
      records.initRuntimeDone(phase, failure);
      extensions.tellStates();
      records.initReport(phase, this.durationMs, failure);
      return outcome;
    } finally {
      this.#durationMs = this.durationMs;
      this.#parts.debugger.goOn();
      if (phase === 'init') {
        time.clear();
        memory.setWorking(false);
      }
    }
  }

  /** What the runtime says. It counts when the engine has told that it runs, and handed over what it printed before. */
  heard(outcome: Extract<StartOutcome, { kind: 'ready' | 'failed' }>): void {
    this.#heard = outcome;
    if (outcome.kind === 'ready') this.#parts.extensions.states.closeRegistration();
    this.#hear(outcome).catch((error: unknown) => this.end({ kind: 'refused', error }));
  }

  /** Ends it; the first end counts. False where it was over before. */
  end(outcome: StartOutcome): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    // Whoever says that it can't start ends right after that.
    const why = outcome.kind === 'exited' && this.#heard?.kind === 'failed' ? this.#heard : outcome;
    this.#isReady = why.kind === 'ready';
    this.#settle(why);
    return true;
  }

  #limit(): number {
    const { initType, timeout } = this.#parts;
    return initType === 'on-demand' ? INIT_LIMIT : Math.max(INIT_AHEAD_LIMIT, timeout * 1_000);
  }

  /** Never rejects, and nobody has to wait for it: a start that was given up ends by itself. */
  async #launch(programs: ExtensionPrograms | undefined): Promise<void> {
    const { slot, time, memory, makesSandbox, extensions } = this.#parts;
    time.hold('sandbox', makesSandbox);
    try {
      if (!(await extensions.launch(programs))) return;
      time.hold('sandbox', false);
      if (!(await extensions.registered()) || this.#isOver) return;
      time.hold('sandbox', makesSandbox);
      const runtime = await slot.start();
      this.#parts.debugger.watch(runtime);
      memory.watch(withExtensions(runtime, extensions));
      memory.setWorking(true);
      this.#parts.launched();
    } catch (error) {
      if (error instanceof ExtensionFailed) this.end({ kind: 'extension', failure: error.failure });
      else this.end({ kind: 'refused', error });
    } finally {
      time.hold('sandbox', false);
    }
  }

  async #hear(outcome: StartOutcome): Promise<void> {
    const { slot, time } = this.#parts;
    await this.#launched;
    if (outcome.kind === 'ready' && !(await this.#parts.extensions.ready())) return;
    this.#durationMs ??= this.durationMs;
    // The phase is over; within an event its deadline goes on.
    if (this.#phase === 'init') time.stop();
    await slot.runtime?.drain?.();
    this.end(outcome);
  }
}

/** All of an environment's memory: its extensions count (§5.2). */
function withExtensions(
  runtime: EngineRuntime,
  extensions: Extensions,
): Pick<EngineRuntime, 'memory' | 'keepsMemoryLimit'> {
  if (extensions.processes.length === 0) return runtime;
  return {
    ...(runtime.keepsMemoryLimit === undefined ? {} : { keepsMemoryLimit: runtime.keepsMemoryLimit }),
    async memory() {
      const all = await Promise.all([runtime, ...extensions.processes].map(each => each.memory()));
      const known = all.filter(bytes => bytes !== undefined);
      return known.length === 0 ? undefined : known.reduce((sum, bytes) => sum + bytes, 0);
    },
  };
}
