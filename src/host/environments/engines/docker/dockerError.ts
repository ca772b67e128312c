import { AwsError } from '../../../../protocol/awsError.ts';
import { engineWords } from './dockerClient.ts';

/** What a caller hears when no container can be had: AWS's code for trouble of its own, our words on what to do. */
export function dockerError(message: string, cause?: unknown): AwsError {
  return new AwsError('ServiceException', 500, message, {
    messageKey: 'Message',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The engine's words as the end of a sentence of ours. */
export function because(error: unknown): string {
  return engineWords(error).trim().replace(/\.$/, '');
}
