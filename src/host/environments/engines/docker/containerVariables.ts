/** The variables of a container's process: what the lifecycle made of them, as far as the image does not know better. */
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
