/** Attributes of topics: which there are, and what is shown. */
import { parsePolicy, PolicyError } from '../../functions/policy/parsePolicy.ts';
import { invalidParameter } from './errors.ts';
import type { SnsHost } from './operation.ts';
import type { Topic } from './topics.ts';

const SETTABLE = new Set([
  'DisplayName',
  'DeliveryPolicy',
  'Policy',
  'KmsMasterKeyId',
  'SignatureVersion',
  'TracingConfig',
]);
const SETTABLE_FIFO = new Set([
  ...SETTABLE,
  'ContentBasedDeduplication',
  'FifoThroughputScope',
  'ArchivePolicy',
]);

const VALUES: Readonly<Record<string, readonly string[]>> = {
  ContentBasedDeduplication: ['true', 'false'],
  FifoThroughputScope: ['Topic', 'MessageGroup'],
  SignatureVersion: ['1', '2'],
  TracingConfig: ['Active', 'PassThrough'],
};

/** Throws InvalidParameter; `where` begins its text. */
export function checkTopicAttribute(name: string, value: string, isFifo: boolean, where: string): void {
  if (!(isFifo ? SETTABLE_FIFO : SETTABLE).has(name) && !/FeedbackRoleArn$|FeedbackSampleRate$/.test(name))
    throw invalidParameter(where === '' ? 'AttributeName' : `${where}Unknown Attribute ${name}`);
  if (VALUES[name] !== undefined && !VALUES[name].includes(value))
    throw invalidParameter(`${where}${name}: Invalid value [${value}].`);
  if (name !== 'Policy' || value === '') return;
  try {
    parsePolicy(value, 'sns');
  } catch (error) {
    if (error instanceof PolicyError) throw invalidParameter(`${where}Policy: ${error.message}`);
    throw error;
  }
}

const HTTP_POLICY = {
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: 'linear',
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
  },
};

export const policyOf = (topic: Topic, accountId: string): string =>
  topic.attributes['Policy'] ??
  JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes',
          'SNS:SetTopicAttributes',
          'SNS:AddPermission',
          'SNS:RemovePermission',
          'SNS:DeleteTopic',
          'SNS:Subscribe',
          'SNS:ListSubscriptionsByTopic',
          'SNS:Publish',
        ],
        Resource: topic.arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
      },
    ],
  });

export function describeTopic(host: SnsHost, topic: Topic): Record<string, string> {
  const subscriptions = host.topics.subscriptions(topic.arn);
  const pending = subscriptions.filter(({ token }) => token !== undefined).length;
  return {
    Policy: policyOf(topic, host.accountId),
    Owner: host.accountId,
    SubscriptionsPending: String(pending),
    TopicArn: topic.arn,
    EffectiveDeliveryPolicy: JSON.stringify(HTTP_POLICY),
    SubscriptionsConfirmed: String(subscriptions.length - pending),
    SubscriptionsDeleted: String(topic.deleted),
    DisplayName: '',
    ...(topic.isFifo ? { ContentBasedDeduplication: 'false' } : {}),
    ...topic.attributes,
  };
}
