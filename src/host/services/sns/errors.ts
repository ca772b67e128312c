/** Errors of SNS, by the codes of its query protocol. Texts recorded from AWS in LocalStack's validated tests. */
import { AwsError } from '../../../protocol/awsError.ts';

export const snsError = (code: string, message: string, status = 400): AwsError =>
  new AwsError(code, status, message);

export const invalidParameter = (what: string): AwsError =>
  snsError('InvalidParameter', `Invalid parameter: ${what}`);

export const invalidAttribute = (message: string): AwsError => snsError('ParameterValueInvalid', message);

export const topicNotFound = (): AwsError => snsError('NotFound', 'Topic does not exist', 404);

export const subscriptionNotFound = (): AwsError => snsError('NotFound', 'Subscription does not exist', 404);

/** The value, or the error of a parameter that is required. `name` as the model's text has it: `topicArn`. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined)
    throw snsError(
      'ValidationError',
      `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  return value;
}

/** Throws where the text has not the six parts of an ARN. */
export function checkArn(arn: string, parameter: string): void {
  const parts = arn.split(':').length;
  if (arn === '') throw invalidParameter(`${parameter} Reason: no value for required parameter`);
  if (parts < 6)
    throw invalidParameter(`${parameter} Reason: An ARN must have at least 6 elements, not ${parts}`);
}
