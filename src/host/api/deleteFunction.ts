import { functionArn } from '../functions/arn.ts';
import { functionNotFound, invalidParameter } from './errors.ts';
import { checkScope, splitName } from './functionName.ts';
import type { OperationHandler } from './operation.ts';

/** DeleteFunction: 204. What a qualifier may not be is said before it is known whether the function exists (rows 99, 337). */
export const deleteFunction: OperationHandler<'DeleteFunction'> = (input, { host }) => {
  const { name, qualifier } = splitName(input.FunctionName, input.Qualifier);
  if (qualifier === '$LATEST')
    throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
  if (qualifier !== undefined && /^(?!\d+$)[a-zA-Z0-9-_]+$/.test(qualifier))
    throw invalidParameter('Deletion of aliases is not currently supported.');
  checkScope(input.FunctionName, host);
  if (host.functions.get(name) === undefined) throw functionNotFound(functionArn(host, name));
  if (qualifier === undefined) host.functions.delete(name);
  // Deleting a version that does not exist succeeds.
  else host.functions.versions.delete(name, qualifier);
};
