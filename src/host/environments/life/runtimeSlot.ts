/** The place of one environment's runtime: starts it, keeps its listener over resets, and leaves nothing behind. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AwsError } from '../../../protocol/awsError.ts';
import { withinWall, type Clock } from '../../clock.ts';
import type {
  Engine,
  EngineExit,
  EngineRuntime,
  ExtensionPrograms,
  ExtensionProcess,
  PreparedEngine,
} from '../engine.ts';
import type { EnvironmentSpec, SessionCredentials } from '../environment.ts';
import type { ExtensionApi } from '../extensionsApi/extensionRoutes.ts';
import type { AwsProfile } from '../../../protocol/awsProfile.ts';
import { RuntimeApi } from '../runtimeApi/runtimeApi.ts';
import { removeTree } from '../removeTree.ts';
import type { RuntimeOwner } from '../runtimeApi/runtimeStates.ts';
import { stoppedWhileStarting } from './startOutcome.ts';
import { extensionVariables, runtimeVariables } from './variables.ts';

/** Milliseconds of wall time that an end waits for a start that is on its way. */
const START_GRACE = 2000;
/** For a runtime that was killed; an engine that does not answer must not hold up everything else. */
const EXIT_LIMIT = 2000;
/** For the removal of what a runtime leaves: an engine under load takes its time for a container. */
const DISPOSAL_LIMIT = 10_000;

export interface RuntimeSlotOptions {
  readonly clock: Clock;
  readonly id: string;
  readonly spec: EnvironmentSpec;
  readonly engine: Engine;
  /** Folder of this environment; its `tmp` lives as long as the environment. */
  readonly folder: string;
  readonly logStream: string;
  readonly endpoint: () => string;
  readonly mintCredentials: () => SessionCredentials;
  /** The user's own, where handlers get it instead of keys of the host. */
  readonly profile?: AwsProfile | undefined;
  readonly owner: RuntimeOwner;
  /** What the listener serves of the Extensions API: nothing where absent. */
  readonly extensions?: () => ExtensionApi;
  output(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
  /** The runtime has ended, on its own or not; called once for each. */
  exited(runtime: EngineRuntime, exit: EngineExit): void;
  notice(message: string): void;
}

/** One start; whoever gives it up forgets it, and it ends by itself what it has made by then. */
interface Attempt {
  readonly done: Promise<unknown>;
}

export class RuntimeSlot {
  readonly #options: RuntimeSlotOptions;
  #api: RuntimeApi | undefined;
  #prepared: Promise<PreparedEngine> | undefined;
  /** What {@link prepare} found, for the runtime that was started last. */
  #found: PreparedEngine | undefined;
  #credentials: SessionCredentials | undefined;
  #runtime: EngineRuntime | undefined;
  #alive = false;
  #starting: Attempt | undefined;
  #ending: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: RuntimeSlotOptions) {
    this.#options = options;
  }

  /** The one in the slot; it may have ended by itself. */
  get runtime(): EngineRuntime | undefined {
    return this.#runtime;
  }

  /** There is a runtime, and it has not ended. */
  get alive(): boolean {
    return this.#alive;
  }

  get api(): RuntimeApi | undefined {
    return this.#api;
  }

  /** Rejects with an AwsError where the function can't run on this machine. */
  prepare(): Promise<PreparedEngine> {
    const { engine, spec, folder } = this.#options;
    this.#prepared ??= prepareEngine(engine, spec, path.join(folder, 'tmp'));
    return this.#prepared;
  }

  /** What a user should know of an error that the function ended with, besides the error. */
  explain(error: Buffer): string | undefined {
    return this.#found?.explain?.(error);
  }

