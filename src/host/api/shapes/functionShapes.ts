/** Requests of the function operations, after AWS's model (botocore lambda/2015-03-31) and recorded messages. */
import {
  CODE_SIGNING_CONFIG_ARN,
  ENVIRONMENT_KEY,
  FILE_SYSTEM_ARN,
  FUNCTION_NAME,
  HANDLER,
  LAYER_VERSION_ARN,
  LOCAL_MOUNT_PATH,
  LOG_GROUP,
  MASTER_REGION,
  NAMESPACED_FUNCTION_NAME,
  QUALIFIER,
  RESOURCE_ARN_OR_EMPTY,
  ROLE_ARN,
  S3_BUCKET,
  SECURITY_GROUP_ID,
  SUBNET_ID,
  TENANT_ID,
} from './patterns.ts';
import {
  blob,
  boolean,
  header,
  integer,
  list,
  map,
  optional,
  pathLabel,
  queryParameter,
  required,
  string,
  structure,
} from './shape.ts';

const functionName = string({ min: 1, max: 140, pattern: FUNCTION_NAME });
const namespacedFunctionName = string({ min: 1, max: 256, pattern: NAMESPACED_FUNCTION_NAME });
const qualifier = string({ min: 1, max: 128, pattern: QUALIFIER });
const anyString = string();

const architectures = list(string({ values: ['x86_64', 'arm64'] }), { min: 1, max: 1 });
const keyArn = string({ pattern: RESOURCE_ARN_OR_EMPTY });

const codeMembers = {
  ZipFile: optional(blob),
  S3Bucket: optional(string({ min: 3, max: 63, pattern: S3_BUCKET })),
  S3Key: optional(string({ min: 1, max: 1024 })),
  S3ObjectVersion: optional(string({ min: 1, max: 1024 })),
  S3ObjectStorageMode: optional(string({ values: ['COPY', 'REFERENCE'] })),
  ImageUri: optional(anyString),
  SourceKMSKeyArn: optional(keyArn),
} as const;

/** What CreateFunction and UpdateFunctionConfiguration share. */
const configurationMembers = {
  Handler: optional(string({ min: 0, max: 128, pattern: HANDLER })),
  Description: optional(string({ min: 0, max: 256 })),
  Timeout: optional(integer(1, 5400)),
  MemorySize: optional(integer(128, 32_768)),
  VpcConfig: optional(
    structure({
      SubnetIds: optional(
        list(string({ min: 0, max: 1024, pattern: SUBNET_ID }), { min: 0, max: 16, sparse: true }),
      ),
      SecurityGroupIds: optional(
        list(string({ min: 0, max: 1024, pattern: SECURITY_GROUP_ID }), { min: 0, max: 5, sparse: true }),
      ),
      Ipv6AllowedForDualStack: optional(boolean),
    }),
  ),
  // Which runtimes there are is a business rule with a text of its own (functionRules.ts).
  Runtime: optional(anyString),
  DeadLetterConfig: optional(structure({ TargetArn: optional(keyArn) })),
  Environment: optional(
    structure({
      Variables: optional(map(string({ pattern: ENVIRONMENT_KEY }), anyString, { sensitive: true })),
    }),
  ),
  KMSKeyArn: optional(keyArn),
  TracingConfig: optional(structure({ Mode: optional(string({ values: ['Active', 'PassThrough'] })) })),
  Layers: optional(list(string({ min: 1, max: 2048, pattern: LAYER_VERSION_ARN }))),
  FileSystemConfigs: optional(
    list(
      structure({
        Arn: required(string({ min: 0, max: 256, pattern: FILE_SYSTEM_ARN })),
        LocalMountPath: required(string({ min: 0, max: 160, pattern: LOCAL_MOUNT_PATH })),
      }),
      { min: 0, max: 1 },
    ),
  ),
  ImageConfig: optional(
    structure({
      EntryPoint: optional(list(anyString, { min: 0, max: 1500 })),
      Command: optional(list(anyString, { min: 0, max: 1500 })),
      WorkingDirectory: optional(string({ min: 0, max: 1000 })),
    }),
  ),
  EphemeralStorage: optional(structure({ Size: required(integer(512, 10_240)) })),
  SnapStart: optional(structure({ ApplyOn: optional(string({ values: ['PublishedVersions', 'None'] })) })),
  LoggingConfig: optional(
    structure({
      LogFormat: optional(string({ values: ['JSON', 'Text'] })),
      ApplicationLogLevel: optional(string({ values: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] })),
      SystemLogLevel: optional(string({ values: ['DEBUG', 'INFO', 'WARN'] })),
      LogGroup: optional(string({ min: 1, max: 512, pattern: LOG_GROUP })),
    }),
  ),
} as const;

/** Accepted and then refused by name, so that nothing is dropped silently. */
const laterFeatures = {
  CapacityProviderConfig: optional(structure({})),
  DurableConfig: optional(structure({})),
} as const;

export const createFunctionShape = structure({
  FunctionName: required(functionName),
  Role: required(string({ pattern: ROLE_ARN })),
  Code: required(structure(codeMembers)),
  ...configurationMembers,
  Publish: optional(boolean),
  PublishTo: optional(string({ values: ['LATEST_PUBLISHED'] })),
  PackageType: optional(string({ values: ['Zip', 'Image'] })),
  Tags: optional(map(anyString, anyString)),
  CodeSigningConfigArn: optional(string({ min: 0, max: 200, pattern: CODE_SIGNING_CONFIG_ARN })),
  Architectures: optional(architectures),
  TenancyConfig: optional(structure({ TenantIsolationMode: required(string({ values: ['PER_TENANT'] })) })),
  ...laterFeatures,
});

export const updateFunctionCodeShape = structure({
  FunctionName: pathLabel(functionName),
  ...codeMembers,
  Publish: optional(boolean),
  PublishTo: optional(string({ values: ['LATEST_PUBLISHED'] })),
  DryRun: optional(boolean),
  RevisionId: optional(anyString),
  Architectures: optional(architectures),
});

export const updateFunctionConfigurationShape = structure({
  FunctionName: pathLabel(functionName),
  Role: optional(string({ pattern: ROLE_ARN })),
  ...configurationMembers,
  RevisionId: optional(anyString),
  ...laterFeatures,
});

/** GetFunction, GetFunctionConfiguration, DeleteFunction. AWS reports the qualifier before the name. */
export const qualifiedFunctionShape = structure({
  Qualifier: queryParameter(qualifier),
  FunctionName: pathLabel(namespacedFunctionName),
});

export const listFunctionsShape = structure({
  MasterRegion: queryParameter(string({ pattern: MASTER_REGION })),
  FunctionVersion: queryParameter(string({ values: ['ALL'] })),
  Marker: queryParameter(anyString),
  MaxItems: queryParameter(integer(1, 10_000)),
});

/** Without the payload: it is not part of the model's constraints and may be 6 MB. */
export const invokeShape = structure({
  Qualifier: queryParameter(qualifier),
  FunctionName: pathLabel(namespacedFunctionName),
  InvocationType: header(string({ values: ['Event', 'RequestResponse', 'DryRun'] }), 'x-amz-invocation-type'),
  LogType: header(string({ values: ['None', 'Tail'] }), 'x-amz-log-type'),
  ClientContext: header(anyString, 'x-amz-client-context'),
  DurableExecutionName: header(
    string({ min: 1, max: 64, pattern: '[a-zA-Z0-9-_]+' }),
    'x-amz-durable-execution-name',
  ),
  TenantId: header(string({ min: 1, max: 256, pattern: TENANT_ID }), 'x-amz-tenant-id'),
});
