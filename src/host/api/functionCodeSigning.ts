/** Which code signing configuration a function has (spec/lambda-service.md §10.4; rows 106, 132–134, 213–215). Signatures are not checked. */
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { Settings } from '../functions/functionSettings.ts';
import type { LambdaServiceOptions } from './call.ts';
import { findCodeSigningConfig } from './codeSigningConfigs.ts';
import { codeSigningConfigNotFound, invalidParameter } from './errors.ts';
import type { OperationHandler, OperationHandlers, OutputOf } from './operation.ts';
import { requireFunction } from './requireFunction.ts';

/** ARN of the configuration, by function. */
const bindings = (host: LambdaServiceOptions): Settings<string> => host.functions.settings.of('code-signing');

/** What a new function of this kind may name. Throws CodeSigningConfigNotFoundException where it is not there. */
export function checkCodeSigningConfig(arn: string, host: LambdaServiceOptions, packageType?: string): void {
  if (packageType === 'Image') throw notForImages();
  if (findCodeSigningConfig(arn, host) === undefined) throw codeSigningConfigNotFound(arn);
}

/** The function must exist, the configuration too. */
export const bindCodeSigningConfig = (name: string, arn: string, host: LambdaServiceOptions): void =>
  bindings(host).put(name, '', arn);

/** Seen in https://github.com/cloudquery/cq-provider-aws/pull/230. */
const notForImages = (): Error =>
  invalidParameter('Code signing is not supported for functions created with container images.');

function target(functionName: string, host: LambdaServiceOptions): FunctionRecord {
  const record = requireFunction(functionName, undefined, host);
  if (record.packageType === 'Image') throw notForImages();
  return record;
}

const put: OperationHandler<'PutFunctionCodeSigningConfig'> = (input, { host }) => {
  checkCodeSigningConfig(input.CodeSigningConfigArn, host);
  const { name } = target(input.FunctionName, host);
  bindCodeSigningConfig(name, input.CodeSigningConfigArn, host);
  return { CodeSigningConfigArn: input.CodeSigningConfigArn, FunctionName: name };
};

/** Where there is none the answer is empty (recorded), whatever the model says. */
const get: OperationHandler<'GetFunctionCodeSigningConfig'> = (input, { host }) => {
  const { name } = target(input.FunctionName, host);
  const arn = bindings(host).get(name);
  return arn === undefined
    ? ({} as OutputOf<'GetFunctionCodeSigningConfig'>)
    : { CodeSigningConfigArn: arn, FunctionName: name };
};

const remove: OperationHandler<'DeleteFunctionCodeSigningConfig'> = (input, { host }) => {
  bindings(host).delete(target(input.FunctionName, host).name);
};

export const functionCodeSigningOperations: OperationHandlers = {
  PutFunctionCodeSigningConfig: put,
  GetFunctionCodeSigningConfig: get,
  DeleteFunctionCodeSigningConfig: remove,
};
