/** A function as the API shows it (spec/lambda-service.md §2.3), key by key in AWS's order. */
import { createHash } from 'node:crypto';
import { functionArn, type ArnScope } from '../functions/arn.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { OutputOf } from './operation.ts';
import { lambdaDate } from '../functions/functionSummary.ts';

type Configuration = OutputOf<'GetFunctionConfiguration'>;

/** `qualifier` is echoed in the ARN; absent for an unqualified call. */
export function functionConfiguration(
  record: FunctionRecord,
  scope: ArnScope,
  qualifier?: string,
): Configuration {
  return {
    ...identity(record, scope, qualifier),
    RevisionId: record.revisionId,
    Layers:
      record.layers.length === 0
        ? undefined
        : record.layers.map(layer => ({ Arn: layer.arn, CodeSize: layer.codeSize })),
    State: record.state,
    StateReason: record.stateReason,
    StateReasonCode: record.stateReasonCode,
    LastUpdateStatus: record.lastUpdateStatus,
    LastUpdateStatusReason: record.lastUpdateStatusReason,
    LastUpdateStatusReasonCode: record.lastUpdateStatusReasonCode,
    ...shape(record),
    RuntimeVersionConfig:
      record.runtime === undefined
        ? undefined
        : { RuntimeVersionArn: runtimeVersionArn(record.runtime, scope.region) },
    LoggingConfig: {
      LogFormat: record.logging.format,
      ApplicationLogLevel: record.logging.applicationLevel,
      SystemLogLevel: record.logging.systemLevel,
      LogGroup: record.logging.group,
    },
  };
}

/** An item of ListFunctions: without State, LastUpdateStatus and RuntimeVersionConfig (recorded). */
export function listedConfiguration(
  record: FunctionRecord,
  scope: ArnScope,
  qualifier?: string,
): Configuration {
  return {
    ...functionConfiguration(record, scope, qualifier),
    State: undefined,
    StateReason: undefined,
    StateReasonCode: undefined,
    LastUpdateStatus: undefined,
    LastUpdateStatusReason: undefined,
    LastUpdateStatusReasonCode: undefined,
    RuntimeVersionConfig: undefined,
  };
}

function identity(record: FunctionRecord, scope: ArnScope, qualifier: string | undefined): Configuration {
  const extra = record.extra as Pick<Configuration, 'VpcConfig' | 'DeadLetterConfig' | 'KMSKeyArn'>;
  return {
    FunctionName: record.name,
    FunctionArn: functionArn(scope, record.name, qualifier),
    Runtime: record.runtime,
    Role: record.role,
    Handler: record.handler,
    CodeSize: record.codeSize,
    Description: record.description,
    Timeout: record.timeout,
    MemorySize: record.memorySize,
    LastModified: lambdaDate(record.lastModified),
    CodeSha256: record.codeSha256,
    Version: record.version,
    VpcConfig: extra.VpcConfig,
    DeadLetterConfig: extra.DeadLetterConfig,
    Environment: Object.keys(record.environment).length === 0 ? undefined : { Variables: record.environment },
    KMSKeyArn: extra.KMSKeyArn,
    TracingConfig: { Mode: record.tracingMode },
  };
}

function shape(record: FunctionRecord): Configuration {
  const extra = record.extra as Pick<Configuration, 'FileSystemConfigs' | 'SnapStart'>;
  const { imageConfig } = record;
  return {
    FileSystemConfigs: extra.FileSystemConfigs,
    ImageConfigResponse:
      imageConfig === undefined
        ? undefined
        : {
            ImageConfig: {
              EntryPoint: imageConfig.entryPoint,
              Command: imageConfig.command,
              WorkingDirectory: imageConfig.workingDirectory,
            },
          },
    PackageType: record.packageType,
    Architectures: [record.architecture],
    EphemeralStorage: { Size: record.ephemeralStorage },
    SnapStart: { ApplyOn: extra.SnapStart?.ApplyOn ?? 'None', OptimizationStatus: 'Off' },
  };
}

/** AWS changes it with every patch of a runtime; ours is the same for ever, which is what a client can compare. */
const runtimeVersionArn = (runtime: string, region: string): string =>
  `arn:aws:lambda:${region}::runtime:${createHash('sha256').update(runtime).digest('hex')}`;
