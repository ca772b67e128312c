/**
 * What functions and HTTP endpoints are to get: stored with the publishing, tried until it is taken or its retries are used
 * up, then handed to the subscription's dead-letter queue, if it has one.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
import type { Clock, Timer } from '../../clock.ts';
import type { Database } from '../../state/database.ts';
import type { Subscription, Topics } from './topics.ts';

/** One request or event, complete. */
export interface Delivery {
  readonly messageId: string;
  readonly topicArn: string;
  readonly kind: 'Notification' | 'SubscriptionConfirmation';
  readonly body: string;
  readonly isRaw: boolean;
  /** Trace header of whoever published. */
  readonly traceId?: string;
}

/** `refused`: another try is no use. */
export type DeliveryOutcome = 'delivered' | 'failed' | 'refused';

export interface Deliveries {
  /** Stored when this returns; in the caller's transaction. */
  add(subscription: Subscription, delivery: Delivery): void;
  close(): void;
}

/** HTTP: 3 retries, 20 seconds apart, unless a delivery policy says otherwise. */
const HTTP_RETRIES = 3;
const HTTP_DELAY_MS = 20_000;
/** Functions: at once three times, then twice after a second, ten times up to 20 s, then every 20 s; 23 days in all. */
const LAMBDA_ATTEMPTS = 100_015;
/** That are under way at once. */
const WIDTH = 50;
/** Wall milliseconds after which what could not be stored is done again. */
const AGAIN_MS = 1_000;

interface Row {
  readonly id: number;
  readonly subscription: string;
  readonly delivery: string;
  readonly attempts: number;
}

export function createDeliveries(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly topics: Topics;
  readonly send: (subscription: Subscription, delivery: Delivery) => Promise<DeliveryOutcome>;
  /** Its retries are used up. In a transaction. */
  readonly given: (subscription: Subscription, delivery: Delivery) => void;
  readonly failed: (error: unknown) => void;
}): Deliveries {
  const { database, clock, topics } = options;
  const insert = database.query(
    'INSERT INTO sns_deliveries (subscription, delivery, attempts, due) VALUES (?, ?, 0, ?)',
  );
  const due = database.query<Row>(
    'SELECT id, subscription, delivery, attempts FROM sns_deliveries WHERE due <= ? ORDER BY id LIMIT ?',
  );
  const next = database.query<{ readonly at: number | null }>(
    'SELECT MIN(due) AS at FROM sns_deliveries WHERE due > ?',
  );
  const remove = database.query('DELETE FROM sns_deliveries WHERE id = ?');
  const postpone = database.query('UPDATE sns_deliveries SET attempts = ?, due = ? WHERE id = ?');
  const underWay = new Set<number>();
  let timer: Timer | undefined;
  let isClosed = false;
  /** What came of a delivery could not be stored: a full disk, for one. */
  let isFailing = false;

  async function attempt(row: Row): Promise<void> {
    const delivery = JSON.parse(row.delivery) as Delivery;
    const subscription = topics.subscription(row.subscription);
    // Nobody wants it any more.
    const outcome = subscription === undefined ? 'delivered' : await options.send(subscription, delivery);
    if (isClosed) return;
    const attempts = row.attempts + 1;
    const delay = subscription === undefined ? undefined : delayAfter(subscription, attempts);
    if (outcome === 'failed' && delay !== undefined) {
      postpone.run(attempts, clock.serviceNow() + delay, row.id);
      return;
    }
    database.transaction(() => {
      remove.run(row.id);
      if (outcome !== 'delivered' && subscription !== undefined) options.given(subscription, delivery);
    });
  }

  /** Begins what is due, as much of it as may run at once, and waits for what is due next. */
  function pump(): void {
    timer?.cancel();
    timer = undefined;
    if (isClosed) return;
    const now = clock.serviceNow();
    for (const row of due.all(now, WIDTH + underWay.size)) {
      if (underWay.size >= WIDTH) break;
      if (!underWay.has(row.id)) begin(row);
    }
    const at = next.get(now)?.at ?? undefined;
    if (at !== undefined) timer = clock.afterService(at - now, pump, () => 'SNS tries a delivery again');
  }

  function begin(row: Row): void {
    underWay.add(row.id);
    const end = (): void => {
      underWay.delete(row.id);
      pump();
    };
    const stored = (): void => {
      isFailing = false;
      end();
    };
    const notStored = (error: unknown): void => {
      // Said once, until it works again; the delivery is made again, which is allowed.
      if (!isClosed && !isFailing) options.failed(error);
      isFailing = true;
      clock.afterWall(AGAIN_MS, end);
    };
    clock.occupy(attempt(row).then(stored, notStored));
  }

  pump();
  return {
    add: (subscription, delivery) => {
      insert.run(subscription.arn, JSON.stringify(delivery), clock.serviceNow());
      queueMicrotask(pump);
    },
    close: () => {
      isClosed = true;
      timer?.cancel();
    },
  };
}

/** Milliseconds until the next try; undefined where there is none. `attempts`: how many there have been. */
function delayAfter(subscription: Subscription, attempts: number): number | undefined {
  if (subscription.protocol !== 'lambda') {
    const { retries, delayMs } = httpPolicy(subscription);
    return attempts > retries ? undefined : delayMs;
  }
  if (attempts >= LAMBDA_ATTEMPTS) return undefined;
  if (attempts <= 3) return 0;
  if (attempts <= 5) return 1_000;
  return Math.min(20_000, 1_000 * 2 ** Math.min(attempts - 5, 5));
}

/** Linear between the two delays, as far as it is one delay: the simplest of AWS's functions. */
function httpPolicy({ attributes }: Subscription): { readonly retries: number; readonly delayMs: number } {
  const policy = JSON.parse(attributes['DeliveryPolicy'] ?? '{}') as {
    readonly healthyRetryPolicy?: { readonly numRetries?: number; readonly minDelayTarget?: number } | null;
  };
  const { numRetries = HTTP_RETRIES, minDelayTarget } = policy.healthyRetryPolicy ?? {};
  return {
    retries: numRetries,
    delayMs: minDelayTarget === undefined ? HTTP_DELAY_MS : minDelayTarget * 1_000,
  };
}
