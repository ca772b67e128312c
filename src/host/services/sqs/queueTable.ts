/** The queues, without what is in them: in memory and in the database at once. */
import type { ResourceArn } from '../../delivery/resourceArn.ts';
import type { Database } from '../../state/database.ts';
import { defaultAttributes, type QueueAttributes } from './queueAttributes.ts';
import { parseRedrivePolicy } from './redrivePolicy.ts';

export interface Queue {
  /** Row of the database: another one for a queue that was deleted and made again. */
  readonly id: number;
  readonly name: string;
  readonly arn: string;
  readonly isFifo: boolean;
  /** Those that were set, by AWS's names. */
  readonly attributes: QueueAttributes;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch milliseconds, service time. */
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** When it was last emptied by PurgeQueue. */
  readonly purgedAt?: number;
}

export type QueueChange = Partial<Pick<Queue, 'attributes' | 'tags' | 'modifiedAt' | 'purgedAt'>>;

export interface QueueTable {
  /** In the order of their names. */
  list(): readonly Queue[];
  get(name: string): Queue | undefined;
  /** By ARN; undefined for one of another account, region or service too. */
  find(arn: string): Queue | undefined;
  create(fresh: Pick<Queue, 'attributes' | 'isFifo' | 'name' | 'tags'>, now: number): Queue;
  update(queue: Queue, change: QueueChange): Queue;
  /** With all that is in it. */
  delete(queue: Queue): void;
  /** Those whose dead-letter queue it is. */
  sourcesOf(queue: Queue): readonly Queue[];
}

type QueueRecord = Omit<Queue, 'arn' | 'id' | 'name'>;

/** The value of an attribute, set or not. */
export const attributeOf = (queue: Queue, name: string): string | undefined =>
  queue.attributes[name] ?? defaultAttributes(queue.isFifo)[name];

/** Of one that is a number and always there. */
export const numberOf = (queue: Queue, name: string): number => Number(attributeOf(queue, name));

/** The ARN in its redrive policy. */
export function deadLetterTarget(
  queue: Queue,
): { readonly target: ResourceArn; readonly maxReceiveCount: number } | undefined {
  const policy = queue.attributes['RedrivePolicy'];
  return policy === undefined ? undefined : parseRedrivePolicy(policy);
}

export function createQueueTable(
  database: Database,
  scope: { readonly accountId: string; readonly region: string },
): QueueTable {
  const arnOf = (name: string): string => `arn:aws:sqs:${scope.region}:${scope.accountId}:${name}`;
  const queues = new Map<string, Queue>(
    database
      .query<{ readonly id: number; readonly name: string; readonly record: string }>(
        'SELECT id, name, record FROM sqs_queues',
      )
      .all()
      .map(({ id, name, record }) => [
        name,
        { id, name, arn: arnOf(name), ...(JSON.parse(record) as QueueRecord) },
      ]),
  );
  const insert = database.query<{ readonly id: number }>(
    'INSERT INTO sqs_queues (name, record) VALUES (?, ?) RETURNING id',
  );
  const write = database.query('UPDATE sqs_queues SET record = ? WHERE id = ?');
  const remove = database.query('DELETE FROM sqs_queues WHERE id = ?');
  let sorted: readonly Queue[] | undefined;
  const keep = (queue: Queue): Queue => {
    queues.set(queue.name, queue);
    sorted = undefined;
    return queue;
  };
  const list = (): readonly Queue[] =>
    (sorted ??= [...queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));

  return {
    list,
    get: name => queues.get(name),
    find: arn => {
      const queue = queues.get(arn.slice(arn.lastIndexOf(':') + 1));
      return queue?.arn === arn ? queue : undefined;
    },
    create: (fresh, now) => {
      const record: QueueRecord = {
        isFifo: fresh.isFifo,
        attributes: fresh.attributes,
        tags: fresh.tags,
        createdAt: now,
        modifiedAt: now,
      };
      const row = insert.get(fresh.name, JSON.stringify(record));
      if (row === undefined) throw new Error(`The queue ${fresh.name} was not stored.`);
      return keep({ id: row.id, name: fresh.name, arn: arnOf(fresh.name), ...record });
    },
    update: (queue, change) => {
      const changed = { ...queue, ...change };
      const { id, name: _name, arn: _arn, ...record } = changed;
      write.run(JSON.stringify(record), id);
      return keep(changed);
    },
    delete: queue => {
      remove.run(queue.id);
      queues.delete(queue.name);
      sorted = undefined;
    },
    sourcesOf: queue => list().filter(one => deadLetterTarget(one)?.target.text === queue.arn),
  };
}
