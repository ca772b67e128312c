/**
 * The queue of asynchronous events (spec/lambda-service.md §7.1): stored before they are accepted, run when they are due,
 * and gone when it is stored what their end brings about. What a host that dies was running is run again by the next one,
 * with the same attempt and age.
 */
import type { Clock } from '../../clock.ts';
import { functionArn } from '../../functions/arn.ts';
import type { FunctionStore } from '../../functions/functionStore.ts';
import type { Database } from '../../state/database.ts';
import { functionInState, functionNotFound } from '../errors.ts';
import type { MetricName } from '../../../protocol/metrics.ts';
import type { FaultDecisions } from '../faults/faultRules.ts';
import type { Metrics } from '../metricStore.ts';
import type { InvokeRequest, InvokeResult } from '../request.ts';
import { traceHeader } from '../trace.ts';
import { attempt, type AttemptOptions } from './attempt.ts';
import type { Commits } from '../../state/commits.ts';
import type { EventPolicies } from './eventPolicy.ts';
import { createEventRows, type EventRows, type EventsOf } from './eventRows.ts';
import { createLanes, type LaneItem, type Ran } from '../../state/lanes.ts';
import { deadlineOf, nextStep, type Step } from './nextStep.ts';
import type { Outcome, QueuedEvent } from './queuedEvent.ts';
import type { Store } from '../../state/store.ts';

export interface EventQueueOptions {
  /** Migrated with {@link import('../schema.ts').invokeMigrations}. */
  readonly database: Database;
  readonly clock: Clock;
  readonly functions: Pick<FunctionStore, 'get' | 'onChange' | 'accountId' | 'region'>;
  readonly commits: Commits;
  readonly store: Store;
  readonly policies: EventPolicies;
  readonly metrics: Pick<Metrics, 'record'>;
  readonly faults: FaultDecisions;
  /** Events of one function that run at once. */
  readonly width: number;
  /** Resolves when the function has answered; rejects with what Lambda would have refused it with. */
  invoke(request: InvokeRequest): Promise<InvokeResult>;
  /** Its reserved concurrency is 0. */
  isOff(functionName: string): boolean;
  /** Who the function of that name is now. */
  idOf(functionName: string): number | undefined;
  /** The workspace has lost this very function and it may come back: its events wait for it. */
  isKept(functionName: string, id: number): boolean;
  /**
   * An event has come to its end. Called in the transaction that removes it: what it writes is stored with that. What it
   * returns is called when that has been done.
   */
  ended(end: EventEnd): (() => void) | undefined;
  /** So many events of a function more, or fewer; 0 where something about one has changed. */
  changed(functionName: string, by: number): void;
  /** Hears why what is due can't be read. */
  failed(error: unknown): void;
}

export interface EventEnd {
  readonly event: QueuedEvent;
  readonly payload: Buffer;
  readonly outcome: Outcome;
  readonly step: Extract<Step, { kind: 'end' }>;
  /** Service time. */
  readonly at: number;
}

export interface EventQueue {
  /** Resolves when the event is stored. Rejects with an AwsError where there is no such function, and a StateError where it can't be stored. */
  accept(request: InvokeRequest): Promise<InvokeResult>;
  /** From now on what is due runs. */
  start(): void;
  /** Nothing more begins; what comes of that which runs is still stored. */
  pause(): void;
  readonly rows: Pick<EventRows, 'find' | 'list' | 'payload'>;
  isRunning(event: QueuedEvent): boolean;
  /** It must not run. */
  retryNow(event: QueuedEvent): void;
  /** Forgets an event that does not run, and tells nobody. */
  drop(event: QueuedEvent): void;
  /** Resolves when nothing runs and nothing is due. */
  settled(): Promise<void>;
}

interface Item extends LaneItem {
  readonly event: QueuedEvent;
  /** Absent where it lies on the disk only. */
  readonly payload?: Buffer;
}

/** Milliseconds after which what could not be read is read again. */
const READ_AGAIN_MS = 1_000;

