/** What happens when a function invokes itself through others (spec/lambda-service.md §10.4; row 235). */
import { recursiveLoop } from '../functions/recursiveLoop.ts';
import type { OperationHandler, OperationHandlers } from './operation.ts';
import { requireFunction } from './requireFunction.ts';

const put: OperationHandler<'PutFunctionRecursionConfig'> = (input, { host }) => {
  const { name } = requireFunction(input.FunctionName, undefined, host);
  recursiveLoop(host.functions.settings).put(name, '', input.RecursiveLoop);
  return { RecursiveLoop: input.RecursiveLoop };
};

const get: OperationHandler<'GetFunctionRecursionConfig'> = (input, { host }) => {
  const { name } = requireFunction(input.FunctionName, undefined, host);
  return { RecursiveLoop: recursiveLoop(host.functions.settings).get(name) ?? 'Terminate' };
};

export const recursionOperations: OperationHandlers = {
  PutFunctionRecursionConfig: put,
  GetFunctionRecursionConfig: get,
};
