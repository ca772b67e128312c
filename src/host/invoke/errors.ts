/** What the invocation plane refuses, in AWS's words (spec/lambda-service.md §5.3, §6). */
import { AwsError } from '../../protocol/awsError.ts';

export const functionNotFound = (qualifiedArn: string): AwsError =>
  new AwsError('ResourceNotFoundException', 404, `Function not found: ${qualifiedArn}`, {
    messageKey: 'Message',
  });

export const functionInState = (state: string): AwsError =>
  new AwsError(
    'ResourceConflictException',
    409,
    `The operation cannot be performed at this time. The function is currently in the following state: ${state}`,
  );

const throttled = (reason: string): AwsError =>
  new AwsError('TooManyRequestsException', 429, 'Rate Exceeded.', { members: { Reason: reason } });

/** The account has no more. */
export const concurrencyExceeded = (): AwsError => throttled('ConcurrentInvocationLimitExceeded');

/** The function has no more. */
export const reservedConcurrencyExceeded = (): AwsError =>
  throttled('ReservedFunctionConcurrentInvocationLimitExceeded');

/** Too many requests a second, or too many new environments in a short time, for what the account has left. */
export const rateExceeded = (): AwsError => throttled('FunctionInvocationRateLimitExceeded');

/** The same of a function with a reservation. */
export const reservedRateExceeded = (): AwsError => throttled('ReservedFunctionInvocationRateLimitExceeded');

/** Not AWS's own: there is no such moment there. */
export const hostStops = (): AwsError => new AwsError('ServiceException', 500, 'The host is stopping.');
