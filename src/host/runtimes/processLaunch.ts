/** From a runtime identifier to a process that speaks the Runtime API: program, arguments, what must be there at its birth. */
import path from 'node:path';
import process from 'node:process';
import { AwsError } from '../../protocol/awsError.ts';
import { bootstrapFolder } from './bootstrapFiles.ts';
import { findNode, type FoundLanguage } from './nodeDiscovery.ts';
import { runtimeInfo } from './runtimeTable.ts';

export interface ProcessLaunch {
  readonly command: string;
  readonly args: readonly string[];
  /** Variables that the program itself needs, besides the function's. */
  readonly variables: Readonly<Record<string, string>>;
  /** What stands for `/var/runtime`. */
  readonly runtimeDirectory: string;
  /** For INIT_START: `nodejs:22.14.0`. */
  readonly runtimeVersion: string;
  /** Which of AWS's clients the bootstrap behaves like (runtimeApi/frames.ts, AssignHeader). */
  readonly generation: number;
  /** Speaks frames and waits for its assignment: it can be started ahead. */
  readonly ownBootstrap: boolean;
  readonly language: 'node' | 'python' | 'provided';
  readonly notice?: string;
}

export interface LaunchSettings {
  /** Program or installation folder per runtime identifier (`nodejs22.x`) or language (`node`). */
  readonly programs?: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Throws an AwsError where this runtime does not run as a process. Says nothing of whether its language is installed. */
export function assertRunsAsProcess(runtime: string | undefined): void {
  const info = runtime === undefined ? undefined : runtimeInfo(runtime);
  if (info && ['node', 'python', 'provided', 'go'].includes(info.language)) return;
  throw new AwsError('InvalidRuntimeException', 502, reason(runtime), {
    type: 'User',
    messageKey: 'Message',
  });
}

function reason(runtime: string | undefined): string {
  if (runtime === undefined)
    return 'Functions of package type Image run in containers only: start the host with --engine docker.';
  if (!runtimeInfo(runtime))
    return `The runtime ${runtime} is not known: use one of Lambda's identifiers, nodejs24.x for one.`;
  return `The runtime ${runtime} does not run in process mode yet: use --engine docker.`;
}

export async function findLaunch(runtime: string, settings: LaunchSettings): Promise<ProcessLaunch> {
  const info = runtimeInfo(runtime);
  const setting = settings.programs?.[runtime] ?? (info && settings.programs?.[info.language]);
  if (info?.language === 'node') {
    return nodeLaunch(info.version, await findNode({ major: info.version, setting, env: settings.env }));
  }
  throw new AwsError('InvalidRuntimeException', 502, reason(runtime), {
    type: 'User',
    messageKey: 'Message',
  });
}

function nodeLaunch(major: string, found: FoundLanguage): ProcessLaunch {
  const folder = bootstrapFolder('node');
  return {
    command: found.command,
    // An inspector's address is a secret: it must not be listed over HTTP (DEBUGGING.md).
    args: [
      '--inspect-publish-uid=stderr',
      // As AWS's own bootstrap starts it.
      '--expose-gc',
      '--max-http-header-size=81920',
      path.join(folder, 'bootstrap.cjs'),
    ],
    variables: found.variables,
    runtimeDirectory: folder,
    runtimeVersion: `nodejs:${found.version}`,
    generation: Number(major) >= 24 ? 4 : 3,
    ownBootstrap: true,
    language: 'node',
    ...(found.notice === undefined ? {} : { notice: found.notice }),
  };
}

/** Default PATH of handlers, with the program's own folder first, as `/var/lang/bin` is on AWS. */
export function handlerPath(command: string, layers: string | undefined): string {
  const folders =
    process.platform === 'win32'
      ? [path.dirname(command), path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32')]
      : [path.dirname(command), '/usr/local/bin', '/usr/bin', '/bin'];
  return [...folders, ...(layers === undefined ? [] : [path.join(layers, 'bin')])].join(path.delimiter);
}
