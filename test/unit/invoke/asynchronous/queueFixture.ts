/** A queue over a real database, on a clock that tests move, with a function that does what the test says. */
import path from 'node:path';
import { createCommits } from '../../../../src/host/state/commits.ts';
import { createStore } from '../../../../src/host/state/store.ts';
import {
  createEventQueue,
  type EventEnd,
  type EventQueue,
} from '../../../../src/host/invoke/asynchronous/eventQueue.ts';
import type { FaultDecisions } from '../../../../src/host/invoke/faults/faultRules.ts';
import type { EventPolicy } from '../../../../src/host/invoke/asynchronous/eventPolicy.ts';
import { functionNotFound } from '../../../../src/host/invoke/errors.ts';
import type { InvokeRequest, InvokeResult } from '../../../../src/host/invoke/request.ts';
import { invokeMigrations } from '../../../../src/host/invoke/schema.ts';
import type { FunctionListener } from '../../../../src/host/functions/functionStore.ts';
import { openDatabase, type Database } from '../../../../src/host/state/database.ts';
import { manualClock, type ManualClock } from '../../../helpers/manualClock.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { newFunction } from '../../functions/storeFixture.ts';

export const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:';
export const DEFAULT_POLICY: EventPolicy = { retries: 2, maxAge: 21_600_000 };

export const succeeded: InvokeResult = {
  status: 200,
  executedVersion: '$LATEST',
  payload: Buffer.from('"done"'),
};
export const failed: InvokeResult = {
  ...succeeded,
  functionError: 'Unhandled',
  payload: Buffer.from('{"errorMessage":"broken","errorType":"Error"}'),
};

export interface Attempt {
  readonly request: InvokeRequest;
  /** Milliseconds since the fixture was made. */
  readonly at: number;
}

export interface QueueFixture {
  readonly clock: ManualClock;
  readonly database: Database;
  readonly queue: EventQueue;
  readonly attempts: Attempt[];
  readonly ends: EventEnd[];
  /** Name and value. */
  readonly metrics: (readonly [string, number])[];
  readonly failures: unknown[];
  /** As told by the queue, by function. */
  readonly pending: Map<string, number>;
  policy: EventPolicy;
  faults: FaultDecisions;
  /** Names of functions; `name:alias` of aliases. */
  readonly there: Set<string>;
  readonly off: Set<string>;
  /** Which function it is that has a name; 1 unless told otherwise. */
  readonly ids: Map<string, number>;
  /** Ids of functions that the workspace has lost, by name. */
  readonly kept: Map<string, number>;
  /** What the function does. */
  handle: (request: InvokeRequest) => InvokeResult | Promise<InvokeResult>;
  changed(name: string): void;
  accept(requestId: string, more?: Partial<InvokeRequest>): Promise<InvokeResult>;
  /** Moves time on, from one thing that falls due to the next, and waits for what that brings about. */
  pass(ms: number): Promise<void>;
  /** Another queue on the same database, as after `kill -9`. */
  crash(): void;
  close(): Promise<void>;
}

export async function openQueue(width = 4): Promise<QueueFixture> {
  const folder = await temporaryFolder('queue');
  const clock = manualClock();
  const began = clock.serviceNow();
  const database = openDatabase(path.join(folder.path, 'lamplight.db'), clock, invokeMigrations);
  const listeners = new Set<FunctionListener>();
  let life = 0;

  function open(): EventQueue {
    const mine = ++life;
    const commits = createCommits(database);
    const queue = createEventQueue({
      database,
      clock,
      functions: {
        accountId: '000000000000',
        region: 'us-east-1',
        get: (name, qualifier) =>
          fixture.there.has(qualifier === undefined ? name : `${name}:${qualifier}`)
            ? { ...newFunction(name), version: '$LATEST', lastModified: 0, revisionId: 'r', state: 'Active' }
            : undefined,
        onChange: listener => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      commits,
      store: createStore(
        commits,
        clock,
        () => mine !== life,
        error => fixture.failures.push(error),
      ),
      policies: (name, qualifier) =>
        fixture.there.has(qualifier === undefined ? name : `${name}:${qualifier}`)
          ? fixture.policy
          : undefined,
      metrics: {
        record: (name, _subject, value = 1) => fixture.metrics.push([name, value]),
      },
      faults: { decide: (point, arrival) => fixture.faults.decide(point, arrival) },
      width,
      invoke: async request => {
        // What a host that was killed would have gone on with is nobody's.
        if (mine !== life) return new Promise(() => undefined);
        fixture.attempts.push({ request, at: clock.serviceNow() - began });
        const { functionName, qualifier } = request;
        if (!fixture.there.has(qualifier === undefined ? functionName : `${functionName}:${qualifier}`))
          throw functionNotFound(`${ARN}${functionName}:${qualifier ?? '$LATEST'}`);
        const result = await fixture.handle(request);
        return mine === life ? result : new Promise(() => undefined);
      },
      isOff: name => fixture.off.has(name),
      idOf: name => fixture.ids.get(name) ?? 1,
      isKept: (name, id) => fixture.kept.get(name) === id,
      ended: end => void fixture.ends.push(end),
      changed: (name, by) => fixture.pending.set(name, (fixture.pending.get(name) ?? 0) + by),
      failed: error => fixture.failures.push(error),
    });
    queue.start();
    return queue;
  }

  const fixture: QueueFixture & { queue: EventQueue } = {
    clock,
    database,
    queue: undefined as unknown as EventQueue,
    attempts: [],
    ends: [],
    metrics: [],
    failures: [],
    pending: new Map(),
    policy: DEFAULT_POLICY,
    faults: { decide: () => undefined },
    there: new Set(['f', 'g']),
    off: new Set(),
    ids: new Map(),
    kept: new Map(),
    handle: () => succeeded,
    changed: name => {
      for (const listener of listeners) listener(name, 'state', '$LATEST');
    },
    accept: (requestId, more) =>
      fixture.queue.accept({
        functionName: 'f',
        payload: Buffer.from(`{"id":"${requestId}"}`),
        type: 'Event',
        source: 'api',
        requestId,
        ...more,
      }),
    pass: async ms => {
      const end = clock.serviceNow() + ms;
      await fixture.queue.settled();
      for (;;) {
        const next = fixture.queue.rows.list(undefined, 1)[0]?.due ?? Infinity;
        if (next > end) break;
        clock.advance(Math.max(0, next - clock.serviceNow()));
        await fixture.queue.settled();
        // What rests is due and doesn't run.
        if ((fixture.queue.rows.list(undefined, 1)[0]?.due ?? Infinity) <= next) break;
      }
      clock.advance(end - clock.serviceNow());
      await fixture.queue.settled();
    },
    crash: () => {
      listeners.clear();
      fixture.queue.pause();
      fixture.queue = open();
    },
    close: async () => {
      life++;
      fixture.queue.pause();
      database.close();
      await folder.remove();
    },
  };
  fixture.queue = open();
  return fixture;
}
