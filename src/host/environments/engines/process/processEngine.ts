/** The process engine: functions run as processes of this machine (DESIGN.md, Execution environments). */
import type { Socket } from 'node:net';
import type { Clock } from '../../../clock.ts';
import { findLaunch, type LaunchSettings, type ProcessLaunch } from '../../../runtimes/processLaunch.ts';
import { missingSdkNotice, presentSdk } from '../../../runtimes/sdkStorage.ts';
import type { Engine, EngineExit, EngineRuntime, EngineStart, PreparedEngine } from '../../engine.ts';
import type { EnvironmentSpec } from '../../environment.ts';
import type { MergedLayers } from '../../layers/mergedLayers.ts';
import type { AssignHeader } from '../../runtimeApi/frames.ts';
import { foreignCodeExplained, foreignProcessNotice } from '../architecture.ts';
import { neededAtBirth } from './birthVariables.ts';
import { startProcess } from './childRuntime.ts';
import {
  asOnAws,
  baseVariables,
  findBootstrap,
  layoutOf,
  librariesOf,
  onThisMachine,
  type ProcessLayout,
} from './processLayout.ts';
import { isForeignProgram } from './foreignProgram.ts';
import { findExtensions, runAsProcess } from './processExtensions.ts';
import type { ProcessLedger } from './processLedger.ts';
import { RuntimePool } from './runtimePool.ts';

export const NO_BOOTSTRAP = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]";

export interface ProcessEngineOptions {
  readonly clock: Clock;
  /** Start runtimes ahead. */
  readonly ahead: boolean;
  readonly ledger: ProcessLedger;
  readonly layers: Pick<MergedLayers, 'of'>;
  readonly launch: LaunchSettings;
  /** Lamplight's storage of the AWS SDK (runtimes/sdkStorage.ts). */
  readonly sdkStorage?: string | undefined;
}

export class ProcessEngine implements Engine {
  readonly name = 'process';
  readonly #options: ProcessEngineOptions;
  readonly #launches = new Map<string, Promise<ProcessLaunch>>();
  readonly #pool: RuntimePool;

  constructor(options: ProcessEngineOptions) {
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
    this.#launchOf(spec).then(
      launch => {
        if (this.#options.ahead && launch.ownBootstrap) this.#pool.warm(launch);
      },
      // The first invocation says what is missing.
      () => undefined,
    );
  }

