/** Queues themselves: created, found, listed, deleted, emptied. */
import { invalidParameter, required, sqsError } from '../errors.ts';
import { queueAt, urlOf, type SqsOperations } from '../operation.ts';
import { pageOf } from '../paging.ts';
import { checkAttributes, withAttributes, type QueueAttributes } from '../queueAttributes.ts';
import { attributeOf, type Queue } from '../queueTable.ts';
import { checkDeadLetterTarget } from './deadLetterTarget.ts';

const PURGE_MS = 60_000;

export const queueOperations: Pick<
  SqsOperations,
  'CreateQueue' | 'DeleteQueue' | 'GetQueueUrl' | 'ListDeadLetterSourceQueues' | 'ListQueues' | 'PurgeQueue'
> = {
  CreateQueue: call => {
    const { host, input } = call;
    const name = required(input.QueueName, 'QueueName');
    const attributes = withoutEmpty(input.Attributes ?? {});
    const isFifo = attributes['FifoQueue'] === 'true';
    const existing = host.queues.table.get(name);
    if (existing !== undefined) {
      checkAttributes(attributes, existing.isFifo);
      checkSame(existing, attributes);
      return { QueueUrl: urlOf(call, existing) };
    }
    checkName(name, isFifo);
    checkAttributes(attributes, isFifo);
    checkDeadLetterTarget(host, attributes, isFifo, `arn:aws:sqs:${host.region}:${host.accountId}:${name}`);
    const fresh = { name, isFifo, attributes: withAttributes({}, attributes), tags: { ...input.tags } };
    return { QueueUrl: urlOf(call, host.queues.table.create(fresh, host.clock.serviceNow())) };
  },
  DeleteQueue: ({ host, input }) => {
    host.queues.table.delete(queueAt(host, input.QueueUrl));
    return {};
  },
  GetQueueUrl: call => {
    const { host, input } = call;
    const name = required(input.QueueName, 'QueueName');
    const account = input.QueueOwnerAWSAccountId ?? host.accountId;
    return { QueueUrl: urlOf(call, queueAt(host, `${account}/${name}`)) };
  },
  ListQueues: call => {
    const { host, input } = call;
    const prefix = input.QueueNamePrefix ?? '';
    const all = host.queues.table.list().filter(({ name }) => name.startsWith(prefix));
    const { queues, next } = pageOf(all, input);
    if (queues.length === 0) return {};
    return { QueueUrls: queues.map(queue => urlOf(call, queue)), NextToken: next };
  },
  ListDeadLetterSourceQueues: call => {
    const { host, input } = call;
    const sources = host.queues.table.sourcesOf(queueAt(host, input.QueueUrl));
    const { queues, next } = pageOf(sources, input);
    return { queueUrls: queues.map(queue => urlOf(call, queue)), NextToken: next };
  },
  PurgeQueue: ({ host, input }) => {
    const queue = queueAt(host, input.QueueUrl);
    const now = host.clock.serviceNow();
    if (queue.purgedAt !== undefined && now < queue.purgedAt + PURGE_MS)
      throw sqsError(
        'PurgeQueueInProgress',
        `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
      );
    host.queues.table.update(queue, { purgedAt: now });
    host.queues.purge(queue);
    return {};
  },
};

/** An empty policy is none. */
const withoutEmpty = (attributes: QueueAttributes): QueueAttributes =>
  Object.fromEntries(
    Object.entries(attributes).filter(([name, value]) => value !== '' || !name.endsWith('Policy')),
  );

function checkName(name: string, isFifo: boolean): void {
  if (isFifo && !name.endsWith('.fifo'))
    throw invalidParameter(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    );
  const plain = isFifo ? name.slice(0, -'.fifo'.length) : name;
  if (name.length > 80 || !/^[\w-]+$/.test(plain))
    throw invalidParameter(
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
}

/** Creating a queue again is no error where what is said of it is what it is. */
function checkSame(queue: Queue, attributes: QueueAttributes): void {
  for (const [name, value] of Object.entries(attributes))
    if (attributeOf(queue, name) !== value)
      throw sqsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${name}`,
      );
}
