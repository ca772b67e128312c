import { AwsError } from '../../protocol/awsError.ts';
import type { FunctionCode } from '../../protocol/control.ts';
import { functionArn } from '../functions/arn.ts';
import type { FunctionStore } from '../functions/functionStore.ts';
import { functionNotFound } from '../invoke/errors.ts';

/** Where a function's code is on this machine. Rejects with an AwsError where there is no such version, or no folder of its code. */
export async function functionCode(
  functions: Pick<FunctionStore, 'accountId' | 'codeRoot' | 'get' | 'region'>,
  functionName: string,
  qualifier: string,
): Promise<FunctionCode> {
  const record = functions.get(functionName, qualifier);
  const arn = functionArn(functions, functionName, qualifier);
  if (record === undefined) throw functionNotFound(arn);
  if (record.code.kind === 'image')
    throw new AwsError('ResourceConflictException', 409, `The code of ${arn} is in its image.`);
  return { version: record.version, root: await functions.codeRoot(record) };
}
