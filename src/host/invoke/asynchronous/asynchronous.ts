/** Asynchronous invocation whole: the queue of events, and where their results go. */
import type { PendingCount } from '../../../protocol/asynchronous.ts';
import type { Clock } from '../../clock.ts';
import type { DeliveryTargets } from '../../delivery/deliveryTargets.ts';
import { functionArn } from '../../functions/arn.ts';
import type { FunctionStore } from '../../functions/functionStore.ts';
import { functionIdOf, isKept } from '../../functions/keeping.ts';
import { recursiveLoop } from '../../functions/recursiveLoop.ts';
import type { Database } from '../../state/database.ts';
import type { FaultDecisions } from '../faults/faultRules.ts';
import type { Metrics } from '../metricStore.ts';
import type { InvokeRequest, InvokeResult } from '../request.ts';
import { createCommits } from '../../state/commits.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import type { DeliveryKind, NewDelivery } from './deliveryRows.ts';
import { deadLetterAttributes, destinationRecord } from './destinationRecord.ts';
import { followEventPolicies } from './eventPolicy.ts';
import { createEventQueue, type EventEnd, type EventQueue } from './eventQueue.ts';
import { createEventRows } from './eventRows.ts';
import { createFunctionTarget } from './functionTarget.ts';
import { createPendingCounts } from './pendingCounts.ts';
import { createStore } from '../../state/store.ts';

export interface AsynchronousOptions {
  /** Migrated with {@link import('../schema.ts').invokeMigrations}. */
  readonly database: Database;
  readonly clock: Clock;
  readonly functions: Pick<FunctionStore, 'get' | 'onChange' | 'settings' | 'accountId' | 'region'>;
  /** Functions are registered here. */
  readonly targets: DeliveryTargets;
  readonly metrics: Pick<Metrics, 'record'>;
  readonly faults: FaultDecisions;
  /** Events of one function that run at once. */
  readonly width: number;
  /** One attempt: resolves when the function has answered. */
  invoke(request: InvokeRequest): Promise<InvokeResult>;
  /** Request id of what runs in that environment. */
  currentOf(environmentId: string): string | undefined;
  /** Its reserved concurrency is 0. */
  isOff(functionName: string): boolean;
  notice(severity: 'warning' | 'error', message: string): void;
  /** Tells clients, a few times a second at most. */
  pendingChanged(pending: PendingCount): void;
}

export interface Asynchronous {
  /** The one way in: an event is accepted, as {@link EventQueue.accept} does, and everything else runs at once. */
  invoke(request: InvokeRequest): Promise<InvokeResult>;
  /** Events that have not come to their end, of functions that have any. */
  readonly pending: () => readonly PendingCount[];
  readonly queue: EventQueue;
  readonly deliveries: Deliveries;
  /** From now on what is due runs. */
  start(): void;
  /** Nothing more begins; what comes of that which runs is still stored. */
  pause(): void;
  /** Whatever ends from now on ends since the host does: it is not stored, and the next host does it again. */
  close(): void;
}

export function createAsynchronous(options: AsynchronousOptions): Asynchronous {
  const { database, clock, functions, metrics, targets } = options;
  const commits = createCommits(database);
  let isClosed = false;
  const failed = (error: unknown): void =>
    options.notice(
      'error',
      `Asynchronous events wait, for the database can't be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  const store = createStore(commits, clock, () => isClosed, failed);
  /** Who has been told of what. */
  const told = new Set<string>();

  const deliveries = createDeliveries({
    database,
    clock,
    targets,
    metrics,
    store,
    failed,
    undelivered: ({ message: { about }, target, kind }, error, isLast) => {
      const key = `${about.functionName} ${target} ${error} ${String(isLast)}`;
      if (told.has(key)) return;
      if (told.size > 1_000) told.clear();
      told.add(key);
      options.notice(
        'warning',
        `${kind === 'dead-letter' ? 'A dead letter' : 'A result'} of ${about.functionName} could not be sent to ${target}${isLast ? '' : ' yet'}: ${error}`,
      );
    },
  });

  function ended(end: EventEnd): (() => void) | undefined {
    const { event, payload, outcome, step, at } = end;
    const { onSuccess, onFailure, deadLetter } = event.policy;
    const isSuccess = step.condition === 'Success';
    const arn = functionArn(functions, event.functionName, event.qualifier ?? '$LATEST');
    const delivery = (
      kind: DeliveryKind,
      target: string,
      message: Pick<NewDelivery['message'], 'body' | 'attributes'>,
    ): NewDelivery => ({
      kind,
      target,
      ...(event.qualifier === undefined ? {} : { qualifier: event.qualifier }),
      createdAt: at,
      message: {
        ...message,
        about: {
          requestId: event.requestId,
          functionName: event.functionName,
          functionArn: arn,
          isSuccess,
          ...(step.condition === 'RecursiveInvocation' ? { isRecursive: true } : {}),
          at,
        },
        traceId: ('answer' in outcome ? outcome.answer.traceId : undefined) ?? event.origin.traceId,
      },
    });
    const results: NewDelivery[] = [];
    const destination = isSuccess ? onSuccess : onFailure;
    if (destination !== undefined)
      results.push(
        delivery(isSuccess ? 'success' : 'failure', destination, { body: destinationRecord(end, arn) }),
      );
    if (!isSuccess && deadLetter !== undefined)
      results.push(
        delivery('dead-letter', deadLetter, { body: payload, attributes: deadLetterAttributes(end) }),
      );
    return results.length === 0 ? undefined : deliveries.add(results);
  }

  const pending = createPendingCounts(clock, createEventRows(database).counts(), count =>
    options.pendingChanged(count),
  );
  // Events of hosts that did not note whose they are.
  database.run(
    `UPDATE events SET function_id = (SELECT id FROM functions WHERE name = function_name
       ORDER BY removed_at IS NOT NULL, removed_at DESC LIMIT 1) WHERE function_id IS NULL`,
  );
  const queue = createEventQueue({
    changed: (name, by) => pending.change(name, by),
    clock,
    functions,
    metrics,
    faults: options.faults,
    database,
    commits,
    store,
    policies: followEventPolicies(functions),
    width: options.width,
    invoke: request => options.invoke(request),
    isOff: name => options.isOff(name),
    idOf: name => functionIdOf(database, name),
    isKept: (name, id) => isKept(database, name, id),
    ended,
    failed,
  });
  const accept = (request: InvokeRequest): Promise<InvokeResult> => queue.accept(request);
  targets.register(
    'lambda',
    createFunctionTarget(functions, accept, name => recursiveLoop(functions.settings).get(name) === 'Allow'),
  );

  /** A handler's calls belong to what it was handling. */
  function withParent(request: InvokeRequest): InvokeRequest {
    const parent = request.parent ?? (request.caller && options.currentOf(request.caller));
    return parent === undefined ? request : { ...request, parent };
  }

  return {
    invoke: request =>
      request.type === 'Event' ? accept(withParent(request)) : options.invoke(withParent(request)),
    pending: () => pending.list(),
    queue,
    deliveries,
    start: () => {
      queue.start();
      deliveries.start();
    },
    pause: () => {
      queue.pause();
      deliveries.pause();
    },
    close: () => {
      commits.flush();
      pending.close();
      isClosed = true;
    },
  };
}
