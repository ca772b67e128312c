/** SNS's operations: what goes in and out, by the names of its model (botocore, 2010-03-31). */
import { blob, boolean, list, map, string, structure } from '../wire/shape.ts';

const attributes = map(string);
const tags = list(structure({ Key: string, Value: string }));

const message = {
  Message: string,
  Subject: string,
  MessageStructure: string,
  MessageAttributes: map(structure({ DataType: string, StringValue: string, BinaryValue: blob }), {
    key: 'Name',
    value: 'Value',
  }),
  MessageDeduplicationId: string,
  MessageGroupId: string,
} as const;

const subscriptions = list(
  structure({ SubscriptionArn: string, Owner: string, Protocol: string, Endpoint: string, TopicArn: string }),
);

export const SNS_SHAPES = {
  AddPermission: {
    input: structure({
      TopicArn: string,
      Label: string,
      AWSAccountId: list(string),
      ActionName: list(string),
    }),
    output: undefined,
  },
  ConfirmSubscription: {
    input: structure({ TopicArn: string, Token: string, AuthenticateOnUnsubscribe: string }),
    output: structure({ SubscriptionArn: string }),
  },
  CreateTopic: {
    input: structure({ Name: string, Attributes: attributes, Tags: tags, DataProtectionPolicy: string }),
    output: structure({ TopicArn: string }),
  },
  DeleteTopic: { input: structure({ TopicArn: string }), output: undefined },
  GetSubscriptionAttributes: {
    input: structure({ SubscriptionArn: string }),
    output: structure({ Attributes: attributes }),
  },
  GetTopicAttributes: {
    input: structure({ TopicArn: string }),
    output: structure({ Attributes: attributes }),
  },
  ListSubscriptions: {
    input: structure({ NextToken: string }),
    output: structure({ Subscriptions: subscriptions, NextToken: string }),
  },
  ListSubscriptionsByTopic: {
    input: structure({ TopicArn: string, NextToken: string }),
    output: structure({ Subscriptions: subscriptions, NextToken: string }),
  },
  ListTagsForResource: { input: structure({ ResourceArn: string }), output: structure({ Tags: tags }) },
  ListTopics: {
    input: structure({ NextToken: string }),
    output: structure({ Topics: list(structure({ TopicArn: string })), NextToken: string }),
  },
  Publish: {
    input: structure({ TopicArn: string, TargetArn: string, PhoneNumber: string, ...message }),
    output: structure({ MessageId: string, SequenceNumber: string }),
  },
  PublishBatch: {
    input: structure({
      TopicArn: string,
      PublishBatchRequestEntries: list(structure({ Id: string, ...message })),
    }),
    output: structure({
      Successful: list(structure({ Id: string, MessageId: string, SequenceNumber: string })),
      Failed: list(structure({ Id: string, Code: string, Message: string, SenderFault: boolean })),
    }),
  },
  RemovePermission: { input: structure({ TopicArn: string, Label: string }), output: undefined },
  SetSubscriptionAttributes: {
    input: structure({ SubscriptionArn: string, AttributeName: string, AttributeValue: string }),
    output: undefined,
  },
  SetTopicAttributes: {
    input: structure({ TopicArn: string, AttributeName: string, AttributeValue: string }),
    output: undefined,
  },
  Subscribe: {
    input: structure({
      TopicArn: string,
      Protocol: string,
      Endpoint: string,
      Attributes: attributes,
      ReturnSubscriptionArn: boolean,
    }),
    output: structure({ SubscriptionArn: string }),
  },
  TagResource: { input: structure({ ResourceArn: string, Tags: tags }), output: structure({}) },
  Unsubscribe: { input: structure({ SubscriptionArn: string }), output: undefined },
  UntagResource: {
    input: structure({ ResourceArn: string, TagKeys: list(string) }),
    output: structure({}),
  },
} as const;

export type SnsOperation = keyof typeof SNS_SHAPES;
