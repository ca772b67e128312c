/** The process engine: functions run as processes of this machine (DESIGN.md, Execution environments). */
import process from 'node:process';
import {
  findLaunch,
  handlerPath,
  type LaunchSettings,
  type ProcessLaunch,
} from '../../../runtimes/processLaunch.ts';
import type { Engine, EngineLayout, EngineRuntime, EngineStart, PreparedEngine } from '../../engine.ts';
import type { EnvironmentSpec } from '../../environment.ts';
import { startProcess } from './childRuntime.ts';
import { temporaryVariables } from './platform.ts';
import type { ProcessLedger } from './processLedger.ts';

export interface ProcessEngineOptions {
  readonly ledger: ProcessLedger;
  readonly launch: LaunchSettings;
}

export class ProcessEngine implements Engine {
  readonly name = 'process';
  readonly #options: ProcessEngineOptions;
  readonly #launches = new Map<string, Promise<ProcessLaunch>>();

  constructor(options: ProcessEngineOptions) {
    this.#options = options;
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
    return Promise.resolve();
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
    const port = await start.openRuntimeApi({ address: '127.0.0.1' });
    start.assign({ generation: launch.generation, debug: start.spec.debugId !== undefined });
    const runtime = startProcess({
      launch,
      variables: { ...start.variables, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` },
      directory: layout.taskRoot,
      marker: start.environmentId,
      ledger: this.#options.ledger,
      output: (chunk, stream) => start.output(chunk, stream),
    });
    return {
      ...runtime,
      debugTarget: url =>
        Promise.resolve({ websocketAddress: url, skipFiles: [`${launch.runtimeDirectory}/**`] }),
    };
  }
}

function layoutOf(spec: EnvironmentSpec, launch: ProcessLaunch, tmp: string): EngineLayout {
  const taskRoot = spec.code.kind === 'folder' ? spec.code.root : process.cwd();
  return {
    taskRoot,
    runtimeDirectory: launch.runtimeDirectory,
    runtimeVersion: launch.runtimeVersion,
    ...(launch.notice === undefined ? {} : { notice: launch.notice }),
    defaults: {
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      PATH: handlerPath(launch.command, undefined),
      ...temporaryVariables(tmp),
    },
  };
}
