/** Why a function has no code to run, in words for whoever invokes or publishes it. */
import { AwsError } from '../../protocol/awsError.ts';
import { functionArn, type ArnScope } from './arn.ts';

/** Its folder is not there any more. */
export function codeGone(name: string, root: string, scope: ArnScope, cause: unknown): AwsError {
  return new AwsError(
    'ResourceConflictException',
    409,
    `The code of ${functionArn(scope, name)} is gone from ${root}. Bring the folder back, save one of its files to build it again, or update its code.`,
    { cause },
  );
}

/** The workspace declares it and has not built it, or could not. */
export function notBuilt(name: string, buildError: string | undefined): AwsError {
  return new AwsError(
    'ResourceConflictException',
    409,
    buildError === undefined
      ? `The function ${name} has no code yet: the workspace that declares it has not built it.`
      : `The function ${name} could not be built: ${buildError}`,
  );
}
