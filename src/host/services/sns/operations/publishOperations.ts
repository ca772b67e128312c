/** Publish and PublishBatch. */
import { AwsError } from '../../../../protocol/awsError.ts';
import { invalidParameter, required, snsError } from '../errors.ts';
import { topicAt, type SnsOperations } from '../operation.ts';
import { bytesOf, checkPublish, MAX_BYTES } from '../publishedMessage.ts';
import type { Published } from '../publish.ts';

const MAX_ENTRIES = 10;

export const publishOperations: Pick<SnsOperations, 'Publish' | 'PublishBatch'> = {
  Publish: ({ host, input, traceId }) => {
    if (input.PhoneNumber !== undefined)
      throw snsError('UnsupportedOperation', 'Text messages are not supported by Lamplight.', 501);
    const { TopicArn, TargetArn } = input;
    if (TopicArn === undefined && TargetArn === undefined)
      throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
    if (TargetArn?.includes(':endpoint/') === true)
      throw invalidParameter('TargetArn Reason: No endpoint found for the target arn specified');
    const topic = topicAt(host, TopicArn ?? TargetArn, TopicArn === undefined ? 'TargetArn' : 'TopicArn');
    return answer(host.publish(topic, checkPublish(topic, input, traceId)));
  },
  PublishBatch: ({ host, input, traceId }) => {
    const topic = topicAt(host, input.TopicArn);
    const entries = required(input.PublishBatchRequestEntries, 'publishBatchRequestEntries');
    checkIds(entries.map(({ Id }) => required(Id, 'publishBatchRequestEntries.1.member.id')));
    if (entries.reduce((sum, entry) => sum + bytesOf(entry), 0) > MAX_BYTES)
      throw snsError(
        'BatchRequestTooLong',
        'The length of all the messages put together is more than the limit.',
      );
    // Recorded: what is wrong with one message refuses the batch where the topic asks for it, or its shape is wrong.
    const Successful: { Id: string; MessageId: string; SequenceNumber?: string }[] = [];
    const Failed: { Id: string; Code: string; Message: string; SenderFault: boolean }[] = [];
    const checked = entries.map(entry => ({
      Id: entry.Id ?? '',
      message: checkPublish(topic, entry, traceId),
    }));
    for (const { Id, message } of checked) {
      try {
        Successful.push({ Id, ...answer(host.publish(topic, message)) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
      }
    }
    return { Successful, Failed };
  },
};

const answer = ({ messageId, sequenceNumber }: Published) => ({
  MessageId: messageId,
  ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
});

function checkIds(ids: readonly string[]): void {
  if (ids.length === 0) throw snsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (ids.length > MAX_ENTRIES)
    throw snsError(
      'TooManyEntriesInBatchRequest',
      'The batch request contains more entries than permissible.',
    );
  for (const id of ids) {
    if (id.length > 80)
      throw snsError(
        'InvalidBatchEntryId',
        `The Id of a batch entry in the batch request is too long: ${id}`,
      );
    if (!/^[\w-]+$/.test(id))
      throw snsError(
        'InvalidBatchEntryId',
        `The Id of a batch entry in the batch request contains an impermissible character: ${id}`,
      );
  }
  if (new Set(ids).size !== ids.length)
    throw snsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
}
