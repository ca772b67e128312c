/** The extensions of one environment: their processes, what the phases wait for, what they end with (spec/execution-environment.md §2). */
import { withinWall, type Clock } from '../../clock.ts';
import { ExtensionLaunchError, type ExtensionPrograms, type ExtensionProcess } from '../engine.ts';
import type { EnvironmentSpec } from '../environment.ts';
import { MOST_EXTENSIONS } from '../extensionsApi/extensionErrors.ts';
import { invokeEvent, type InvokeFacts, type ShutdownReason } from '../extensionsApi/extensionEvents.ts';
import type { ExtensionApi } from '../extensionsApi/extensionRoutes.ts';
import { ExtensionStates } from '../extensionsApi/extensionStates.ts';
import type { EnvironmentLog } from './environmentLog.ts';
import { failureOfExit, type ExtensionFailure } from './extensionFailure.ts';
import type { PlatformRecords } from './platformRecords.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { portHint } from './portHint.ts';
import { shutDown, type ShutdownRuntime } from './shutdown.ts';

/** Last bytes of an extension's output that are looked through where it crashed. */
const TAIL_BYTES = 4096;
/** Milliseconds of wall time that a shutdown waits for a process that is being started. */
const LAUNCH_GRACE = 2_000;
/** For subscribers to take what there is before they are shut down; where they are the runtime's, and else. */
const INTERNAL_FLUSH = 500;
const EXTERNAL_FLUSH = 1_000;

export interface ExtensionsOptions {
  readonly clock: Clock;
  readonly spec: EnvironmentSpec;
  readonly log: EnvironmentLog;
  readonly records: PlatformRecords;
  readonly telemetry: Telemetry;
  /** Starts the one of this name; what it writes goes to `output`. */
  launch(
    programs: ExtensionPrograms,
    name: string,
    output: (chunk: Buffer, stream: 'stdout' | 'stderr') => void,
  ): Promise<ExtensionProcess>;
  /** One has ended outside of a shutdown: the environment fails. */
  failed(failure: ExtensionFailure): void;
  notice(message: string): void;
}

export class Extensions {
  readonly states = new ExtensionStates();
  readonly #options: ExtensionsOptions;
  readonly #processes = new Map<string, ExtensionProcess>();
  /** Counts resets: what was begun before one belongs to nobody. */
  #generation = 0;
  #enabled = true;
  #hasFailed = false;
  #shutdown: Promise<void> | undefined;
  /** The start of a process that is on its way; never rejects. */
  #launching: Promise<unknown> | undefined;

  constructor(options: ExtensionsOptions) {
    this.#options = options;
  }

  /** What the environment's listener serves. */
  get api(): ExtensionApi {
    const { spec } = this.#options;
    return {
      states: this.states,
      subscribe: (api, name, body) => this.#options.telemetry.subscribe(api, name, body),
      enabled: this.#enabled,
      facts: {
        functionName: spec.functionName,
        functionVersion: spec.version,
        handler: spec.handler ?? '',
        accountId: spec.accountId,
      },
    };
  }

  /** All that got the event in hand have asked for the next one. */
  get idle(): boolean {
    return this.states.size === 0 || this.states.idle;
  }

