/** From a runtime identifier to a process that speaks the Runtime API: program, arguments, what must be there at its birth. */
import path from 'node:path';
import process from 'node:process';
import { AwsError } from '../../protocol/awsError.ts';
import { bootstrapFolder } from './bootstrapFiles.ts';
import { findNode } from './nodeDiscovery.ts';
import type { FoundLanguage, SearchVariables } from './programs.ts';
import { findPython, virtualEnvironmentOf } from './pythonDiscovery.ts';
import { runtimeInfo } from './runtimeTable.ts';

export interface ProcessLaunch {
  readonly language: 'node' | 'python' | 'provided';
  /** The program; for custom runtimes `bootstrap`, which the engine finds in the code or in a layer. */
  readonly command: string;
  readonly args: readonly string[];
  /** Variables that the program itself needs, besides the function's. */
  readonly variables: Readonly<Record<string, string>>;
  /** What stands for `/var/runtime`. */
  readonly runtimeDirectory: string;
  /** For INIT_START: `nodejs:22.14.0`. */
  readonly runtimeVersion: string;
  /** `22`, `3.13`: where a layer keeps what is for this version. */
  readonly version: string;
  /** Which of AWS's clients the bootstrap behaves like (runtimeApi/frames.ts, AssignHeader). */
  readonly generation: number;
  /** Speaks frames and waits for its assignment: it can be started ahead. */
  readonly ownBootstrap: boolean;
  readonly notice?: string;
}

export interface LaunchSettings {
  /** Program or installation folder per runtime identifier (`nodejs22.x`) or language (`node`). */
  readonly programs?: Readonly<Record<string, string>>;
  /** The variables that lead to programs. */
  readonly env: SearchVariables;
  /** Folder for compiled code: bytecode of Python, V8's cache. Nothing is written beside the user's files. */
  readonly cacheDirectory: string;
}

/** True where functions of this runtime can be processes of this machine; undefined stands for images. */
export function runsAsProcess(runtime: string | undefined): boolean {
  const info = runtime === undefined ? undefined : runtimeInfo(runtime);
  return info !== undefined && ['node', 'python', 'provided', 'go'].includes(info.language);
}

/** Throws an AwsError where this runtime does not run as a process. Says nothing of whether its language is installed. */
export function assertRunsAsProcess(runtime: string | undefined): void {
  if (runsAsProcess(runtime)) return;
  throw new AwsError('InvalidRuntimeException', 502, refusalOf(runtime), {
    type: 'User',
    messageKey: 'Message',
  });
}

function refusalOf(runtime: string | undefined): string {
  if (runtime === undefined) {
    return 'Functions of package type Image run in containers only: start the host with --engine docker, or auto where Docker is there.';
  }
  if (!runtimeInfo(runtime)) {
    return `The runtime ${runtime} is not one that Lambda runs functions with today (nodejs24.x is): correct the function's Runtime.`;
  }
  return `Functions with runtime ${runtime} do not run as a process yet: use --engine docker.`;
}

/** Rejects with an AwsError that says what to install. `libraries`: those of EnvironmentSpec's code. */
export async function findLaunch(
  runtime: string,
  libraries: readonly string[],
  settings: LaunchSettings,
): Promise<ProcessLaunch> {
  assertRunsAsProcess(runtime);
  const info = runtimeInfo(runtime);
  const { env, programs = {} } = settings;
  const setting = programs[runtime] ?? (info ? programs[info.language] : undefined);
  const version = info?.version ?? '';
  if (info?.language === 'node') return nodeLaunch(version, await findNode({ major: version, setting, env }));
  if (info?.language === 'python') {
    const virtualEnvironment = await firstVirtualEnvironment(libraries);
    const found = await findPython({ minor: version, setting, virtualEnvironment, env });
    return pythonLaunch(found, settings.cacheDirectory);
  }
  return customLaunch(runtime);
}

async function firstVirtualEnvironment(libraries: readonly string[]): Promise<string | undefined> {
  for (const folder of libraries) {
    const home = await virtualEnvironmentOf(folder);
    if (home !== undefined) return home;
  }
  return undefined;
}

function nodeLaunch(major: string, found: FoundLanguage): ProcessLaunch {
  const folder = bootstrapFolder('node');
  return {
    language: 'node',
    command: found.command,
    args: [
      // An inspector's address is a secret: it must not be listed over HTTP (DEBUGGING.md).
      '--inspect-publish-uid=stderr',
      // As AWS's own bootstrap starts it.
      '--expose-gc',
      '--max-http-header-size=81920',
      path.join(folder, 'bootstrap.cjs'),
    ],
    variables: found.variables,
    runtimeDirectory: folder,
    runtimeVersion: `nodejs:${found.version}`,
    version: major,
    generation: Number(major) >= 24 ? 4 : 3,
    ownBootstrap: true,
    ...(found.notice === undefined ? {} : { notice: found.notice }),
  };
}

function pythonLaunch(found: FoundLanguage, cacheDirectory: string): ProcessLaunch {
  const folder = bootstrapFolder('python');
  const minor = found.version.split('.').slice(0, 2).join('.');
  return {
    language: 'python',
    command: found.command,
    args: ['-X', `pycache_prefix=${path.join(cacheDirectory, 'python')}`, path.join(folder, 'bootstrap.py')],
    variables: found.variables,
    runtimeDirectory: folder,
    runtimeVersion: `python:${found.version}`,
    version: minor,
    generation: 1,
    ownBootstrap: true,
    ...(found.notice === undefined ? {} : { notice: found.notice }),
  };
}

function customLaunch(runtime: string): ProcessLaunch {
  return {
    language: 'provided',
    command: 'bootstrap',
    args: [],
    variables: {},
    runtimeDirectory: '/var/runtime',
    runtimeVersion: runtime,
    version: '',
    generation: 1,
    ownBootstrap: false,
  };
}

/** Default PATH of handlers, with the program's own folder first, as `/var/lang/bin` is on AWS. */
export function handlerPath(command: string, layers: string | undefined): string {
  const system =
    process.platform === 'win32'
      ? [path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32')]
      : ['/usr/local/bin', '/usr/bin', '/bin'];
  const own = path.isAbsolute(command) ? [path.dirname(command)] : [];
  return [...own, ...system, ...(layers === undefined ? [] : [path.join(layers, 'bin')])].join(
    path.delimiter,
  );
}
