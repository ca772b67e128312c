/** The process engine: functions run as processes of this machine (DESIGN.md, Execution environments). */
import process from 'node:process';
import {
  findLaunch,
  handlerPath,
  type LaunchSettings,
  type ProcessLaunch,
} from '../../../runtimes/processLaunch.ts';
import type { Clock } from '../../../clock.ts';
import type { Engine, EngineLayout, EngineRuntime, EngineStart, PreparedEngine } from '../../engine.ts';
import type { EnvironmentSpec } from '../../environment.ts';
import { neededAtBirth } from './birthVariables.ts';
import { startProcess } from './childRuntime.ts';
import { temporaryVariables } from './platform.ts';
import type { ProcessLedger } from './processLedger.ts';
import { RuntimePool } from './runtimePool.ts';

export interface ProcessEngineOptions {
  readonly clock: Clock;
  /** Start runtimes ahead. */
  readonly ahead: boolean;
  readonly ledger: ProcessLedger;
  readonly launch: LaunchSettings;
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
      start: (launch, port, output) => this.#startAhead(launch, port, output),
    });
  }

  warm(spec: EnvironmentSpec): void {
    if (!this.#options.ahead) return;
    this.#launchOf(spec.runtime ?? '').then(
      launch => this.#pool.warm(launch),
      // The first invocation says what is missing.
      () => undefined,
    );
  }

  async prepare(spec: EnvironmentSpec, tmp: string): Promise<PreparedEngine> {
    const launch = await this.#launchOf(spec.runtime ?? '');
    const layout = layoutOf(spec, launch, tmp);
    return { ...layout, start: start => this.#start(start, launch, layout) };
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

  #launchOf(runtime: string): Promise<ProcessLaunch> {
    const known = this.#launches.get(runtime);
    if (known) return known;
    const launch = findLaunch(runtime, this.#options.launch);
    this.#launches.set(runtime, launch);
    // What was missing may be installed by the time of the next try.
    launch.catch(() => this.#launches.delete(runtime));
    return launch;
  }

  async #start(start: EngineStart, launch: ProcessLaunch, layout: EngineLayout): Promise<EngineRuntime> {
    const assignment = { generation: launch.generation, debug: start.spec.debugId !== undefined };
    const fitting = this.#options.ahead && launch.ownBootstrap && !neededAtBirth(start.spec.variables);
    const ahead = start.adopt && fitting ? this.#pool.take(launch) : undefined;
    let runtime: EngineRuntime;
    if (ahead) {
      runtime = ahead.runtime;
      ahead.setOutput((chunk, stream) => start.output(chunk, stream));
      start.adopt?.(ahead.api);
      const variables = { ...launch.variables, ...start.variables, ...apiVariable(ahead.api.port) };
      start.assign({ ...assignment, variables, directory: layout.taskRoot });
    } else {
      const port = await start.openRuntimeApi({ address: '127.0.0.1' });
      start.assign(assignment);
      runtime = startProcess({
        launch,
        variables: { ...start.variables, ...apiVariable(port) },
        directory: layout.taskRoot,
        marker: start.environmentId,
        ledger: this.#options.ledger,
        output: (chunk, stream) => start.output(chunk, stream),
      });
    }
    return {
      ...runtime,
      debugTarget: url =>
        Promise.resolve({ websocketAddress: url, skipFiles: [`${launch.runtimeDirectory}/**`] }),
    };
  }

  #startAhead(
    launch: ProcessLaunch,
    port: number,
    output: (chunk: Buffer, stream: 'stdout' | 'stderr') => void,
  ): EngineRuntime {
    const { ledger } = this.#options;
    const marker = ledger.newId();
    return startProcess({
      launch,
      // The marker stays in the process's own table when it is given a function's variables.
      variables: { ...baseVariables, AWS_LAMBDA_LOG_STREAM_NAME: marker, ...apiVariable(port) },
      directory: launch.runtimeDirectory,
      marker,
      ledger,
      output,
    });
  }
}

/** What every handler finds unless it sets its own. */
const baseVariables = { LANG: 'en_US.UTF-8', TZ: ':UTC' };

function apiVariable(port: number): { AWS_LAMBDA_RUNTIME_API: string } {
  return { AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` };
}

function layoutOf(spec: EnvironmentSpec, launch: ProcessLaunch, tmp: string): EngineLayout {
  const taskRoot = spec.code.kind === 'folder' ? spec.code.root : process.cwd();
  return {
    taskRoot,
    runtimeDirectory: launch.runtimeDirectory,
    runtimeVersion: launch.runtimeVersion,
    ...(launch.notice === undefined ? {} : { notice: launch.notice }),
    defaults: {
      ...baseVariables,
      PATH: handlerPath(launch.command, undefined),
      ...temporaryVariables(tmp),
    },
  };
}
