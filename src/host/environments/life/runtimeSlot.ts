/** The place of one environment's runtime: starts it, keeps its listener over resets, and leaves nothing behind. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AwsError } from '../../../protocol/awsError.ts';
import { sleepWall, type Clock } from '../../clock.ts';
import type { Engine, EngineExit, EngineRuntime, PreparedEngine } from '../engine.ts';
import type { EnvironmentSpec, SessionCredentials } from '../environment.ts';
import { RuntimeApi } from '../runtimeApi/runtimeApi.ts';
import { removeTree } from '../removeTree.ts';
import type { RuntimeOwner } from '../runtimeApi/runtimeStates.ts';
import { runtimeVariables } from './variables.ts';

/** How long an end waits for a start that is on its way. */
const START_GRACE_MS = 2000;

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
  readonly owner: RuntimeOwner;
  output(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
  /** The runtime has ended, on its own or not; called once for each. */
  exited(runtime: EngineRuntime, exit: EngineExit): void;
  notice(message: string): void;
}

export class RuntimeSlot {
  readonly #options: RuntimeSlotOptions;
  #api: RuntimeApi | undefined;
  #prepared: Promise<PreparedEngine> | undefined;
  #credentials: SessionCredentials | undefined;
  #runtime: EngineRuntime | undefined;
  #starting: Promise<EngineRuntime> | undefined;
  #closed = false;

  constructor(options: RuntimeSlotOptions) {
    this.#options = options;
  }

  get runtime(): EngineRuntime | undefined {
    return this.#runtime;
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

  /** Starts the runtime; its end is told to {@link RuntimeSlotOptions.exited}. Rejects as {@link prepare} does. */
  start(): Promise<EngineRuntime> {
    const starting = this.#start()
      .catch((error: unknown) => {
        throw storageError(error, path.dirname(this.#options.folder)) ?? error;
      })
      .finally(() => (this.#starting = undefined));
    this.#starting = starting;
    return starting;
  }

  /** Ends the runtime and all that it started, one that is just being started too; the listener and /tmp stay. */
  async reset(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    await this.#endRuntime();
  }

  /** Nothing of the environment is left afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    // A start that takes long (a container's image) ends what it started by itself, as soon as there is something to end.
    const started = this.#starting?.catch(() => undefined);
    if (started) await Promise.race([started, sleepWall(this.#options.clock, START_GRACE_MS)]);
    await this.#endRuntime();
    this.#api?.close();
    this.#credentials?.revoke();
    await removeTree(this.#options.folder).catch(this.#leftBehind);
  }

  async #start(): Promise<EngineRuntime> {
    const { id, spec, folder } = this.#options;
    const tmp = path.join(folder, 'tmp');
    const [prepared] = await Promise.all([this.prepare(), mkdir(tmp, { recursive: true, mode: 0o700 })]);
    if (prepared.notice !== undefined) this.#options.notice(prepared.notice);
    const first = this.#api === undefined;
    const api = (): RuntimeApi => this.#api ?? this.#use(new RuntimeApi());
    const runtime = await prepared.start({
      environmentId: id,
      spec,
      tmp,
      variables: this.#variables(prepared),
      output: (chunk, stream) => this.#options.output(chunk, stream),
      openRuntimeApi: bind => api().listen(bind),
      assign: header => api().assign(header),
      ...(first ? { adopt: (ahead: RuntimeApi) => void this.#use(ahead) } : {}),
    });
    this.#runtime = runtime;
    if (this.#closed) {
      await this.#endRuntime();
      this.#api?.close();
    } else {
      void runtime.exited.then(exit => this.#options.exited(runtime, exit));
    }
    return runtime;
  }

  async #endRuntime(): Promise<void> {
    const runtime = this.#runtime;
    this.#runtime = undefined;
    if (!runtime) return;
    runtime.signal('SIGKILL');
    await runtime.exited;
    // What can't be removed now is the next start's to sweep; the environment ends all the same.
    await runtime.dispose().catch(this.#leftBehind);
    this.#api?.reset();
  }

  readonly #leftBehind = (error: unknown): void =>
    this.#options.notice(
      `Something of environment ${this.#options.id} could not be removed: ${error instanceof Error ? error.message : String(error)}`,
    );

  #use(api: RuntimeApi): RuntimeApi {
    api.owner = this.#options.owner;
    this.#api = api;
    return api;
  }

  #variables(prepared: PreparedEngine): Record<string, string> {
    this.#credentials ??= this.#options.mintCredentials();
    return runtimeVariables(this.#options.spec, {
      credentials: this.#credentials,
      endpoint: this.#options.endpoint(),
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
