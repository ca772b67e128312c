/** What an environment has to know of a function version. */
import type { EnvironmentSpec } from '../environments/environment.ts';
import { functionArn } from '../functions/arn.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { FunctionStore } from '../functions/functionStore.ts';
import { missingLayerText } from '../functions/layers/missingLayer.ts';

export interface SpecOptions {
  readonly functions: Pick<FunctionStore, 'codeRoot' | 'layerFolders'>;
  readonly region: string;
  readonly accountId: string;
}

/** Rejects with an AwsError where there is no code of it on this machine. */
export async function environmentSpec(
  { functions, region, accountId }: SpecOptions,
  record: FunctionRecord,
  how: Pick<EnvironmentSpec, 'initType' | 'debugId' | 'initFault'>,
): Promise<EnvironmentSpec> {
  const code: EnvironmentSpec['code'] =
    record.code.kind === 'image'
      ? { kind: 'image', imageUri: record.code.imageUri, ...record.imageConfig }
      : {
          kind: 'folder',
          root: await functions.codeRoot(record),
          ...('libraries' in record.code ? { libraries: record.code.libraries } : {}),
        };
  const layers = functions.layerFolders(record);
  const handler = ('handler' in record.code ? record.code.handler : undefined) ?? record.handler;
  return {
    functionName: record.name,
    functionArn: functionArn({ region, accountId }, record.name),
    version: record.version,
    accountId,
    region,
    ...(record.runtime === undefined ? {} : { runtime: record.runtime }),
    ...(handler === undefined ? {} : { handler }),
    architecture: record.architecture,
    memorySize: record.memorySize,
    timeout: record.timeout,
    ephemeralStorage: record.ephemeralStorage,
    variables: record.environment,
    code,
    layers: layers.folders,
    ...(layers.missing.length === 0 ? {} : { notes: layers.missing.map(missingLayerText) }),
    logFormat: record.logging.format,
    ...(record.logging.applicationLevel === undefined
      ? {}
      : { applicationLogLevel: record.logging.applicationLevel }),
    ...(record.logging.systemLevel === undefined ? {} : { systemLogLevel: record.logging.systemLevel }),
    logGroup: record.logging.group,
    ...how,
  };
}
