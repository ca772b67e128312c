/** One operation: the call that it answers, and what it may use for that. */
import type { Caller } from '../../gateway/service.ts';
import type { Clock } from '../../clock.ts';
import type { ValueOf } from '../wire/shape.ts';
import { queueDoesNotExist, required } from './errors.ts';
import type { MoveTasks } from './moveTasks.ts';
import type { Queues } from './queues.ts';
import type { Queue } from './queueTable.ts';
import type { SQS_SHAPES, SqsOperation } from './shapes.ts';

export interface SqsHost {
  readonly queues: Queues;
  readonly moveTasks: MoveTasks;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
}

export interface SqsCall<O extends SqsOperation> {
  readonly host: SqsHost;
  readonly input: ValueOf<(typeof SQS_SHAPES)[O]['input']>;
  readonly caller: Caller;
  /** `http://127.0.0.1:PORT`, as the caller reaches this host. */
  readonly origin: string;
  /** X-Ray's, of the request: SDKs in handlers send theirs, with the lineage of calls. */
  readonly traceHeader: string | undefined;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

type Output<O extends SqsOperation> = ValueOf<(typeof SQS_SHAPES)[O]['output']>;

export type SqsOperations = {
  readonly [O in SqsOperation]: (call: SqsCall<O>) => Output<O> | Promise<Output<O>>;
};

export const urlOf = (call: Pick<SqsCall<'ListQueues'>, 'host' | 'origin'>, queue: Queue): string =>
  `${call.origin}/${call.host.accountId}/${queue.name}`;

/**
 * The queue that a URL names, whatever host and port it has: they may be those of an earlier start. A name alone does too.
 * Throws QueueDoesNotExist.
 */
export function queueAt(host: SqsHost, url: string | undefined): Queue {
  const [name = '', account] = required(url, 'QueueUrl').replace(/\/+$/, '').split('/').reverse();
  const isHere = account === undefined || account === host.accountId;
  const queue = isHere ? host.queues.table.get(name) : undefined;
  if (queue === undefined) throw queueDoesNotExist();
  return queue;
}
