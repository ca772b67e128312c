/**
 * Errors of SQS: each has a name in the JSON protocol, and another one in the query protocol, which clients of the JSON
 * protocol hear too (`x-amzn-query-error`). Recorded from AWS, where not said otherwise, in LocalStack's validated tests.
 */
import { AwsError } from '../../../protocol/awsError.ts';

interface Spelling {
  /** Namespace of the name in JSON. */
  readonly space: string;
  readonly query: string;
  readonly status: number;
}

const SQS = 'com.amazonaws.sqs';
const CORAL = 'com.amazon.coral.service';

const own = (query: string, status = 400): Spelling => ({ space: SQS, query, status });
const legacy = (name: string, status = 400): Spelling => own(`AWS.SimpleQueueService.${name}`, status);

const SPELLINGS: Readonly<Record<string, Spelling>> = {
  BatchEntryIdsNotDistinct: legacy('BatchEntryIdsNotDistinct'),
  BatchRequestTooLong: legacy('BatchRequestTooLong'),
  EmptyBatchRequest: legacy('EmptyBatchRequest'),
  InvalidAttributeName: own('InvalidAttributeName'),
  InvalidAttributeValue: own('InvalidAttributeValue'),
  InvalidBatchEntryId: legacy('InvalidBatchEntryId'),
  InvalidMessageContents: own('InvalidMessageContents'),
  OverLimit: own('OverLimit', 403),
  PurgeQueueInProgress: legacy('PurgeQueueInProgress', 403),
  QueueDoesNotExist: legacy('NonExistentQueue'),
  QueueNameExists: own('QueueAlreadyExists'),
  ReceiptHandleIsInvalid: own('ReceiptHandleIsInvalid'),
  ResourceNotFoundException: own('ResourceNotFoundException', 404),
  TooManyEntriesInBatchRequest: legacy('TooManyEntriesInBatchRequest'),
  UnsupportedOperation: legacy('UnsupportedOperation'),
  AccessDeniedException: { space: CORAL, query: 'AccessDenied', status: 403 },
  InvalidParameterValueException: { space: CORAL, query: 'InvalidParameterValue', status: 400 },
  MissingRequiredParameterException: { space: CORAL, query: 'MissingParameter', status: 400 },
  SerializationException: { space: CORAL, query: 'MalformedInput', status: 400 },
  UnknownOperationException: { space: CORAL, query: 'InvalidAction', status: 400 },
};

/** How the wire names an error of this code; what is not SQS's own has one name everywhere. */
export const spellingOf = (code: string): Omit<Spelling, 'status'> =>
  SPELLINGS[code] ?? { space: CORAL, query: code };

export type SqsCode = keyof typeof SPELLINGS;

export function sqsError(code: SqsCode, message: string): AwsError {
  return new AwsError(code, SPELLINGS[code]?.status ?? 400, message);
}

export const invalidParameter = (message: string): AwsError =>
  sqsError('InvalidParameterValueException', message);

export const invalidValue = (value: number | string, parameter: string, reason: string): AwsError =>
  invalidParameter(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`);

export const missingParameter = (name: string): AwsError =>
  sqsError('MissingRequiredParameterException', `The request must contain the parameter ${name}.`);

/** The query protocol's clients hear it with other words (protocol/answer). */
export const queueDoesNotExist = (): AwsError =>
  sqsError('QueueDoesNotExist', 'The specified queue does not exist.');

export const expiredReceipt = (handle: string): AwsError =>
  invalidValue(handle, 'ReceiptHandle', 'The receipt handle has expired.');

export const unavailableReceipt = (handle: string): AwsError =>
  invalidValue(
    handle,
    'ReceiptHandle',
    'Message does not exist or is not available for visibility timeout change.',
  );

/** The value, or the error that AWS gives where a parameter that is required is not there. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw missingParameter(name);
  return value;
}
