import { AwsError } from '../../../protocol/awsError.ts';

/** The input is not what the model says; without a text where it is no JSON at all. */
export const serializationError = (message: string | undefined): AwsError =>
  new AwsError('SerializationException', 400, message ?? 'The request body is not valid JSON.');
