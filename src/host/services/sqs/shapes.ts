/** SQS's operations: what goes in and out, by the names of its model (botocore, 2012-11-05). */
import { blob, boolean, integer, list, map, string, structure } from '../wire/shape.ts';

const QueueUrl = string;
const strings = (flat: string) => list(string, flat);
const attributeMap = map(string, { flat: 'Attribute', key: 'Name', value: 'Value' });
const tagMap = map(string, { flat: 'Tag', key: 'Key', value: 'Value' });

const messageAttribute = structure({
  StringValue: string,
  BinaryValue: blob,
  StringListValues: strings('StringListValue'),
  BinaryListValues: list(blob, 'BinaryListValue'),
  DataType: string,
});
const messageAttributes = map(messageAttribute, { flat: 'MessageAttribute', key: 'Name', value: 'Value' });
const systemAttributes = map(messageAttribute, {
  flat: 'MessageSystemAttribute',
  key: 'Name',
  value: 'Value',
});

const messageToSend = {
  MessageBody: string,
  DelaySeconds: integer,
  MessageAttributes: messageAttributes,
  MessageSystemAttributes: systemAttributes,
  MessageDeduplicationId: string,
  MessageGroupId: string,
} as const;

const sent = {
  MD5OfMessageBody: string,
  MD5OfMessageAttributes: string,
  MD5OfMessageSystemAttributes: string,
  MessageId: string,
  SequenceNumber: string,
} as const;

const failed = list(
  structure({ Id: string, SenderFault: boolean, Code: string, Message: string }),
  'BatchResultErrorEntry',
);

const message = structure({
  MessageId: string,
  ReceiptHandle: string,
  MD5OfBody: string,
  Body: string,
  Attributes: attributeMap,
  MD5OfMessageAttributes: string,
  MessageAttributes: messageAttributes,
});

const moveTask = structure({
  TaskHandle: string,
  Status: string,
  SourceArn: string,
  DestinationArn: string,
  MaxNumberOfMessagesPerSecond: integer,
  ApproximateNumberOfMessagesMoved: integer,
  ApproximateNumberOfMessagesToMove: integer,
  FailureReason: string,
  StartedTimestamp: integer,
});

const nothing = structure({});

export const SQS_SHAPES = {
  AddPermission: {
    input: structure({
      QueueUrl,
      Label: string,
      AWSAccountIds: strings('AWSAccountId'),
      Actions: strings('ActionName'),
    }),
    output: nothing,
  },
  CancelMessageMoveTask: {
    input: structure({ TaskHandle: string }),
    output: structure({ ApproximateNumberOfMessagesMoved: integer }),
  },
  ChangeMessageVisibility: {
    input: structure({ QueueUrl, ReceiptHandle: string, VisibilityTimeout: integer }),
    output: nothing,
  },
  ChangeMessageVisibilityBatch: {
    input: structure({
      QueueUrl,
      Entries: list(
        structure({ Id: string, ReceiptHandle: string, VisibilityTimeout: integer }),
        'ChangeMessageVisibilityBatchRequestEntry',
      ),
    }),
    output: structure({
      Successful: list(structure({ Id: string }), 'ChangeMessageVisibilityBatchResultEntry'),
      Failed: failed,
    }),
  },
  CreateQueue: {
    input: structure({ QueueName: string, Attributes: attributeMap, tags: tagMap }),
    output: structure({ QueueUrl }),
  },
  DeleteMessage: { input: structure({ QueueUrl, ReceiptHandle: string }), output: nothing },
  DeleteMessageBatch: {
    input: structure({
      QueueUrl,
      Entries: list(structure({ Id: string, ReceiptHandle: string }), 'DeleteMessageBatchRequestEntry'),
    }),
    output: structure({
      Successful: list(structure({ Id: string }), 'DeleteMessageBatchResultEntry'),
      Failed: failed,
    }),
  },
  DeleteQueue: { input: structure({ QueueUrl }), output: nothing },
  GetQueueAttributes: {
    input: structure({ QueueUrl, AttributeNames: strings('AttributeName') }),
    output: structure({ Attributes: attributeMap }),
  },
  GetQueueUrl: {
    input: structure({ QueueName: string, QueueOwnerAWSAccountId: string }),
    output: structure({ QueueUrl }),
  },
  ListDeadLetterSourceQueues: {
    input: structure({ QueueUrl, NextToken: string, MaxResults: integer }),
    output: structure({ queueUrls: strings('QueueUrl'), NextToken: string }),
  },
  ListMessageMoveTasks: {
    input: structure({ SourceArn: string, MaxResults: integer }),
    output: structure({ Results: list(moveTask, 'ListMessageMoveTasksResultEntry') }),
  },
  ListQueues: {
    input: structure({ QueueNamePrefix: string, NextToken: string, MaxResults: integer }),
    output: structure({ QueueUrls: strings('QueueUrl'), NextToken: string }),
  },
  ListQueueTags: { input: structure({ QueueUrl }), output: structure({ Tags: tagMap }) },
  PurgeQueue: { input: structure({ QueueUrl }), output: nothing },
  ReceiveMessage: {
    input: structure({
      QueueUrl,
      AttributeNames: strings('AttributeName'),
      MessageSystemAttributeNames: strings('MessageSystemAttributeName'),
      MessageAttributeNames: strings('MessageAttributeName'),
      MaxNumberOfMessages: integer,
      VisibilityTimeout: integer,
      WaitTimeSeconds: integer,
      ReceiveRequestAttemptId: string,
    }),
    output: structure({ Messages: list(message, 'Message') }),
  },
  RemovePermission: { input: structure({ QueueUrl, Label: string }), output: nothing },
  SendMessage: { input: structure({ QueueUrl, ...messageToSend }), output: structure(sent) },
  SendMessageBatch: {
    input: structure({
      QueueUrl,
      Entries: list(structure({ Id: string, ...messageToSend }), 'SendMessageBatchRequestEntry'),
    }),
    output: structure({
      Successful: list(structure({ Id: string, ...sent }), 'SendMessageBatchResultEntry'),
      Failed: failed,
    }),
  },
  SetQueueAttributes: { input: structure({ QueueUrl, Attributes: attributeMap }), output: nothing },
  StartMessageMoveTask: {
    input: structure({
      SourceArn: string,
      DestinationArn: string,
      MaxNumberOfMessagesPerSecond: integer,
    }),
    output: structure({ TaskHandle: string }),
  },
  TagQueue: { input: structure({ QueueUrl, Tags: tagMap }), output: nothing },
  UntagQueue: { input: structure({ QueueUrl, TagKeys: strings('TagKey') }), output: nothing },
} as const;

export type SqsOperation = keyof typeof SQS_SHAPES;
