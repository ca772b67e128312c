/** The sandbox engine: functions run as processes of this machine that see what AWS shows them, and nothing else (docs/environments.md). */
import type { Socket } from 'node:net';
import type { Clock } from '../../../clock.ts';
import { findLaunch, type LaunchSettings, type ProcessLaunch } from '../../../runtimes/processLaunch.ts';
import { missingSdkNotice, presentSdk } from '../../../runtimes/sdkStorage.ts';
import type { Engine, EngineRuntime, EngineStart, PreparedEngine } from '../../engine.ts';
import type { EnvironmentSpec } from '../../environment.ts';
import type { MergedLayers } from '../../layers/mergedLayers.ts';
import { foreignCodeExplained, foreignProcessNotice } from '../architecture.ts';
import { findExtensions } from '../process/processExtensions.ts';
import type { ProcessLedger } from '../process/processLedger.ts';
import { baseVariables, layoutOf, librariesOf } from '../process/processLayout.ts';
import { apiVariable, noticeOf } from '../process/processEngine.ts';
import { RuntimePool } from '../process/runtimePool.ts';
import { languageOf, type SandboxLanguage } from './sandboxLanguage.ts';
import { RUNTIME_DIRECTORY, TASK_ROOT } from './sandboxPlaces.ts';
import { probeSandbox } from './sandboxProbe.ts';
import { sandboxError, SandboxRoom } from './sandboxRoom.ts';
import { startInSandbox, type SandboxRuntime } from './sandboxRuntime.ts';
import { SandboxStay } from './sandboxStay.ts';
import type { SystemTools } from './systemTools.ts';

export interface SandboxEngineOptions {
  readonly clock: Clock;
  /** Start runtimes ahead. */
  readonly ahead: boolean;
  readonly ledger: ProcessLedger;
  /** Folder of all environments. */
  readonly folder: string;
  readonly layers: Pick<MergedLayers, 'of'>;
  readonly launch: LaunchSettings;
  /** Lamplight's storage of the AWS SDK (runtimes/sdkStorage.ts). */
  readonly sdkStorage?: string | undefined;
}

export class SandboxEngine implements Engine {
  readonly name = 'sandbox';
  readonly #options: SandboxEngineOptions;
  readonly #languages = new Map<string, Promise<SandboxLanguage>>();
  readonly #pool: RuntimePool<SandboxRuntime>;
  /** By the program as this machine has it, which is what tells kinds of runtimes apart. */
  readonly #kinds = new WeakMap<ProcessLaunch, SandboxLanguage>();
  #probe: Promise<SystemTools | string> | undefined;

  constructor(options: SandboxEngineOptions) {
    this.#options = options;
    this.#pool = new RuntimePool({
      clock: options.clock,
      start: (launch, port, output, connect) => this.#startAhead(launch, port, output, connect),
    });
  }

  /** Runtimes that are up and wait for a function. */
  get startedAhead(): number {
    return this.#pool.size;
  }

  warm(spec: EnvironmentSpec): void {
    Promise.all([this.#languageOf(spec), this.#tools()]).then(
      ([language]) => {
        if (this.#options.ahead && language.launch.ownBootstrap) this.#pool.warm(language.outside);
      },
      // The first invocation says what is missing.
      () => undefined,
    );
  }

  async prepare(spec: EnvironmentSpec, tmp: string): Promise<PreparedEngine> {
    if (spec.debugId !== undefined && spec.runtime?.startsWith('python') === true)
      throw sandboxError(
        `${spec.functionName} can't be debugged in a sandbox: Python is debugged with --engine process only.`,
      );
    const { sdkStorage, ledger, folder } = this.#options;
    const [tools, language, layers] = await Promise.all([
      this.#tools(),
      this.#languageOf(spec),
      this.#options.layers.of(spec, { mounted: true }),
    ]);
    const { launch } = language;
    const outside = await layoutOf(spec, launch, tmp, layers);
    const stay = await SandboxStay.of({
      ...{ spec, language, outside, ledger },
      sdk: await presentSdk(sdkStorage, launch),
      tools,
      pool: this.#options.ahead ? this.#pool : undefined,
      open: mounts => SandboxRoom.open({ tools, ledger, folder }, mounts),
    });
    const extensions = await findExtensions(layers, run => stay.runExtension(run));
    return {
      ...(extensions === undefined ? {} : { extensions }),
      taskRoot: TASK_ROOT,
      runtimeDirectory: RUNTIME_DIRECTORY,
      runtimeVersion: launch.runtimeVersion,
      defaults: stay.defaults,
      ...noticeOf(launch.notice, foreignProcessNotice(spec.architecture)),
      explain: error => missingSdkNotice(launch, error) ?? foreignCodeExplained(spec.architecture, error),
      start: start => stay.start(start),
      close: () => stay.close(),
    };
  }

  async start(start: EngineStart): Promise<EngineRuntime> {
    return (await this.prepare(start.spec, start.tmp)).start(start);
  }

  /** Makes one for a try. */
  async state(): Promise<string> {
    this.#probe = undefined;
    const tools = await this.#probed();
    return typeof tools === 'string' ? tools : 'ready';
  }

  /** The rooms' folders and the processes stand in the ledger and the folder of all environments. */
  sweep(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #tools(): Promise<SystemTools> {
    const tools = await this.#probed();
    if (typeof tools !== 'string') return tools;
    // The next function tries again: somebody may have allowed it by then.
    this.#probe = undefined;
    throw sandboxError(tools);
  }

  #probed(): Promise<SystemTools | string> {
    const { ledger, folder, launch } = this.#options;
    this.#probe ??= probeSandbox({ ledger, folder, searchPath: launch.env['PATH'] });
    return this.#probe;
  }

  #languageOf(spec: EnvironmentSpec): Promise<SandboxLanguage> {
    const { runtime = '' } = spec;
    const libraries = librariesOf(spec);
    const key = [runtime, ...libraries].join('\0');
    const known = this.#languages.get(key);
    if (known) return known;
    const language = this.#findLanguage(runtime, libraries);
    this.#languages.set(key, language);
    // What was missing may be installed by the time of the next try.
    language.catch(() => this.#languages.delete(key));
    return language;
  }

  async #findLanguage(runtime: string, libraries: readonly string[]): Promise<SandboxLanguage> {
    const language = await languageOf(await findLaunch(runtime, libraries, this.#options.launch));
    this.#kinds.set(language.outside, language);
    return language;
  }

  async #startAhead(
    outside: ProcessLaunch,
    port: number,
    output: (chunk: Buffer, stream: 'stdout' | 'stderr') => void,
    connect: (connection: Socket) => void,
  ): Promise<SandboxRuntime> {
    const { ledger, folder } = this.#options;
    const { launch, mounts } = this.#kinds.get(outside) ?? (await languageOf(outside));
    const tools = await this.#tools();
    const marker = ledger.newId();
    const room = await SandboxRoom.open({ tools, ledger, folder }, mounts);
    try {
      return startInSandbox({
        ...{ tools, room, marker, ledger, output, connect },
        command: [launch.command, ...launch.args],
        // The marker stays in the process's own table when it is given a function's variables.
        variables: {
          ...baseVariables,
          ...launch.variables,
          AWS_LAMBDA_LOG_STREAM_NAME: marker,
          ...apiVariable(port),
        },
        directory: RUNTIME_DIRECTORY,
        wrapped: false,
      });
    } catch (error) {
      await room.close();
      throw error;
    }
  }
}
