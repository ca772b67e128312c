/** A function as the API shows it (spec/lambda-service.md §2.3), key by key in AWS's order. */
import { createHash } from 'node:crypto';
import { functionArn, type ArnScope } from '../functions/arn.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import { lambdaDate } from '../functions/functionSummary.ts';

/** `qualifier` is echoed in the ARN; absent for an unqualified call. */
export function functionConfiguration(
  record: FunctionRecord,
  scope: ArnScope,
  qualifier?: string,
): Record<string, unknown> {
  return {
    ...identity(record, scope, qualifier),
    RevisionId: record.revisionId,
    ...compact({
      Layers:
        record.layers.length === 0
          ? undefined
          : record.layers.map(layer => ({ Arn: layer.arn, CodeSize: layer.codeSize })),
    }),
    State: record.state,
    ...compact({
      StateReason: record.stateReason,
      StateReasonCode: record.stateReasonCode,
      LastUpdateStatus: record.lastUpdateStatus,
      LastUpdateStatusReason: record.lastUpdateStatusReason,
      LastUpdateStatusReasonCode: record.lastUpdateStatusReasonCode,
    }),
    ...shape(record),
    ...(record.runtime === undefined
      ? {}
      : {
          RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(record.runtime, scope.region) },
        }),
    LoggingConfig: logging(record),
  };
}

/** An item of ListFunctions: without State, LastUpdateStatus and RuntimeVersionConfig (recorded). */
export function listedConfiguration(
  record: FunctionRecord,
  scope: ArnScope,
  qualifier?: string,
): Record<string, unknown> {
  const {
    State: _state,
    StateReason: _stateReason,
    StateReasonCode: _stateReasonCode,
    LastUpdateStatus: _lastUpdateStatus,
    LastUpdateStatusReason: _lastUpdateStatusReason,
    LastUpdateStatusReasonCode: _lastUpdateStatusReasonCode,
    RuntimeVersionConfig: _runtimeVersionConfig,
    ...listed
  } = functionConfiguration(record, scope, qualifier);
  return listed;
}

function identity(
  record: FunctionRecord,
  scope: ArnScope,
  qualifier: string | undefined,
): Record<string, unknown> {
  const { extra } = record;
  return {
    FunctionName: record.name,
    FunctionArn: functionArn(scope, record.name, qualifier),
    ...compact({ Runtime: record.runtime }),
    Role: record.role,
    ...compact({ Handler: record.handler }),
    CodeSize: record.codeSize,
    Description: record.description,
    Timeout: record.timeout,
    MemorySize: record.memorySize,
    LastModified: lambdaDate(record.lastModified),
    CodeSha256: record.codeSha256,
    Version: record.version,
    ...compact({
      VpcConfig: extra['VpcConfig'],
      DeadLetterConfig: extra['DeadLetterConfig'],
      Environment:
        Object.keys(record.environment).length === 0 ? undefined : { Variables: record.environment },
      KMSKeyArn: extra['KMSKeyArn'],
    }),
    TracingConfig: { Mode: record.tracingMode },
  };
}

function shape(record: FunctionRecord): Record<string, unknown> {
  const { extra } = record;
  const snapStart = extra['SnapStart'] as { readonly ApplyOn?: string } | undefined;
  return {
    ...compact({
      FileSystemConfigs: extra['FileSystemConfigs'],
      ImageConfigResponse: imageConfig(record),
    }),
    PackageType: record.packageType,
    Architectures: [record.architecture],
    EphemeralStorage: { Size: record.ephemeralStorage },
    SnapStart: { ApplyOn: snapStart?.ApplyOn ?? 'None', OptimizationStatus: 'Off' },
  };
}

function imageConfig(record: FunctionRecord): Record<string, unknown> | undefined {
  const { imageConfig: config } = record;
  if (config === undefined) return undefined;
  return {
    ImageConfig: compact({
      EntryPoint: config.entryPoint,
      Command: config.command,
      WorkingDirectory: config.workingDirectory,
    }),
  };
}

function logging(record: FunctionRecord): Record<string, unknown> {
  return {
    LogFormat: record.logging.format,
    ...compact({
      ApplicationLogLevel: record.logging.applicationLevel,
      SystemLogLevel: record.logging.systemLevel,
    }),
    LogGroup: record.logging.group,
  };
}

/** AWS changes it with every patch of a runtime; ours is the same for ever, which is what a client can compare. */
const runtimeVersionArn = (runtime: string, region: string): string =>
  `arn:aws:lambda:${region}::runtime:${createHash('sha256').update(runtime).digest('hex')}`;

/** Without the members that are undefined. */
function compact(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