  async prepare(spec: EnvironmentSpec, tmp: string): Promise<PreparedEngine> {
    const [launch, layers] = await Promise.all([
      this.#launchOf(spec),
      this.#options.layers.of(spec, { mounted: false }),
    ]);
    const layout = await layoutOf(spec, launch, tmp, layers, this.#options.sdkStorage);
    const extensions = await findExtensions(layers, runAsProcess(layout.taskRoot, this.#options.ledger));
    return {
      ...(extensions === undefined ? {} : { extensions }),
      taskRoot: layout.taskRoot,
      runtimeDirectory: launch.runtimeDirectory,
      runtimeVersion: launch.runtimeVersion,
      defaults: layout.defaults,
      ...noticeOf(launch.notice, foreignProcessNotice(spec.architecture)),
      explain: error => missingSdkNotice(launch, error) ?? foreignCodeExplained(spec.architecture, error),
      start: start => this.#start(start, launch, layout),
    };
  }

  async start(start: EngineStart): Promise<EngineRuntime> {
    return (await this.prepare(start.spec, start.tmp)).start(start);
  }

  state(): Promise<string> {
    return Promise.resolve('ready');
  }

  sweep(): Promise<readonly string[]> {
    return Promise.resolve(this.#options.ledger.sweep());
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #launchOf(spec: EnvironmentSpec): Promise<ProcessLaunch> {
    const { runtime = '' } = spec;
    const libraries = librariesOf(spec);
    const key = [runtime, ...libraries].join('\0');
    const known = this.#launches.get(key);
    if (known) return known;
    const launch = findLaunch(runtime, libraries, this.#options.launch);
    this.#launches.set(key, launch);
    // What was missing may be installed by the time of the next try.
    launch.catch(() => this.#launches.delete(key));
    return launch;
  }

  async #start(start: EngineStart, launch: ProcessLaunch, layout: ProcessLayout): Promise<EngineRuntime> {
    const sdk = await presentSdk(this.#options.sdkStorage, launch);
    const assignment = assignmentOf(start.spec, launch, layout, sdk);
    const runtime =
      this.#takeAhead(start, launch, layout, assignment) ??
      (await this.#startFresh(start, launch, layout, assignment));
    const { layers } = layout;
    return {
      ...runtime,
      debugTarget: url =>
        Promise.resolve({
          ...(url === undefined ? { program: launch.command } : { websocketAddress: url }),
          skipFiles: [`${launch.runtimeDirectory}/**`],
          ...(layers === undefined ? {} : { layersRoot: layers }),
        }),
    };
  }

  #takeAhead(
    start: EngineStart,
    launch: ProcessLaunch,
    layout: ProcessLayout,
    assignment: AssignHeader,
  ): EngineRuntime | undefined {
    const { spec } = start;
    if (!this.#options.ahead || !launch.ownBootstrap || !start.adopt) return undefined;
    if (layout.hasSharedLibraries || neededAtBirth(spec.variables)) {
      // It can't use one, but the next function of this language may.
      this.#pool.warm(launch);
      return undefined;
    }
    const ahead = this.#pool.take(launch);
    if (!ahead) return undefined;
    ahead.setOutput((chunk, stream) => start.output(chunk, stream));
    start.adopt(ahead.api);
    const variables = { ...launch.variables, ...start.variables, ...apiVariable(ahead.api.port) };
    start.assign({ ...assignment, variables, directory: layout.taskRoot });
    return ahead.runtime;
  }

  async #startFresh(
    start: EngineStart,
    launch: ProcessLaunch,
    layout: ProcessLayout,
    assignment: AssignHeader,
  ): Promise<EngineRuntime> {
    const port = await start.openRuntimeApi({ address: '127.0.0.1' });
    start.assign(assignment);
    const command = launch.language === 'provided' ? await findBootstrap(layout) : launch.command;
    if (command === undefined) return neverStarted(NO_BOOTSTRAP);
    if (launch.language === 'provided' && (await isForeignProgram(command)))
      return neverStarted(`fork/exec ${asOnAws(command, layout)}: exec format error`);
    const wrapper = launch.language === 'provided' ? undefined : start.variables['AWS_LAMBDA_EXEC_WRAPPER'];
    return startProcess({
      command,
      launch,
      variables: { ...start.variables, ...apiVariable(port) },
      directory: layout.taskRoot,
      marker: start.environmentId,
      ledger: this.#options.ledger,
      output: (chunk, stream) => start.output(chunk, stream),
      ...(launch.ownBootstrap && { connect: connection => start.connect(connection) }),
      ...(wrapper === undefined ? {} : { wrapper: onThisMachine(wrapper, layout) }),
    });
  }

  #startAhead(
    launch: ProcessLaunch,
    port: number,
    output: (chunk: Buffer, stream: 'stdout' | 'stderr') => void,
    connect: (connection: Socket) => void,
  ): EngineRuntime {
    const { ledger } = this.#options;
    const marker = ledger.newId();
    return startProcess({
      command: launch.command,
      launch,
      // The marker stays in the process's own table when it is given a function's variables.
      variables: { ...baseVariables, AWS_LAMBDA_LOG_STREAM_NAME: marker, ...apiVariable(port) },
      directory: launch.runtimeDirectory,
      marker,
      ledger,
      output,
      connect,
    });
  }
}

/** What our bootstrap is told to serve. */
export function assignmentOf(
  spec: EnvironmentSpec,
  launch: ProcessLaunch,
  layout: ProcessLayout,
  sdk: string | undefined,
): AssignHeader {
  return {
    generation: launch.generation,
    debug: spec.debugId !== undefined && launch.ownBootstrap,
    searchPath: layout.searchPath,
    packages: layout.packages,
    ...(sdk === undefined ? {} : { sdk }),
  };
}

/** What a user should know, as one text. */
export function noticeOf(...notices: readonly (string | undefined)[]): { readonly notice?: string } {
  const given = notices.filter(notice => notice !== undefined);
  return given.length === 0 ? {} : { notice: given.join(' ') };
}

export function apiVariable(port: number): { AWS_LAMBDA_RUNTIME_API: string } {
  return { AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` };
}

/** A custom runtime without a program that can run: the function's own mistake, told as AWS tells it (§4.3). */
export function neverStarted(message: string): EngineRuntime {
  const exit: EngineExit = {
    code: null,
    signal: null,
    outOfMemory: false,
    launchError: { errorType: 'Runtime.InvalidEntrypoint', message },
  };
  return {
    engine: 'process',
    exited: Promise.resolve(exit),
    signal: () => undefined,
    memory: () => Promise.resolve(undefined),
    dispose: () => Promise.resolve(),
  };
}
