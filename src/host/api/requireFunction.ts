import { functionArn } from '../functions/arn.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { LambdaServiceOptions } from './call.ts';
import { functionNotFound } from './errors.ts';
import { resolveFunction } from './functionName.ts';

/** The function that a request names. Throws as AWS does where it cannot be reached, and ResourceNotFoundException with the ARN as it was asked for. */
export function requireFunction(
  functionName: string,
  qualifier: string | undefined,
  host: LambdaServiceOptions,
): FunctionRecord {
  const reference = resolveFunction(functionName, qualifier, host);
  const record = host.functions.get(reference.name, reference.qualifier);
  if (record === undefined) throw functionNotFound(functionArn(host, reference.name, reference.qualifier));
  return record;
}
