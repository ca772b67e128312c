/** Topics, their attributes, tags and permissions. */
import { invalidParameter, required, snsError } from '../errors.ts';
import { pageOf, topicAt, type SnsHost, type SnsOperations } from '../operation.ts';
import { checkTopicAttribute, describeTopic } from '../topicAttributes.ts';
import type { Topic } from '../topics.ts';

export const topicOperations: Pick<
  SnsOperations,
  | 'CreateTopic'
  | 'DeleteTopic'
  | 'GetTopicAttributes'
  | 'ListTagsForResource'
  | 'ListTopics'
  | 'SetTopicAttributes'
  | 'TagResource'
  | 'UntagResource'
> = {
  CreateTopic: ({ host, input }) => {
    const name = required(input.Name, 'name');
    const attributes = { ...input.Attributes };
    const isFifo = attributes['FifoTopic'] === 'true';
    if (!isFifo) delete attributes['FifoTopic'];
    const plain = isFifo && name.endsWith('.fifo') ? name.slice(0, -'.fifo'.length) : name;
    if (name.length > 256 || !/^[\w-]+$/.test(plain) || isFifo !== name.endsWith('.fifo'))
      throw invalidParameter('Topic Name');
    for (const [key, value] of Object.entries(attributes))
      if (key !== 'FifoTopic') checkTopicAttribute(key, value, isFifo, 'Attributes Reason: ');
    const tags = tagsOf(input.Tags);
    const arn = `arn:aws:sns:${host.region}:${host.accountId}:${name}`;
    const existing = host.topics.get(arn);
    if (existing === undefined) host.topics.put({ arn, name, isFifo, attributes, tags, deleted: 0 });
    else checkSame(existing, attributes, tags);
    return { TopicArn: arn };
  },
  DeleteTopic: ({ host, input }) => {
    const arn = required(input.TopicArn, 'topicArn');
    const topic = host.topics.get(arn);
    if (topic !== undefined) host.topics.delete(topic);
    return undefined;
  },
  ListTopics: ({ host, input }) => {
    const { items, next } = pageOf(host.topics.list(), input.NextToken);
    return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken: next };
  },
  GetTopicAttributes: ({ host, input }) => ({
    Attributes: describeTopic(host, topicAt(host, input.TopicArn)),
  }),
  SetTopicAttributes: ({ host, input }) => {
    const topic = topicAt(host, input.TopicArn);
    const name = required(input.AttributeName, 'attributeName');
    const value = input.AttributeValue ?? '';
    checkTopicAttribute(name, value, topic.isFifo, '');
    host.topics.put({ ...topic, attributes: { ...topic.attributes, [name]: value } });
    return undefined;
  },
  ListTagsForResource: ({ host, input }) => ({
    Tags: Object.entries(resource(host, input.ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
  }),
  TagResource: ({ host, input }) => {
    const topic = resource(host, input.ResourceArn);
    const tags = { ...topic.tags, ...tagsOf(input.Tags) };
    if (Object.keys(tags).length > MAX_TAGS)
      throw snsError('TagLimitExceeded', 'Could not complete request: tag quota of per resource exceeded');
    host.topics.put({ ...topic, tags });
    return {};
  },
  UntagResource: ({ host, input }) => {
    const topic = resource(host, input.ResourceArn);
    const keys = input.TagKeys ?? [];
    const tags = Object.fromEntries(Object.entries(topic.tags).filter(([key]) => !keys.includes(key)));
    host.topics.put({ ...topic, tags });
    return {};
  },
};

const MAX_TAGS = 50;

function resource(host: SnsHost, arn: string | undefined): Topic {
  const topic = host.topics.get(required(arn, 'resourceArn'));
  if (topic === undefined) throw snsError('ResourceNotFound', 'Resource does not exist', 404);
  return topic;
}

function tagsOf(
  given: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): Record<string, string> {
  const keys = given.map(({ Key }) => required(Key, 'tags.1.member.key'));
  if (new Set(keys).size !== keys.length) throw invalidParameter('Duplicated keys are not allowed.');
  return Object.fromEntries(given.map(({ Value = '' }, index) => [keys[index] ?? '', Value]));
}

/** A topic may be created again as it is, or with less said of it. */
function checkSame(
  topic: Topic,
  attributes: Readonly<Record<string, string>>,
  tags: Readonly<Record<string, string>>,
): void {
  if (Object.entries(attributes).some(([name, value]) => topic.attributes[name] !== value))
    throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
  const isOther = Object.entries(tags).some(([key, value]) => topic.tags[key] !== value);
  if (isOther) throw invalidParameter('Tags Reason: Topic already exists with different tags');
}