export function createEventQueue(options: EventQueueOptions): EventQueue {
  const { clock, functions, policies, metrics, commits, store } = options;
  const rows = createEventRows(options.database);

  const lanes = createLanes<Item>({
    clock,
    width: options.width,
    total: 4 * options.width,
    stored: () => rows.stored().map(one => ({ key: laneKey(one), due: one.due })),
    due: (key, now, limit) =>
      rows.due(laneOf(key), now, limit).map(event => ({ id: event.id, bytes: event.bytes, event })),
    dueAfter: (key, now) => rows.dueAfter(laneOf(key), now),
    mayRun: key => {
      const { functionName, functionId } = laneOf(key);
      return functionId === undefined || !options.isKept(functionName, functionId);
    },
    run,
    what: key => `an event for ${laneOf(key).functionName} is tried again`,
    failed: error => options.failed(error),
  });
  functions.onChange(name => {
    try {
      for (const one of rows.named(name)) lanes.wake(laneKey(one));
    } catch (error) {
      // A lane that rests asks again by itself.
      options.failed(error);
    }
  });

  async function run(item: Item): Promise<Ran> {
    let { event } = item;
    let payload: Buffer;
    try {
      event = { ...event, policy: policyOf(event) };
      payload = item.payload ?? rows.payload(event.id);
    } catch (error) {
      options.failed(error);
      return { refused: true, due: clock.serviceNow() + READ_AGAIN_MS };
    }
    // Whoever sees it wait sees it run.
    if (event.last !== undefined) options.changed(event.functionName, 0);
    const outcome = await outcomeOf(event, payload);
    const echoes = await echoesOf(event, payload, outcome);
    if (echoes > 0) event = { ...event, echoes: event.echoes + echoes };
    const held = 'answer' in outcome ? Math.round(outcome.answer.heldMs ?? 0) : 0;
    if (held > 0) event = { ...event, acceptedAt: event.acceptedAt + held };
    const at = clock.serviceNow();
    const step = nextStep(event, outcome, at);
    let afterwards: (() => void) | undefined;
    const isStored = await store(() => {
      if (step.kind === 'again') rows.again(event, step);
      else {
        rows.delete(event.id);
        if (step.kind === 'end') afterwards = options.ended({ event, payload, outcome, step, at });
      }
    });
    if (isStored) {
      options.changed(event.functionName, step.kind === 'again' ? 0 : -1);
      if (step.kind !== 'again') count(event, 'AsyncEventsDropped', outcome.kind === 'success' ? 0 : 1);
      afterwards?.();
    }
    const refused = outcome.kind === 'throttle' || outcome.kind === 'system-error';
    return { refused, ...(step.kind === 'again' ? { due: step.due } : {}) };
  }

  /** What holds now; of a function that is gone, what held when it was there. */
  const policyOf = (event: QueuedEvent): QueuedEvent['policy'] =>
    policies(event.functionName, event.qualifier) ?? event.policy;

  function outcomeOf(event: QueuedEvent, payload: Buffer): Outcome | Promise<Outcome> {
    const { functionName } = event;
    if (clock.serviceNow() > deadlineOf(event)) return { kind: 'expired' };
    if (options.isOff(functionName)) return { kind: 'zero-reserved' };
    count(event, 'AsyncEventAge', clock.serviceNow() - event.acceptedAt);
    return attempt(event, payload, attempting);
  }

  const attempting: AttemptOptions = {
    invoke: request => options.invoke(request),
    isThere: name => functions.get(name) !== undefined,
  };

  /**
   * Deliveries of fault rules that history lists besides the attempt itself. A duplicate comes right after the first
   * attempt that has reached the function; what becomes of it is nobody's concern.
   */
  async function echoesOf(event: QueuedEvent, payload: Buffer, outcome: Outcome): Promise<number> {
    if ('injected' in outcome) return 1;
    const isDuplicated =
      event.origin.fault?.kind === 'duplicate' && event.attempts === 0 && 'answer' in outcome;
    if (!isDuplicated) return 0;
    await attempt({ ...event, echoes: event.echoes + 1 }, payload, attempting, true);
    return 1;
  }

  const count = (
    { functionName, qualifier = '$LATEST' }: QueuedEvent,
    name: MetricName,
    value: number,
  ): void => metrics.record(name, { functionName, qualifier }, value);

  return {
    rows,
    accept: async request => {
      const { functionName, qualifier, payload } = request;
      const policy = policies(functionName, qualifier);
      const record = functions.get(functionName, qualifier);
      if (policy === undefined || record === undefined)
        throw functionNotFound(functionArn(functions, functionName, qualifier ?? '$LATEST'));
      if (record.state === 'Pending' || record.state === 'Failed') throw functionInState(record.state);
      const now = clock.serviceNow();
      const hit = options.faults.decide('accept', {
        functionName,
        qualifier: qualifier ?? '$LATEST',
        source: request.source,
        isAsynchronous: true,
      });
      // Half of its age is left to its attempts: an event that is overtaken is not lost.
      const window = Math.min(hit?.rule.windowMs ?? 0, policy.maxAge / 2);
      const due = now + Math.round(window * (hit?.draw('delay') ?? 0));
      const functionId = options.idOf(functionName);
      const fresh: Omit<QueuedEvent, 'id'> = {
        requestId: request.requestId,
        functionName,
        ...(functionId === undefined ? {} : { functionId }),
        ...(qualifier === undefined ? {} : { qualifier }),
        acceptedAt: now,
        due,
        attempts: 0,
        returns: 0,
        echoes: 0,
        bytes: payload.length,
        origin: {
          source: request.source,
          traceId: traceHeader(request.traceId, clock.wallNow()),
          ...(request.tenantId === undefined ? {} : { tenantId: request.tenantId }),
          ...(request.parent === undefined ? {} : { parent: request.parent }),
          ...(hit === undefined ? {} : { fault: hit.mark }),
        },
        policy,
      };
      let event: QueuedEvent | undefined;
      await commits.add(() => (event = rows.insert(fresh, payload)));
      if (event !== undefined) {
        count(event, 'AsyncEventsReceived', 1);
        options.changed(functionName, 1);
        const key = laneKey(event);
        if (due > now) lanes.wake(key, due);
        else lanes.offer(key, { id: event.id, bytes: event.bytes, event, payload });
      }
      return { status: 202 };
    },
    start: () => lanes.start(),
    pause: () => lanes.pause(),
    isRunning: event => lanes.isRunning(event.id),
    retryNow: event => {
      const now = clock.serviceNow();
      rows.hurry(event, now);
      options.changed(event.functionName, 0);
      lanes.wake(laneKey(event), now);
    },
    drop: event => {
      rows.delete(event.id);
      count(event, 'AsyncEventsDropped', 1);
      options.changed(event.functionName, -1);
      lanes.wake(laneKey(event));
    },
    settled: () => lanes.settled(),
  };
}

/** Events of one function by another's name are no reason for its own to wait: a lane for each. */
const laneKey = ({ functionName, functionId }: Partial<EventsOf> & Pick<EventsOf, 'functionName'>): string =>
  `${functionName}\n${functionId ?? ''}`;

function laneOf(key: string): EventsOf {
  const [functionName = '', id = ''] = key.split('\n');
  return { functionName, functionId: id === '' ? undefined : Number(id) };
}