  /**
   * Starts a runtime in place of one that has ended; its end is told to {@link RuntimeSlotOptions.exited}. Rejects as
   * {@link prepare} does, and where {@link reset} or {@link close} came before it was started.
   */
  start(): Promise<EngineRuntime> {
    let finish = (): void => undefined;
    const attempt: Attempt = { done: new Promise<void>(resolve => (finish = resolve)) };
    this.#starting = attempt;
    return this.#start(attempt)
      .catch((error: unknown) => {
        throw storageError(error, path.dirname(this.#options.folder)) ?? error;
      })
      .finally(async () => {
        if (this.#starting === attempt) this.#starting = undefined;
        // What it made in the moment in which it was given up must not outlive the environment.
        if (this.#closed) await this.#leaveNothing();
        finish();
      });
  }

  /** Starts an external extension, before the runtime. Rejects as {@link ExtensionPrograms.start} does. */
  async startExtension(
    programs: ExtensionPrograms,
    name: string,
    output: (chunk: Buffer, stream: 'stdout' | 'stderr') => void,
  ): Promise<ExtensionProcess> {
    const { id, spec, folder } = this.#options;
    const prepared = await this.prepare();
    await mkdir(path.join(folder, 'tmp'), { recursive: true, mode: 0o700 });
    if (this.#closed) throw stoppedWhileStarting();
    this.#found = prepared;
    return programs.start(name, {
      environmentId: id,
      variables: extensionVariables(spec, this.#variables(prepared)),
      output,
      openRuntimeApi: async bind => {
        if (this.#closed) throw stoppedWhileStarting();
        return this.#theApi().listen(bind);
      },
    });
  }

  /**
   * Ends the runtime and all that it started, one that is just being started too; the listener and /tmp stay. Always
   * resolves: an engine that does not answer is given up after a while.
   */
  async reset(): Promise<void> {
    const starting = this.#starting;
    this.#starting = undefined;
    if (starting) await withinWall(this.#options.clock, START_GRACE, starting.done);
    await this.#endRuntime();
  }

  /** {@link reset}, and nothing of the environment is left afterwards. Nothing is started after it. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.reset();
    await this.#leaveNothing();
  }

  async #leaveNothing(): Promise<void> {
    this.#api?.close();
    this.#credentials?.revoke();
    // Of what nothing was started, there is nothing to close.
    await this.#found?.close?.().catch(this.#leftBehind);
    await removeTree(this.#options.folder).catch(this.#leftBehind);
  }

  async #start(attempt: Attempt): Promise<EngineRuntime> {
    const { id, spec, folder } = this.#options;
    const tmp = path.join(folder, 'tmp');
    // What ended by itself has left its container, its children and the state of its listener.
    await this.#endRuntime();
    const [prepared] = await Promise.all([this.prepare(), mkdir(tmp, { recursive: true, mode: 0o700 })]);
    // Credentials and a listener that are made from here on are ended by whoever gives this start up.
    const wanted = (): void => {
      if (this.#starting !== attempt) throw stoppedWhileStarting();
    };
    wanted();
    this.#found = prepared;
    if (prepared.notice !== undefined) this.#options.notice(prepared.notice);
    const first = this.#api === undefined;
    const api = (): RuntimeApi => this.#theApi();
    const runtime = await prepared.start({
      environmentId: id,
      spec,
      tmp,
      variables: this.#variables(prepared),
      output: (chunk, stream) => this.#options.output(chunk, stream),
      async openRuntimeApi(bind) {
        wanted();
        return api().listen(bind);
      },
      connect: connection => api().connect(connection),
      assign: header => api().assign(header),
      ...(first ? { adopt: (ahead: RuntimeApi) => void this.#use(ahead) } : {}),
    });
    if (this.#starting !== attempt) {
      await this.#endOf(runtime);
      throw stoppedWhileStarting();
    }
    this.#runtime = runtime;
    this.#alive = true;
    void runtime.exited.then(exit => {
      if (this.#runtime === runtime) this.#alive = false;
      this.#options.exited(runtime, exit);
    });
    return runtime;
  }

  /** Never rejects. */
  #endRuntime(): Promise<void> {
    const runtime = this.#runtime;
    this.#runtime = undefined;
    this.#alive = false;
    if (runtime) this.#ending = this.#endOf(runtime);
    return this.#ending;
  }

  async #endOf(runtime: EngineRuntime): Promise<void> {
    const { clock } = this.#options;
    try {
      runtime.signal('SIGKILL');
      await withinWall(clock, EXIT_LIMIT, runtime.exited);
      // What can't be removed now is the next start's to sweep; the environment ends all the same.
      const disposed = runtime.dispose().then(() => true);
      if (!(await withinWall(clock, DISPOSAL_LIMIT, disposed))) throw new Error('the engine does not answer');
    } catch (error) {
      this.#leftBehind(error);
    }
    this.#api?.reset();
  }

  readonly #leftBehind = (error: unknown): void =>
    this.#options.notice(
      `Something of environment ${this.#options.id} could not be removed: ${error instanceof Error ? error.message : String(error)}`,
    );

  #theApi(): RuntimeApi {
    return this.#api ?? this.#use(new RuntimeApi());
  }

  #use(api: RuntimeApi): RuntimeApi {
    api.owner = this.#options.owner;
    api.extensions = this.#options.extensions;
    this.#api = api;
    return api;
  }

  #variables(prepared: PreparedEngine): Record<string, string> {
    this.#credentials ??= this.#options.mintCredentials();
    return runtimeVariables(this.#options.spec, {
      credentials: this.#credentials,
      endpoint: this.#options.endpoint(),
      profile: this.#options.profile,
      logStream: this.#options.logStream,
      taskRoot: prepared.taskRoot,
      runtimeDirectory: prepared.runtimeDirectory,
      defaults: prepared.defaults,
    });
  }
}

/** What the system refused below `folder`, said so that somebody can mend it. */
function storageError(error: unknown, folder: string): AwsError | undefined {
  if (!(error instanceof Error) || !('path' in error)) return undefined;
  if (typeof error.path !== 'string' || !error.path.startsWith(folder)) return undefined;
  const message = `The host's state folder can't be written: ${error.message}. Free space there, or start the host with another --state.`;
  return new AwsError('ServiceException', 500, message, { cause: error });
}

async function prepareEngine(engine: Engine, spec: EnvironmentSpec, tmp: string): Promise<PreparedEngine> {
  if (engine.prepare) return engine.prepare(spec, tmp);
  return {
    taskRoot: '/var/task',
    runtimeDirectory: '/var/runtime',
    defaults: {},
    runtimeVersion: spec.runtime ?? 'image',
    start: start => engine.start(start),
  };
}