  /** One has ended by itself since the last reset: no event may be handed to the environment. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** The processes of external ones. */
  get processes(): readonly ExtensionProcess[] {
    return [...this.#processes.values()];
  }

  /** Starts the processes of the external ones. False where a shutdown came first. Throws {@link ExtensionFailed}. */
  async launch(programs: ExtensionPrograms | undefined): Promise<boolean> {
    this.#enabled = programs?.disabled !== true;
    const names = programs?.names ?? [];
    const generation = this.#generation;
    for (const [index, name] of names.entries()) {
      this.states.launch(name);
      if (index >= MOST_EXTENSIONS) this.#launchFailed(name, 'TooManyExtensions', 'ErrTooManyExtensions');
      if (programs) {
        const launch = this.#launch(programs, name, generation);
        this.#launching = launch.catch(() => undefined);
        await launch;
        this.#launching = undefined;
      }
      if (generation !== this.#generation) return false;
    }
    return true;
  }

  /** All external ones have registered: the runtime comes after them (§2.4). False where a shutdown came first. */
  registered(): Promise<boolean> {
    return this.states.whenRegistered();
  }

  /** The runtime asked for its first event: resolves when all extensions have too. False where a shutdown came first. */
  async ready(): Promise<boolean> {
    const ready = await this.states.whenReady();
    if (ready) this.states.endInit();
    return ready;
  }

  invoke(facts: InvokeFacts): void {
    if (this.states.size > 0) this.states.invoke(invokeEvent(facts));
  }

  /** EXTENSION lines: where each stands at the end of the init phase. */
  tellStates(): void {
    for (const { name, state, events, errorType } of this.states.list)
      this.#options.records.extension(name, state, events, errorType);
  }

  /**
   * Ends the processes of extensions and, where there are any, that of the runtime before them, with the signals and
   * within the budget of §2.5. Afterwards nobody is registered. Never rejects; a second call joins the first.
   */
  shutdown(reason: ShutdownReason, runtime: ShutdownRuntime | undefined): Promise<void> {
    this.#shutdown ??= this.#end(reason, runtime).finally(() => (this.#shutdown = undefined));
    return this.#shutdown;
  }

  async #end(reason: ShutdownReason, runtime: ShutdownRuntime | undefined): Promise<void> {
    const { clock, telemetry } = this.#options;
    const notice = (message: string): void => this.#options.notice(message);
    this.#generation++;
    if (this.states.size > 0) {
      const launching = this.#launching;
      if (launching) await withinWall(clock, LAUNCH_GRACE, launching);
      const processes = new Map(this.#processes);
      const limit = processes.size > 0 ? EXTERNAL_FLUSH : INTERNAL_FLUSH;
      // Where a subscriber is a part of the runtime's process it is gone after that.
      const isIn = await telemetry.flush(limit);
      // What the runtime said at its end; who did not take the rest will not take that.
      const flush = async (): Promise<unknown> => isIn && telemetry.flush(limit);
      await shutDown({ clock, states: this.states, processes, runtime, flush, notice }, reason);
    }
    this.#processes.clear();
    this.#hasFailed = false;
    this.states.reset();
    this.#options.telemetry.reset();
  }

  #launchFailed(name: string, errorType: string, message: string): never {
    this.states.launchFailed(name, errorType);
    throw new ExtensionFailed({ errorType: 'Extension.LaunchError', message });
  }

  async #launch(programs: ExtensionPrograms, name: string, generation: number): Promise<void> {
    const output = this.#options.log.extension();
    let tail = Buffer.alloc(0);
    try {
      const process = await this.#options.launch(programs, name, (chunk, stream) => {
        tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
        output.write(chunk, stream);
      });
      void process.exited.then(exit => {
        output.end();
        if (generation !== this.#generation) return;
        this.#hasFailed = true;
        const hint = portHint(name, this.#options.spec.functionName, tail.toString('utf8'));
        this.#options.failed({
          ...failureOfExit(exit, this.states.fatal),
          ...(hint === undefined ? {} : { hint }),
        });
      });
      if (generation === this.#generation) this.#processes.set(name, process);
      else await this.#giveUp(process);
    } catch (error) {
      output.end();
      if (!(error instanceof ExtensionLaunchError)) throw error;
      this.#launchFailed(name, error.errorType, error.message);
    }
  }

  /** A shutdown came while it was being started. */
  async #giveUp(process: ExtensionProcess): Promise<void> {
    process.signal('SIGKILL');
    await withinWall(this.#options.clock, LAUNCH_GRACE, process.exited);
    await process.dispose();
  }
}

/** Thrown by {@link Extensions.start}. */
export class ExtensionFailed extends Error {
  readonly failure: ExtensionFailure;

  constructor(failure: ExtensionFailure) {
    super(failure.message);
    this.failure = failure;
  }
}
