/** SendMessage and SendMessageBatch. */
import { senderIdOf } from '../../senderId.ts';
import type { ValueOf } from '../../wire/shape.ts';
import type { GivenMessage } from '../checkMessage.ts';
import { invalidParameter, sqsError } from '../errors.ts';
import { bytesOfAttributes, type GivenAttributes, type MessageAttributes } from '../messageAttributes.ts';
import { queueAt, type SqsOperations } from '../operation.ts';
import { attributeOf, type Queue } from '../queueTable.ts';
import type { SentMessage } from '../sendMessages.ts';
import type { SQS_SHAPES } from '../shapes.ts';
import { checkBatch, runBatch } from './batch.ts';

type SendInput = Omit<ValueOf<(typeof SQS_SHAPES)['SendMessage']['input']>, 'QueueUrl'>;

/** Bytes of all messages of a batch. */
const MAX_BATCH_BYTES = 1_048_576;

export const sendOperations: Pick<SqsOperations, 'SendMessage' | 'SendMessageBatch'> = {
  SendMessage: ({ host, input, caller, traceHeader }) =>
    answer(host.queues.send(queueAt(host, input.QueueUrl), given(input, traceHeader), senderIdOf(caller))),
  SendMessageBatch: ({ host, input, caller, traceHeader }) => {
    const queue = queueAt(host, input.QueueUrl);
    const entries = checkBatch(input.Entries, 'SendMessageBatchRequestEntry');
    const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
    if (bytes > MAX_BATCH_BYTES)
      throw sqsError(
        'BatchRequestTooLong',
        `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
      );
    if (queue.isFifo) for (const entry of entries) checkFifoEntry(queue, entry);
    const senderId = senderIdOf(caller);
    return runBatch(entries, entry => answer(host.queues.send(queue, given(entry, traceHeader), senderId)));
  },
};

const given = (input: SendInput, traceHeader: string | undefined): GivenMessage => ({
  traceHeader,
  body: input.MessageBody,
  delaySeconds: input.DelaySeconds,
  attributes: input.MessageAttributes,
  systemAttributes: input.MessageSystemAttributes,
  groupId: input.MessageGroupId,
  deduplicationId: input.MessageDeduplicationId,
});

const answer = (sent: SentMessage): Record<string, string> & { MessageId: string } => ({
  MessageId: sent.messageId,
  MD5OfMessageBody: sent.md5OfBody,
  ...(sent.md5OfAttributes === undefined ? {} : { MD5OfMessageAttributes: sent.md5OfAttributes }),
  ...(sent.md5OfSystemAttributes === undefined
    ? {}
    : { MD5OfMessageSystemAttributes: sent.md5OfSystemAttributes }),
  ...(sent.sequenceNumber === undefined ? {} : { SequenceNumber: sent.sequenceNumber }),
});

/** Attributes that are none are refused later, each for itself. */
function bytesOf({ MessageBody = '', MessageAttributes }: SendInput): number {
  const attributes: GivenAttributes = MessageAttributes ?? {};
  const sized: MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType = '', StringValue, BinaryValue }]) => [
      name,
      {
        DataType,
        ...(StringValue === undefined ? {} : { StringValue }),
        ...(BinaryValue === undefined ? {} : { BinaryValue }),
      },
    ]),
  );
  return Buffer.byteLength(MessageBody) + bytesOfAttributes(sized);
}

/** Recorded: what every message of a FIFO queue needs is asked of the whole batch first. */
function checkFifoEntry(queue: Queue, entry: SendInput): void {
  if (entry.MessageGroupId === undefined)
    throw invalidParameter('The request must contain the parameter MessageGroupId.');
  if (
    entry.MessageDeduplicationId === undefined &&
    attributeOf(queue, 'ContentBasedDeduplication') !== 'true'
  )
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
}
