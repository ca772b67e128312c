/** AddPermission and RemovePermission: statements of the topic's policy, by label. */
import { invalidParameter, required } from '../errors.ts';
import { topicAt, type SnsHost, type SnsOperations } from '../operation.ts';
import { policyOf } from '../topicAttributes.ts';
import type { Topic } from '../topics.ts';

interface Policy {
  readonly Statement: readonly { readonly Sid?: string }[];
}

const ACTIONS = new Set([
  'Publish',
  'RemovePermission',
  'SetTopicAttributes',
  'DeleteTopic',
  'ListSubscriptionsByTopic',
  'GetTopicAttributes',
  'AddPermission',
  'Subscribe',
]);

export const permissionOperations: Pick<SnsOperations, 'AddPermission' | 'RemovePermission'> = {
  AddPermission: ({ host, input }) => {
    const topic = topicAt(host, input.TopicArn);
    const Sid = required(input.Label, 'label');
    const actions = required(input.ActionName, 'actionName');
    const accounts = required(input.AWSAccountId, 'aWSAccountId');
    if (!actions.every(action => ACTIONS.has(action)))
      throw invalidParameter('Policy statement action out of service scope!');
    const policy = policyIn(host, topic);
    if (policy.Statement.some(one => one.Sid === Sid)) throw invalidParameter('Statement already exists');
    const statement = {
      Sid,
      Effect: 'Allow',
      Principal: { AWS: one(accounts.map(account => `arn:aws:iam::${account}:root`)) },
      Action: one(actions.map(action => `SNS:${action}`)),
      Resource: topic.arn,
    };
    write(host, topic, { ...policy, Statement: [...policy.Statement, statement] });
    return undefined;
  },
  RemovePermission: ({ host, input }) => {
    const topic = topicAt(host, input.TopicArn);
    const label = required(input.Label, 'label');
    const policy = policyIn(host, topic);
    write(host, topic, { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== label) });
    return undefined;
  },
};

const one = (values: readonly string[]): string | readonly string[] | undefined =>
  values.length === 1 ? values[0] : values;

function policyIn(host: SnsHost, topic: Topic): Policy {
  const policy = JSON.parse(policyOf(topic, host.accountId)) as Policy;
  return { ...policy, Statement: [policy.Statement].flat() };
}

const write = (host: SnsHost, topic: Topic, policy: Policy): unknown =>
  host.topics.put({ ...topic, attributes: { ...topic.attributes, Policy: JSON.stringify(policy) } });
