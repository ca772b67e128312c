/** When a version's runtime is brought up to date (spec/lambda-service.md §10.4). There is nothing to update here. */
import { functionArn } from '../functions/arn.ts';
import type { LambdaServiceOptions } from './call.ts';
import { functionNotFound, invalidParameter } from './errors.ts';
import { resolveFunction } from './functionName.ts';
import { checkNotUpdating } from './functionRules.ts';
import type { OperationHandler, OperationHandlers } from './operation.ts';
import { qualifierKind } from './qualified.ts';
import { requireFunction } from './requireFunction.ts';

interface RuntimeManagement {
  readonly updateRuntimeOn: 'Auto' | 'FunctionUpdate' | 'Manual';
  /** Of `Manual` only. */
  readonly runtimeVersionArn?: string;
}

/** `$LATEST` or a version: aliases have none. */
function target(functionName: string, given: string | undefined, host: LambdaServiceOptions) {
  const { name, qualifier } = resolveFunction(functionName, given, host);
  const record = requireFunction(functionName, given, host);
  const kind = qualifier === undefined ? 'latest' : qualifierKind(qualifier);
  const arn = functionArn(host, name, qualifier);
  if (kind === 'alias') throw functionNotFound(arn);
  return { record, name, key: kind === 'latest' ? '' : (qualifier ?? ''), arn };
}

const shown = (config: RuntimeManagement, arn: string) => ({
  UpdateRuntimeOn: config.updateRuntimeOn,
  FunctionArn: arn,
  RuntimeVersionArn: config.runtimeVersionArn,
});

const put: OperationHandler<'PutRuntimeManagementConfig'> = (input, { host }) => {
  const { record, name, key, arn } = target(input.FunctionName, input.Qualifier, host);
  checkNotUpdating(record, host);
  if (input.UpdateRuntimeOn === 'Manual' && input.RuntimeVersionArn === undefined)
    throw invalidParameter('RuntimeVersionArn is required when UpdateRuntimeOn is Manual.');
  const config: RuntimeManagement = {
    updateRuntimeOn: input.UpdateRuntimeOn,
    ...(input.UpdateRuntimeOn === 'Manual' && input.RuntimeVersionArn !== undefined
      ? { runtimeVersionArn: input.RuntimeVersionArn }
      : {}),
  };
  host.functions.settings.of<RuntimeManagement>('runtime-management').put(name, key, config);
  return shown(config, arn);
};

const get: OperationHandler<'GetRuntimeManagementConfig'> = (input, { host }) => {
  const { name, key, arn } = target(input.FunctionName, input.Qualifier, host);
  const stored = host.functions.settings.of<RuntimeManagement>('runtime-management').get(name, key);
  return shown(stored ?? { updateRuntimeOn: 'Auto' }, arn);
};

export const runtimeManagementOperations: OperationHandlers = {
  PutRuntimeManagementConfig: put,
  GetRuntimeManagementConfig: get,
};
