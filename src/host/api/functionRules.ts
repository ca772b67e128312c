/** Rules of the service beyond its model, in AWS's words (spec/lambda-service.md §2.2; error-messages.md rows named). */
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { LambdaServiceOptions } from './call.ts';
import { invalidParameter, resourceConflict, revisionMismatch } from './errors.ts';
import { functionArn } from '../functions/arn.ts';
import { CREATABLE, DEPRECATED, hasSnapStart, NEWER } from './runtimeNames.ts';

/** Rows 60–67, 72, 75, 295, 296. */
export function checkRuntime(runtime: string): void {
  if (DEPRECATED.includes(runtime))
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  if (!CREATABLE.includes(runtime) && !NEWER.includes(runtime))
    throw invalidParameter(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${CREATABLE.join(', ')}] or be a valid ARN`,
    );
}

/** C9: for images too, which have no runtime. */
export function checkSnapStart(applyOn: string | undefined, runtime: string | undefined): void {
  if (applyOn === 'PublishedVersions' && (runtime === undefined || !hasSnapStart(runtime)))
    throw invalidParameter(`${runtime ?? 'Image'} is not supported for SnapStart enabled functions.`);
}

/** Limits of ordinary functions; the model's own are those of managed instances (C6). */
export function checkLimits(limits: {
  readonly timeout?: number | undefined;
  readonly memorySize?: number | undefined;
}): void {
  if ((limits.timeout ?? 0) > 900)
    throw invalidParameter(
      "'Timeout' value failed to satisfy constraint: Member must have value less than or equal to 900",
    );
  if ((limits.memorySize ?? 0) > 10_240)
    throw invalidParameter(
      "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 10240",
    );
}

const RESERVED_KEYS = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  'AWS_LAMBDA_METADATA_API',
  'AWS_LAMBDA_METADATA_TOKEN',
]);

const MAX_ENVIRONMENT_BYTES = 4_096;

/** C3, rows 68, 69. */
export function checkEnvironment(variables: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(variables).filter(key => RESERVED_KEYS.has(key));
  if (reserved.length > 0)
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  const text = JSON.stringify(variables);
  if (Buffer.byteLength(text) > MAX_ENVIRONMENT_BYTES)
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${text}`,
    );
}

const MAX_TAGS = 50;

/** Row 53; the words for a reserved prefix are not AWS's. */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(tags).find(key => /^aws:/i.test(key));
  if (reserved !== undefined)
    throw invalidParameter(`The tag key ${reserved} is reserved: keys must not start with aws:.`);
  if (Object.keys(tags).length > MAX_TAGS)
    throw invalidParameter('Number of tags exceeds resource tag limit.');
}

export interface LoggingInput {
  readonly LogFormat?: string;
  readonly ApplicationLogLevel?: string;
  readonly SystemLogLevel?: string;
  readonly LogGroup?: string;
}

/** A given LoggingConfig replaces all of it. */
export function loggingOf(input: LoggingInput, name: string): FunctionRecord['logging'] {
  const group = input.LogGroup ?? `/aws/lambda/${name}`;
  if (input.LogFormat === 'JSON')
    return {
      format: 'JSON',
      group,
      applicationLevel: input.ApplicationLogLevel ?? 'INFO',
      systemLevel: input.SystemLogLevel ?? 'INFO',
    };
  if (input.ApplicationLogLevel !== undefined || input.SystemLogLevel !== undefined)
    throw invalidParameter(
      'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "Json" and try again.',
    );
  return { format: 'Text', group };
}

/** C11, rows 288, 289, 297, 298. */
export function checkUpdatable(
  record: FunctionRecord,
  revisionId: string | undefined,
  host: LambdaServiceOptions,
): void {
  if (revisionId !== undefined && revisionId !== record.revisionId) throw revisionMismatch();
  if (record.state === 'Pending' || record.state === 'Failed')
    throw resourceConflict(
      `The operation cannot be performed at this time. The function is currently in the following state: ${record.state}`,
    );
  checkNotUpdating(record, host);
}

/** Rows 289, 298. */
export function checkNotUpdating(record: FunctionRecord, host: LambdaServiceOptions): void {
  if (record.lastUpdateStatus === 'InProgress')
    throw resourceConflict(
      `The operation cannot be performed at this time. An update is in progress for resource: ${functionArn(host, record.name)}`,
    );
}
