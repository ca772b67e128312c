/**
 * What functions, HTTP endpoints and queues elsewhere are to get: stored with the publishing, tried until it is taken or its
 * retries are used up, then handed to the subscription's dead-letter queue, if it has one. Each subscription has a lane of
 * its own, so that one which is slow holds up nobody else.
 */
import type { Clock } from '../../clock.ts';
import { createCommits } from '../../state/commits.ts';
import type { Database } from '../../state/database.ts';
import { createLanes, type LaneItem, type Ran } from '../../state/lanes.ts';
import { createStore } from '../../state/store.ts';
import { createDeliveryRows, type Delivery, type DeliveryRow } from './deliveryRows.ts';
import { retryDelay } from './retryDelay.ts';
import type { Subscription, Topics } from './topics.ts';

/** What came of one try. `isRefused`: another is no use. */
export type DeliveryOutcome = 'delivered' | { readonly error: string; readonly isRefused: boolean };

export interface UndeliveredDelivery {
  readonly topicArn: string;
  /** ARN or URL. */
  readonly endpoint: string;
  readonly error: string;
  /** There will be no other try. */
  readonly isLast: boolean;
}

export interface Deliveries {
  /** Stored when this returns; in the caller's transaction. */
  add(subscription: Subscription, delivery: Delivery): void;
  /** A dead letter for a queue that is elsewhere; as {@link add}. */
  addDeadLetter(queueArn: string, delivery: Delivery): void;
  /** From now on what is due is delivered. */
  start(): void;
  close(): void;
}

/** Deliveries of one subscription at once, and of all, but that each may have one. */
const WIDTH = 10;
const TOTAL = 50;

interface Item extends LaneItem {
  readonly row: DeliveryRow;
}

export interface DeliveriesOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly topics: Topics;
  readonly send: (subscription: Subscription, delivery: Delivery) => Promise<DeliveryOutcome>;
  readonly sendDeadLetter: (queueArn: string, delivery: Delivery) => Promise<DeliveryOutcome>;
  /** Its retries are used up. In a transaction. */
  readonly given: (subscription: Subscription, delivery: Delivery) => void;
  readonly undelivered: (what: UndeliveredDelivery) => void;
  readonly failed: (error: unknown) => void;
}

export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { clock, topics } = options;
  const rows = createDeliveryRows(options.database);
  let isClosed = false;
  const store = createStore(createCommits(options.database), clock, () => isClosed, options.failed);
  const isQueue = (lane: string): boolean =>
    topics.subscription(lane) === undefined && lane.includes(':sqs:');
  /** In a FIFO topic nothing overtakes what is before it. */
  const isOrdered = (lane: string): boolean =>
    topics.get(topics.subscription(lane)?.topicArn ?? '')?.isFifo === true;

  const lanes = createLanes<Item>({
    clock,
    width: WIDTH,
    total: TOTAL,
    stored: () => rows.lanes(),
    due: (lane, now, limit) => {
      const found = isOrdered(lane)
        ? rows.first(lane).filter(({ due }) => due <= now)
        : rows.due(lane, now, limit);
      return found.map(row => ({ id: row.id, bytes: row.delivery.length, row }));
    },
    dueAfter: (lane, now) => rows.dueAfter(lane, now),
    run: ({ row }) => run(row),
    what: () => 'SNS tries a delivery again',
    failed: options.failed,
  });

  async function run(row: DeliveryRow): Promise<Ran> {
    const delivery = JSON.parse(row.delivery) as Delivery;
    const subscription = topics.subscription(row.lane);
    const outcome =
      subscription !== undefined
        ? await options.send(subscription, delivery)
        : isQueue(row.lane)
          ? await options.sendDeadLetter(row.lane, delivery)
          : // Nobody wants it any more.
            'delivered';
    const now = clock.serviceNow();
    // What waits behind it in a lane that is in order may be due already.
    const ended = isOrdered(row.lane) ? { due: now } : {};
    if (outcome === 'delivered') {
      await store(() => rows.delete(row.id));
      return { refused: false, ...ended };
    }
    const attempts = row.attempts + 1;
    const delay = outcome.isRefused ? undefined : retryDelay(subscription, attempts);
    const isStored = await store(() => {
      if (delay !== undefined) rows.postpone(row.id, attempts, now + delay);
      else {
        rows.delete(row.id);
        if (subscription !== undefined) options.given(subscription, delivery);
      }
    });
    if (isStored)
      options.undelivered({
        topicArn: delivery.topicArn,
        endpoint: subscription?.endpoint ?? row.lane,
        error: outcome.error,
        isLast: delay === undefined,
      });
    return { refused: true, ...(delay === undefined ? ended : { due: now + delay }) };
  }

  function add(lane: string, delivery: Delivery): void {
    const now = clock.serviceNow();
    rows.insert(lane, JSON.stringify(delivery), now);
    // Not before the transaction has ended.
    queueMicrotask(() => lanes.wake(lane, now));
  }

  return {
    add: (subscription, delivery) => add(subscription.arn, delivery),
    addDeadLetter: add,
    start: () => lanes.start(),
    close: () => {
      lanes.pause();
      isClosed = true;
    },
  };
}
