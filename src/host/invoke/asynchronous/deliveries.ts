/**
 * Hands results over to their targets: stored with the event's end, tried until the target has taken them or another try
 * is no use. What a host that dies was handing over is handed over again.
 */
import type { Clock } from '../../clock.ts';
import { DeliveryRefused, type DeliveryTargets } from '../../delivery/deliveryTargets.ts';
import type { Database } from '../../state/database.ts';
import type { Metrics } from '../metricStore.ts';
import {
  createDeliveryRows,
  type Delivery,
  type DeliveryFacts,
  type DeliveryRows,
  type NewDelivery,
} from './deliveryRows.ts';
import { createLanes, type LaneItem, type Ran } from '../../state/lanes.ts';
import { backoff } from './nextStep.ts';
import type { Store } from '../../state/store.ts';

export interface DeliveriesOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly targets: DeliveryTargets;
  readonly metrics: Pick<Metrics, 'record'>;
  readonly store: Store;
  /** One try has failed; `isLast`: there will be no other. */
  undelivered(delivery: Delivery, error: string, isLast: boolean): void;
  failed(error: unknown): void;
}

export interface Deliveries {
  /** To be called in the transaction of the event's end. What it returns is called when that is stored. */
  add(deliveries: readonly NewDelivery[]): () => void;
  start(): void;
  pause(): void;
  readonly rows: Pick<DeliveryRows, 'get' | 'list'>;
  isRunning(delivery: DeliveryFacts): boolean;
  /** Also one that has failed. */
  retryNow(delivery: DeliveryFacts): void;
  drop(delivery: DeliveryFacts): void;
  settled(): Promise<void>;
}

/** Deliveries to one target at once, and to all. */
const WIDTH = 8;
const TOTAL = 32;
/** Milliseconds of service time for which a target is tried: as long as Lambda keeps an event. */
const GIVE_UP_MS = 6 * 3_600_000;

interface Item extends LaneItem {
  readonly delivery: Delivery;
}

export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { clock, targets, metrics, store } = options;
  const rows = createDeliveryRows(options.database);
  const itemOf = (delivery: Delivery): Item => ({
    id: delivery.id,
    bytes: delivery.message.body.length,
    delivery,
  });

  const lanes = createLanes<Item>({
    clock,
    width: WIDTH,
    total: TOTAL,
    stored: () => rows.stored(),
    due: (target, now, limit) => rows.due(target, now, limit).map(itemOf),
    dueAfter: (target, now) => rows.dueAfter(target, now),
    run: ({ delivery }) => run(delivery),
    what: target => `a result is sent to ${target} again`,
    failed: error => options.failed(error),
  });

  async function run(delivery: Delivery): Promise<Ran> {
    const { id } = delivery;
    try {
      await targets.deliver(delivery.target, delivery.message);
    } catch (error) {
      return undelivered(delivery, error);
    }
    await store(() => rows.delete(id));
    return { refused: false };
  }

  async function undelivered(delivery: Delivery, cause: unknown): Promise<Ran> {
    const now = clock.serviceNow();
    const error = cause instanceof Error ? cause.message : String(cause);
    const due = now + backoff(delivery.attempts);
    const isLast = cause instanceof DeliveryRefused || due > delivery.createdAt + GIVE_UP_MS;
    const isStored = await store(() => {
      if (isLast) rows.fail(delivery.id, now, error);
      else rows.again(delivery.id, due, error);
    });
    if (isStored) {
      metrics.record(delivery.kind === 'dead-letter' ? 'DeadLetterErrors' : 'DestinationDeliveryFailures', {
        functionName: delivery.message.about.functionName,
        qualifier: delivery.qualifier ?? '$LATEST',
      });
      options.undelivered(delivery, error, isLast);
    }
    return { refused: true, ...(isLast ? {} : { due }) };
  }

  return {
    rows,
    add: deliveries => {
      const stored = deliveries.map(delivery => rows.insert(delivery));
      return () => {
        for (const delivery of stored) lanes.offer(delivery.target, itemOf(delivery));
      };
    },
    start: () => lanes.start(),
    pause: () => lanes.pause(),
    isRunning: delivery => lanes.isRunning(delivery.id),
    retryNow: delivery => {
      const now = clock.serviceNow();
      rows.hurry(delivery.id, now);
      lanes.wake(delivery.target, now);
    },
    drop: delivery => {
      rows.delete(delivery.id);
      lanes.wake(delivery.target);
    },
    settled: () => lanes.settled(),
  };
}
