import type { ServiceResponse } from '../gateway/service.ts';
import { functionArn } from '../functions/arn.ts';
import type { ApiCall } from './call.ts';
import { functionNotFound, invalidParameter } from './errors.ts';
import { checkScope, splitName } from './functionName.ts';
import { readInput } from './input.ts';
import { qualifiedFunctionShape } from './shapes/functionShapes.ts';

/** DeleteFunction: 204. What a qualifier may not be is said before it is known whether the function exists (rows 99, 337). */
export function deleteFunction(call: ApiCall): ServiceResponse {
  const { host } = call;
  const input = readInput(call, qualifiedFunctionShape);
  const { name, qualifier } = splitName(input.FunctionName, input.Qualifier);
  if (qualifier === '$LATEST')
    throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
  if (qualifier !== undefined && /^(?!\d+$)[a-zA-Z0-9-_]+$/.test(qualifier))
    throw invalidParameter('Deletion of aliases is not currently supported.');
  checkScope(input.FunctionName, host);
  if (host.functions.get(name) === undefined) throw functionNotFound(functionArn(host, name));
  // Deleting a version that does not exist succeeds; there are none yet.
  if (qualifier === undefined) host.functions.delete(name);
  return { status: 204 };
}
