/** Attributes, tags and permissions of queues. */
import { invalidValue, required, sqsError } from '../errors.ts';
import { queueAt, type SqsHost, type SqsOperations } from '../operation.ts';
import {
  ATTRIBUTE_NAMES,
  checkAttributes,
  COUNTS,
  defaultAttributes,
  withAttributes,
} from '../queueAttributes.ts';
import type { Queue } from '../queueTable.ts';
import { checkDeadLetterTarget } from './deadLetterTarget.ts';

export const attributeOperations: Pick<
  SqsOperations,
  'GetQueueAttributes' | 'ListQueueTags' | 'SetQueueAttributes' | 'TagQueue' | 'UntagQueue'
> = {
  GetQueueAttributes: ({ host, input }) => {
    const queue = queueAt(host, input.QueueUrl);
    const names = input.AttributeNames ?? [];
    const unknown = names.find(name => name !== 'All' && !ATTRIBUTE_NAMES.has(name));
    if (unknown !== undefined) throw sqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
    const all = allAttributes(host, queue);
    const picked = names.includes('All')
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
    return Object.keys(picked).length === 0 ? {} : { Attributes: picked };
  },
  SetQueueAttributes: ({ host, input }) => {
    const queue = queueAt(host, input.QueueUrl);
    const set = required(input.Attributes, 'Attribute.Name');
    checkAttributes(set, queue.isFifo);
    checkDeadLetterTarget(host, set, queue.isFifo, queue.arn);
    const changed = host.queues.table.update(queue, {
      attributes: withAttributes(queue.attributes, set),
      modifiedAt: host.clock.serviceNow(),
    });
    host.queues.attributesChanged(queue, changed);
    return {};
  },
  ListQueueTags: ({ host, input }) => {
    const { tags } = queueAt(host, input.QueueUrl);
    return Object.keys(tags).length === 0 ? {} : { Tags: tags };
  },
  TagQueue: ({ host, input }) => {
    const queue = queueAt(host, input.QueueUrl);
    const tags = { ...queue.tags, ...required(input.Tags, 'Tags') };
    const count = Object.keys(tags).length;
    if (count > MAX_TAGS) throw invalidValue(count, 'Tags', `A queue can have at most ${MAX_TAGS} tags.`);
    host.queues.table.update(queue, { tags });
    return {};
  },
  UntagQueue: ({ host, input }) => {
    const queue = queueAt(host, input.QueueUrl);
    const keys = required(input.TagKeys, 'TagKeys');
    const tags = Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !keys.includes(key)));
    host.queues.table.update(queue, { tags });
    return {};
  },
};

const MAX_TAGS = 50;

const seconds = (ms: number): string => String(Math.floor(ms / 1_000));

function allAttributes(host: SqsHost, queue: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = host.queues.counts(queue);
  const [VISIBLE, IN_FLIGHT, DELAYED] = COUNTS;
  return {
    QueueArn: queue.arn,
    [VISIBLE]: String(visible),
    [IN_FLIGHT]: String(inFlight),
    [DELAYED]: String(delayed),
    CreatedTimestamp: seconds(queue.createdAt),
    LastModifiedTimestamp: seconds(queue.modifiedAt),
    ...defaultAttributes(queue.isFifo),
    ...queue.attributes,
  };
}
