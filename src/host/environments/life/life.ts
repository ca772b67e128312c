/** What the phases of one environment's life share: its parts, where it stands, and how its runtime is reset. */
import type { EnvironmentState, EnvironmentSummary } from '../../../protocol/model.ts';
import type { Clock } from '../../clock.ts';
import type { EngineExit, EngineRuntime } from '../engine.ts';
import type { EnvironmentListener, EnvironmentSpec } from '../environment.ts';
import type { ShutdownReason } from '../extensionsApi/extensionEvents.ts';
import type { RuntimeOwner } from '../runtimeApi/runtimeStates.ts';
import { applicationFilter } from './applicationLevel.ts';
import { Telemetry } from '../telemetry/telemetry.ts';
import { DebuggerWait } from './debuggerWait.ts';
import { isInspectorLine } from './debugTarget.ts';
import { EnvironmentLog } from './environmentLog.ts';
import type { ExtensionFailure } from './extensionFailure.ts';
import { Extensions } from './extensions.ts';
import { freezableWith } from './freezeAll.ts';
import { Freezer } from './freezer.ts';
import type { InvocationRun } from './invocationRun.ts';
import { LogStream } from './logStream.ts';
import { MemoryWatch } from './memoryWatch.ts';
import { PhaseTime } from './phaseTime.ts';
import { PlatformRecords } from './platformRecords.ts';
import { RuntimeSlot, type RuntimeSlotOptions } from './runtimeSlot.ts';
import type { RuntimeStart } from './runtimeStart.ts';

const MEGABYTE = 1024 * 1024;

export interface LifeOptions extends Pick<
  RuntimeSlotOptions,
  'id' | 'spec' | 'engine' | 'folder' | 'logStream' | 'endpoint' | 'mintCredentials' | 'profile' | 'notice'
> {
  readonly clock: Clock;
  /** Wall time between an answer and the freeze; 0: never. */
  readonly freezeAfterMs: number;
  readonly listener: Pick<EnvironmentListener, 'changed' | 'log' | 'ended'>;
}

/** What happens to an environment by itself: its phases know what becomes of it. */
export interface LifeEvents {
  readonly owner: RuntimeOwner;
  exited(runtime: EngineRuntime, exit: EngineExit): Promise<void> | void;
  /** An extension has ended by itself; the start that waits for it ends with it. */
  extensionFailed(failure: ExtensionFailure): Promise<void> | void;
  /** The end, for good; never rejects. */
  stop(): Promise<void>;
}

export class Life {
  readonly options: LifeOptions;
  readonly spec: EnvironmentSpec;
  readonly clock: Clock;
  readonly slot: RuntimeSlot;
  readonly extensions: Extensions;
  readonly log: EnvironmentLog;
  /** What the platform tells, to the log and to whoever listens. */
  readonly records: PlatformRecords;
  readonly telemetry: Telemetry;
  readonly memory: MemoryWatch;
  readonly debugger: DebuggerWait;
  readonly time: PhaseTime;
  readonly freezer: Freezer;
  /** The start that is under way. */
  start: RuntimeStart | undefined;
  /** The event that is in the environment's hands, until its REPORT is written. */
  run: InvocationRun | undefined;
  /** Events that it was given. */
  invocations = 0;
  /** Milliseconds that its init took, where that came to its end. */
  initMs: number | undefined;
  readonly #events: LifeEvents;
  readonly #startedAt: number;
  #state: EnvironmentState = 'starting';
  #shuttingDown = 0;

