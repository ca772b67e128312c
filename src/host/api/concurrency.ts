/** Reserved concurrency of a function (spec/lambda-service.md §6; rows 135, 136, 216–221, C27). */
import { functionArn } from '../functions/arn.ts';
import {
  minimumUnreserved,
  provisionedTotal,
  reservedConcurrency,
  unreservedConcurrency,
} from '../functions/concurrency.ts';
import type { ApiCall } from './call.ts';
import { functionNotFound, invalidParameter, untypedInvalidParameter } from './errors.ts';
import { resolveFunction } from './functionName.ts';
import type { OperationHandler, OperationHandlers } from './operation.ts';
import { isThere } from './qualified.ts';

/** The function's plain name. `shown` is the qualifier that a missing function's ARN is shown with. */
function target(functionName: string, { host }: ApiCall, shown?: string): string {
  const { name, qualifier } = resolveFunction(functionName, undefined, host);
  if (qualifier !== undefined)
    throw invalidParameter(
      'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
    );
  if (!isThere(host.functions, name, undefined)) throw functionNotFound(functionArn(host, name, shown));
  return name;
}

const putFunctionConcurrency: OperationHandler<'PutFunctionConcurrency'> = (input, call) => {
  const { functions, concurrencyLimit } = call.host;
  const { settings } = functions;
  const name = target(input.FunctionName, call, '$LATEST');
  const wanted = input.ReservedConcurrentExecutions;
  const minimum = minimumUnreserved(concurrencyLimit);
  if (unreservedConcurrency(settings, concurrencyLimit, name) - wanted < minimum)
    throw untypedInvalidParameter(
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
    );
  const provisioned = provisionedTotal(settings, name);
  if (wanted < provisioned)
    throw untypedInvalidParameter(
      ` ReservedConcurrentExecutions  ${wanted} should not be lower than function's total provisioned concurrency [${provisioned}].`,
    );
  reservedConcurrency(settings).put(name, '', wanted);
  functions.revise(name);
  return { ReservedConcurrentExecutions: wanted };
};

const getFunctionConcurrency: OperationHandler<'GetFunctionConcurrency'> = (input, call) => {
  const name = target(input.FunctionName, call);
  return { ReservedConcurrentExecutions: reservedConcurrency(call.host.functions.settings).get(name) };
};

const deleteFunctionConcurrency: OperationHandler<'DeleteFunctionConcurrency'> = (input, call) => {
  const { functions } = call.host;
  const name = target(input.FunctionName, call, '$LATEST');
  if (reservedConcurrency(functions.settings).delete(name)) functions.revise(name);
};

export const concurrencyOperations: OperationHandlers = {
  PutFunctionConcurrency: putFunctionConcurrency,
  GetFunctionConcurrency: getFunctionConcurrency,
  DeleteFunctionConcurrency: deleteFunctionConcurrency,
};
