/** What happens when a function invokes itself through others (spec/lambda-service.md §10.4; row 235). Nothing detects it yet. */
import type { OperationHandler, OperationHandlers } from './operation.ts';
import { requireFunction } from './requireFunction.ts';

type RecursiveLoop = 'Allow' | 'Terminate';

const put: OperationHandler<'PutFunctionRecursionConfig'> = (input, { host }) => {
  const { name } = requireFunction(input.FunctionName, undefined, host);
  host.functions.settings.of<RecursiveLoop>('recursion').put(name, '', input.RecursiveLoop);
  return { RecursiveLoop: input.RecursiveLoop };
};

const get: OperationHandler<'GetFunctionRecursionConfig'> = (input, { host }) => {
  const { name } = requireFunction(input.FunctionName, undefined, host);
  return { RecursiveLoop: host.functions.settings.of<RecursiveLoop>('recursion').get(name) ?? 'Terminate' };
};

export const recursionOperations: OperationHandlers = {
  PutFunctionRecursionConfig: put,
  GetFunctionRecursionConfig: get,
};