  constructor(options: LifeOptions, events: LifeEvents) {
    const { clock, listener, spec, id } = options;
    this.options = options;
    this.spec = spec;
    this.clock = clock;
    this.#events = events;
    this.#startedAt = clock.serviceNow();
    this.time = new PhaseTime(clock);
    this.telemetry = new Telemetry({
      clock,
      isJson: spec.logFormat === 'JSON',
      subscribed: (api, name, types) => this.records.subscription(api, name, types),
      dropped: (reason, records, bytes) => this.records.logsDropped(reason, records, bytes),
    });
    this.log = new EnvironmentLog({
      stream: new LogStream(clock, spec.functionName, id, record => listener.log(record)),
      hidden: spec.debugId === undefined ? undefined : isInspectorLine,
      isWanted: applicationFilter(spec),
      telemetry: this.telemetry,
    });
    this.records = new PlatformRecords({
      spec,
      clock,
      logStream: options.logStream,
      log: this.log,
      listener: this.telemetry,
    });
    this.memory = new MemoryWatch(
      clock,
      spec.debugId === undefined ? spec.memorySize * MEGABYTE : undefined,
      () => this.slot.runtime?.signal('SIGKILL'),
    );
    this.debugger = new DebuggerWait(
      spec,
      () => this.#debuggerChanged(),
      error => options.notice(`No debugger finds to ${spec.functionName}: ${messageOf(error)}`),
    );
    this.freezer = new Freezer({
      clock,
      // A debugger could not talk to it.
      afterMs: spec.debugId === undefined ? options.freezeAfterMs : 0,
      runtime: () =>
        freezableWith(this.slot.alive ? this.slot.runtime : undefined, this.extensions.processes),
      frozen: () => this.setState('frozen'),
      failed: error => options.notice(`${spec.functionName} can't be frozen: ${messageOf(error)}`),
    });
    this.extensions = new Extensions({
      clock,
      spec,
      log: this.log,
      records: this.records,
      telemetry: this.telemetry,
      launch: (programs, name, output) => this.slot.startExtension(programs, name, output),
      failed: failure => this.unattended(() => events.extensionFailed(failure)),
      notice: message => options.notice(message),
    });
    this.slot = new RuntimeSlot({
      ...options,
      owner: events.owner,
      extensions: () => this.extensions.api,
      output: (chunk, stream) => this.log.output(chunk, stream),
      exited: (runtime, exit) => this.unattended(() => events.exited(runtime, exit)),
    });
  }

  get state(): EnvironmentState {
    return this.#state;
  }

  get ended(): boolean {
    return this.#state === 'stopping' || this.#state === 'stopped';
  }

  get summary(): EnvironmentSummary {
    const { spec } = this;
    const runtime = this.slot.runtime;
    const { peak } = this.memory.use;
    return {
      id: this.options.id,
      functionName: spec.functionName,
      version: spec.version,
      engine: runtime?.engine ?? this.options.engine.name,
      state: this.#state,
      initType: spec.initType,
      ...(spec.startReason === undefined ? {} : { startReason: spec.startReason }),
      ...(this.initMs === undefined ? {} : { initMs: this.initMs }),
      invocations: this.invocations,
      ...(runtime?.pid === undefined ? {} : { pid: runtime.pid }),
      ...(runtime?.containerId === undefined ? {} : { containerId: runtime.containerId }),
      startedAt: this.#startedAt,
      ...(peak === 0 ? {} : { memory: peak }),
      ...(this.debugger.target === undefined ? {} : { debug: this.debugger.target }),
    };
  }

  /** From `stopping` on there is only the end. */
  setState(state: EnvironmentState): void {
    if (this.#state === state || this.#state === 'stopped') return;
    if (this.#state === 'stopping' && state !== 'stopped') return;
    this.#state = state;
    if (state === 'idle') this.freezer.idle();
    this.options.listener.changed(this.summary);
  }

  /** Runtime and extensions end; the environment stays, and starts them anew with the next event (§4.1). */
  async reset(reason: ShutdownReason): Promise<void> {
    await this.shutDown(reason);
    await this.slot.reset();
    this.memory.watch(undefined);
    this.debugger.watch(undefined);
    // Whatever was stopped in a debugger is gone.
    this.time.hold('paused', false);
  }

  /** Extensions end, and the runtime with them where there are any (§2.5): what it does from now on is nobody's. Never rejects. */
  async shutDown(reason: ShutdownReason): Promise<void> {
    this.#shuttingDown++;
    try {
      await this.extensions.shutdown(reason, this.slot.alive ? this.slot.runtime : undefined);
    } finally {
      this.#shuttingDown--;
    }
  }

  get shuttingDown(): boolean {
    return this.#shuttingDown > 0;
  }

  /** Nobody waits for this: a defect that shows in it ends the environment, with an answer for its caller, never the host. */
  unattended(work: () => Promise<void> | void): void {
    (async () => work())().catch((error: unknown) => {
      this.tellDefect(error);
      return this.#events.stop();
    });
  }

  tellDefect(error: unknown): void {
    this.options.notice(
      `Environment ${this.options.id} of ${this.spec.functionName} ended by a defect: ${messageOf(error)}`,
    );
  }

  #debuggerChanged(): void {
    const { waiting, target } = this.debugger;
    this.time.hold('waiting', waiting);
    if (waiting && target) this.setState('waiting-for-debugger');
    else if (!waiting && this.#state === 'waiting-for-debugger') this.setState(this.run ? 'busy' : 'init');
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
