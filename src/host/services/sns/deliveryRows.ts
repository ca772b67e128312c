/** Deliveries as they are stored: a row for each, in the lane of its subscription or dead-letter queue. */
import type { Database } from '../../state/database.ts';
import type { PublishedAttribute } from './publishedMessage.ts';

/** One request, event or message, complete. */
export interface Delivery {
  readonly messageId: string;
  readonly topicArn: string;
  readonly kind: 'Notification' | 'SubscriptionConfirmation';
  readonly body: string;
  readonly isRaw: boolean;
  /** Of a queue's message, where it is raw. */
  readonly attributes?: Readonly<Record<string, PublishedAttribute>>;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** Trace header of whoever published. */
  readonly traceId?: string;
}

export interface DeliveryRow {
  readonly id: number;
  /** ARN of a subscription, or of a queue that gets dead letters. */
  readonly lane: string;
  /** JSON of a {@link Delivery}. */
  readonly delivery: string;
  readonly attempts: number;
  /** Epoch milliseconds, service time. */
  readonly due: number;
}

export interface DeliveryRows {
  insert(lane: string, delivery: string, due: number): void;
  /** First due time of each lane. */
  lanes(): readonly { readonly key: string; readonly due: number }[];
  /** The first due first. */
  due(lane: string, now: number, limit: number): readonly DeliveryRow[];
  /** The one that came first, due or not; none or one. */
  first(lane: string): readonly DeliveryRow[];
  dueAfter(lane: string, now: number): number | undefined;
  postpone(id: number, attempts: number, due: number): void;
  delete(id: number): void;
}

export function createDeliveryRows(database: Database): DeliveryRows {
  const insert = database.query(
    'INSERT INTO sns_deliveries (subscription, delivery, attempts, due) VALUES (?, ?, 0, ?)',
  );
  const lanes = database.query<{ readonly key: string; readonly due: number }>(
    'SELECT subscription AS key, MIN(due) AS due FROM sns_deliveries GROUP BY subscription',
  );
  const COLUMNS = 'id, subscription AS lane, delivery, attempts, due';
  const due = database.query<DeliveryRow>(
    `SELECT ${COLUMNS} FROM sns_deliveries WHERE subscription = ? AND due <= ? ORDER BY due, id LIMIT ?`,
  );
  const first = database.query<DeliveryRow>(
    `SELECT ${COLUMNS} FROM sns_deliveries WHERE subscription = ? ORDER BY id LIMIT 1`,
  );
  const next = database.query<{ readonly at: number | null }>(
    'SELECT MIN(due) AS at FROM sns_deliveries WHERE subscription = ? AND due > ?',
  );
  const remove = database.query('DELETE FROM sns_deliveries WHERE id = ?');
  const postpone = database.query('UPDATE sns_deliveries SET attempts = ?, due = ? WHERE id = ?');
  return {
    insert: (lane, delivery, at) => void insert.run(lane, delivery, at),
    lanes: () => lanes.all(),
    due: (lane, now, limit) => due.all(lane, now, limit),
    first: lane => first.all(lane),
    dueAfter: (lane, now) => next.get(lane, now)?.at ?? undefined,
    postpone: (id, attempts, at) => void postpone.run(attempts, at, id),
    delete: id => void remove.run(id),
  };
}
