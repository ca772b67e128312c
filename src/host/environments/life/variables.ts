/** The variables of a runtime's process (spec/execution-environment.md §5.1): defaults, then the user's, then the reserved ones. */
import type { AwsProfile } from '../../../protocol/awsProfile.ts';
import type { EnvironmentSpec, SessionCredentials } from '../environment.ts';

export interface VariablesContext {
  readonly credentials: SessionCredentials;
  /** The host's endpoint for `AWS_ENDPOINT_URL`, as the handler reaches it. */
  readonly endpoint: string;
  /** The user's own profile: the handler works with AWS itself, not with the host. */
  readonly profile?: AwsProfile | undefined;
  readonly logStream: string;
  /** `/var/task`, `/opt`, `/var/runtime` and `/tmp`, or what stands for them. */
  readonly taskRoot: string;
  readonly runtimeDirectory: string;
  /** What the platform sets and the user's variables may replace (PATH, LANG, NODE_PATH …). */
  readonly defaults: Readonly<Record<string, string>>;
}

/** Complete but for AWS_LAMBDA_RUNTIME_API, which the engine knows. */
export function runtimeVariables(spec: EnvironmentSpec, context: VariablesContext): Record<string, string> {
  return {
    ...context.defaults,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
    ...(context.profile === undefined ? { AWS_ENDPOINT_URL: context.endpoint } : {}),
    ...spec.variables,
    ...reservedVariables(spec, context),
  };
}

/** What extensions don't get of the runtime's variables (§2.3); none that begins with an underscore either. */
const notForExtensions = new Set([
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_XRAY_CONTEXT_MISSING',
  'AWS_XRAY_DAEMON_ADDRESS',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

/** The language's own, which the runtime's bootstrap sets on AWS. */
const forRuntimeOnly = ['NODE_PATH', 'PYTHONPATH'];

/** An external extension's variables, of those that {@link runtimeVariables} made for its environment. */
export function extensionVariables(
  spec: Pick<EnvironmentSpec, 'variables'>,
  variables: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter(
      ([name]) =>
        !name.startsWith('_') &&
        !notForExtensions.has(name) &&
        (!forRuntimeOnly.includes(name) || name in spec.variables),
    ),
  );
}

function reservedVariables(spec: EnvironmentSpec, context: VariablesContext): Record<string, string> {
  const executionEnv = spec.runtime === undefined ? 'AWS_Lambda_Image' : `AWS_Lambda_${spec.runtime}`;
  return {
    ...(spec.handler === undefined ? {} : { _HANDLER: spec.handler }),
    AWS_REGION: spec.region,
    AWS_DEFAULT_REGION: spec.region,
    ...(spec.runtime?.startsWith('provided') === true ? {} : { AWS_EXECUTION_ENV: executionEnv }),
    AWS_LAMBDA_FUNCTION_NAME: spec.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: spec.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: spec.initType,
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: context.logStream,
    ...access(context),
    LAMBDA_TASK_ROOT: context.taskRoot,
    LAMBDA_RUNTIME_DIR: context.runtimeDirectory,
    // Text has no levels: AWS refuses them there.
    ...(spec.logFormat === 'JSON'
      ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: spec.applicationLogLevel ?? 'INFO' }
      : {}),
  };
}

function access({ profile, credentials }: VariablesContext): Record<string, string> {
  if (profile !== undefined) {
    return {
      AWS_PROFILE: profile.name,
      AWS_CONFIG_FILE: profile.configFile,
      AWS_SHARED_CREDENTIALS_FILE: profile.credentialsFile,
    };
  }
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
}
