import { functionArn } from '../functions/arn.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { LambdaServiceOptions } from './call.ts';
import { functionNotFound, invalidParameter } from './errors.ts';
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

/** The function of a request that changes `$LATEST`, which it may name, and no version or alias. */
export function requireLatest(functionName: string, host: LambdaServiceOptions): FunctionRecord {
  const { name, qualifier } = resolveFunction(functionName, undefined, host);
  if (qualifier !== undefined && qualifier !== '$LATEST')
    // Seen in public reports (appleboy/lambda-action#6).
    throw invalidParameter(
      'Current operation does not support versions other than $LATEST. Please set the version to $LATEST or do not set a version in your request.',
    );
  return requireFunction(name, undefined, host);
}
