/**
 * How many environments a version may have on managed instances (spec/lambda-service.md §10.4). It is stored and shown as
 * requested; nothing is ever applied, since there are no such instances.
 */
import { functionArn } from '../functions/arn.ts';
import { invalidParameter } from './errors.ts';
import type { InputOf, OperationHandler, OperationHandlers } from './operation.ts';
import { requireFunction } from './requireFunction.ts';

type Scaling = NonNullable<InputOf<'PutFunctionScalingConfig'>['FunctionScalingConfig']>;

const put: OperationHandler<'PutFunctionScalingConfig'> = (input, { host }) => {
  const record = requireFunction(input.FunctionName, input.Qualifier, host);
  const config = input.FunctionScalingConfig ?? {};
  const { MinExecutionEnvironments: least, MaxExecutionEnvironments: most } = config;
  if (least !== undefined && most !== undefined && least > most)
    throw invalidParameter('MinExecutionEnvironments should not be greater than MaxExecutionEnvironments.');
  host.functions.settings.of<Scaling>('scaling').put(record.name, input.Qualifier, config);
  return { FunctionState: record.state };
};

const get: OperationHandler<'GetFunctionScalingConfig'> = (input, { host }) => {
  const { name } = requireFunction(input.FunctionName, input.Qualifier, host);
  return {
    FunctionArn: functionArn(host, name, input.Qualifier),
    RequestedFunctionScalingConfig: host.functions.settings.of<Scaling>('scaling').get(name, input.Qualifier),
  };
};

export const scalingOperations: OperationHandlers = {
  PutFunctionScalingConfig: put,
  GetFunctionScalingConfig: get,
};
