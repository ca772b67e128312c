/** What the Lambda API says when it refuses, with each exception's own member names (spec/lambda-service.md §1.1, §1.3). */
import { AwsError } from '../../protocol/awsError.ts';

export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', 400, message);

/** As some checks of the account's concurrency are written: without Type (rows 216, 218, 219, 237, 240). */
export const untypedInvalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', 400, message, { type: undefined });

/** `{"message":"…"}` and nothing else: it is not in the model. */
export const validationFailed = (violations: readonly string[]): AwsError =>
  new AwsError(
    'ValidationException',
    400,
    `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected: ${violations.join('; ')}`,
    { type: undefined },
  );

/** A member of the wrong JSON type. */
export const serializationFailed = (message: string): AwsError =>
  new AwsError('SerializationException', 400, message, { type: undefined });

export const invalidRequestContent = (message: string): AwsError =>
  new AwsError('InvalidRequestContentException', 400, message);

export const resourceNotFound = (message: string): AwsError =>
  new AwsError('ResourceNotFoundException', 404, message, { messageKey: 'Message' });

/** What many operations say, whatever it is that is missing. */
export const noSuchResource = (): AwsError => resourceNotFound('The resource you requested does not exist.');

export const functionNotFound = (arn: string): AwsError => resourceNotFound(`Function not found: ${arn}`);

export const resourceConflict = (message: string): AwsError =>
  new AwsError('ResourceConflictException', 409, message);

/** `api` is what tells the latest one. */
export const revisionMismatch = (api = 'GetFunction/GetAlias'): AwsError =>
  new AwsError(
    'PreconditionFailedException',
    412,
    `The Revision Id provided does not match the latest Revision Id. Call the ${api} API to retrieve the latest Revision Id`,
  );

/** Of functions and of layer versions alike. */
export const statementExists = (id: string): AwsError =>
  resourceConflict(
    `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
  );

export const statementNotFound = (id: string): AwsError =>
  resourceNotFound(`Statement ${id} is not found in resource policy.`);

export const noPolicy = (): AwsError => resourceNotFound('No policy is associated with the given resource.');

/** Rows 176–178. */
export const noProvisionedConcurrency = (): AwsError =>
  new AwsError(
    'ProvisionedConcurrencyConfigNotFoundException',
    404,
    'No Provisioned Concurrency Config found for this function',
  );

/** Rows 213, 214. */
export const codeSigningConfigNotFound = (arn: string): AwsError =>
  new AwsError(
    'CodeSigningConfigNotFoundException',
    404,
    `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${arn}.`,
    { messageKey: 'Message' },
  );

/** Row C16. */
export const resourceInUse = (message: string): AwsError =>
  new AwsError('ResourceInUseException', 400, message, { messageKey: 'Message' });

/** Row C12. */
export const policyTooLong = (size: number, limit: number): AwsError =>
  new AwsError(
    'PolicyLengthExceededException',
    400,
    `The final policy size (${size}) is bigger than the limit (${limit}).`,
  );

/** Without Type on the real wire. */
export const entityTooLarge = (message: string): AwsError =>
  new AwsError('RequestEntityTooLargeException', 413, message, {
    type: undefined,
    messageKey: 'Message',
  });

export const accessDenied = (message: string): AwsError =>
  new AwsError('AccessDeniedException', 403, message, { type: undefined, messageKey: 'Message' });

/** What an ARN of another account gets: `{"Message":null}`. */
export const otherAccount = (): AwsError =>
  new AwsError('AccessDeniedException', 403, 'The resource belongs to another account.', {
    type: undefined,
    messageKey: 'Message',
    members: { Message: null },
  });

/** Not AWS's: an honest answer where Lamplight lacks something. 501 is not retried by SDKs. */
export const notSupported = (what: string): AwsError =>
  new AwsError('UnsupportedOperationException', 501, `${what} is not supported by Lamplight.`, {
    type: 'User',
  });
