/** The variables of a container's process: what the lifecycle made of them, as far as the image does not know better. */
import { existsSync } from 'node:fs';
import type { EnvironmentSpec } from '../../environment.ts';
import { librarySearchPath } from './containerLibraries.ts';
import { RUNTIME_DIRECTORY, TASK_ROOT } from './containerOptions.ts';

/** Search paths and locale: an image brings its own, and only the user's replace them (spec/execution-environment.md §5.1). */
const OF_THE_IMAGE = [
  'PATH',
  'LD_LIBRARY_PATH',
  'LANG',
  'LC_CTYPE',
  'TZ',
  'PWD',
  'SHLVL',
  'HOME',
  'NODE_PATH',
  'PYTHONPATH',
  'PYTHONPYCACHEPREFIX',
  'GEM_HOME',
  'GEM_PATH',
  'RUBYLIB',
  'DOTNET_ROOT',
  'TMPDIR',
  'TEMP',
  'TMP',
];

/** Where a container finds the files of the user's own AWS profile. */
const PROFILE_FILES = {
  AWS_CONFIG_FILE: '/var/lamplight/aws/config',
  AWS_SHARED_CREDENTIALS_FILE: '/var/lamplight/aws/credentials',
} as const;

/** The files that the variables of the user's own AWS profile name: path on this machine → path in the container. */
export function profileFiles(
  spec: EnvironmentSpec,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, target] of Object.entries(PROFILE_FILES)) {
    const file = variables[name];
    if (file !== undefined && spec.variables[name] === undefined && existsSync(file)) found[file] = target;
  }
  return found;
}

export function containerVariables(options: {
  readonly spec: EnvironmentSpec;
  /** Complete but for AWS_LAMBDA_RUNTIME_API. */
  readonly variables: Readonly<Record<string, string>>;
  /** `172.18.0.1:40123` */
  readonly runtimeApi: string;
  /** The host's API as the container reaches it; absent where nothing of ours names it. */
  readonly endpoint: string | undefined;
  /** What an image function is started with: its first word is the handler. */
  readonly command: readonly string[];
}): Record<string, string> {
  const { spec, runtimeApi, endpoint, command } = options;
  const variables = { ...options.variables };
  for (const name of OF_THE_IMAGE) {
    if (spec.variables[name] === undefined) Reflect.deleteProperty(variables, name);
  }
  if (endpoint !== undefined && spec.variables['AWS_ENDPOINT_URL'] === undefined) {
    variables['AWS_ENDPOINT_URL'] = endpoint;
  }
  for (const [name, target] of Object.entries(PROFILE_FILES)) {
    if (variables[name] !== undefined && spec.variables[name] === undefined) variables[name] = target;
  }
  const handler = spec.code.kind === 'image' ? command[0] : spec.handler;
  return {
    ...variables,
    ...(handler === undefined ? {} : { _HANDLER: handler }),
    ...librarySearchPath(spec),
    LAMBDA_TASK_ROOT: TASK_ROOT,
    LAMBDA_RUNTIME_DIR: RUNTIME_DIRECTORY,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
  };
}
