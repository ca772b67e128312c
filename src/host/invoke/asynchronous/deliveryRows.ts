/** How results that are on their way lie in the database, and those that could not be delivered. */
import type { DeliveryMessage } from '../../delivery/deliveryTargets.ts';
import type { Database } from '../../state/database.ts';

export type DeliveryKind = 'success' | 'failure' | 'dead-letter';

export interface Delivery {
  readonly id: number;
  readonly kind: DeliveryKind;
  /** ARN. */
  readonly target: string;
  /** As the caller named it; absent for an unqualified call. */
  readonly qualifier?: string;
  /** Epoch milliseconds, service time. */
  readonly createdAt: number;
  readonly due: number;
  /** Tries that failed. */
  readonly attempts: number;
  readonly failedAt?: number;
  readonly error?: string;
  readonly message: DeliveryMessage;
}

/** Without what is handed over, which may be large. */
export type DeliveryFacts = Omit<Delivery, 'message'> & { readonly message: Omit<DeliveryMessage, 'body'> };

export type NewDelivery = Omit<Delivery, 'id' | 'due' | 'attempts' | 'failedAt' | 'error'>;

interface Row {
  readonly id: number;
  readonly kind: DeliveryKind;
  readonly target: string;
  readonly qualifier: string | null;
  readonly created_at: number;
  readonly due: number;
  readonly attempts: number;
  readonly failed_at: number | null;
  readonly error: string | null;
  readonly message: string;
}

interface WholeRow extends Row {
  readonly body: Uint8Array;
}

const FACTS = 'id, kind, target, qualifier, created_at, due, attempts, failed_at, error, message';

const factsOf = (row: Row): DeliveryFacts => ({
  id: row.id,
  kind: row.kind,
  target: row.target,
  ...(row.qualifier === null ? {} : { qualifier: row.qualifier }),
  createdAt: row.created_at,
  due: row.due,
  attempts: row.attempts,
  ...(row.failed_at === null ? {} : { failedAt: row.failed_at }),
  ...(row.error === null ? {} : { error: row.error }),
  message: JSON.parse(row.message) as Omit<DeliveryMessage, 'body'>,
});

function parse(row: WholeRow): Delivery {
  const facts = factsOf(row);
  return { ...facts, message: { ...facts.message, body: Buffer.from(row.body) } };
}

export interface DeliveryRows {
  insert(delivery: NewDelivery): Delivery;
  again(id: number, due: number, error: string): void;
  /** It is kept to be seen, as one of the newest. */
  fail(id: number, at: number, error: string): void;
  delete(id: number): void;
  stored(): readonly { readonly key: string; readonly due: number }[];
  due(target: string, now: number, limit: number): readonly Delivery[];
  dueAfter(target: string, now: number): number | undefined;
  get(id: number): DeliveryFacts | undefined;
  /** Makes one that failed, or waits, due. */
  hurry(id: number, now: number): void;
  /** Newest first, of one function or all. */
  list(functionName: string | undefined, limit: number): readonly DeliveryFacts[];
}

/** Deliveries that failed, kept to be seen; a record may hold an event and an answer of 6 MB each. */
const KEPT = { deliveries: 1_000, bytes: 256 * 1024 * 1024 };

/** @param kept how much is kept of what failed; tests keep less */
export function createDeliveryRows(database: Database, kept = KEPT): DeliveryRows {
  const insert = database.query<Row>(
    `INSERT INTO deliveries (id, kind, target, function_name, qualifier, created_at, due, attempts, message, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?) RETURNING id`,
  );
  // SQLite would give the id of what has just been deleted again, while its end is still being told.
  let lastId =
    database.query<{ readonly id: number }>('SELECT coalesce(max(id), 0) AS id FROM deliveries').get()?.id ??
    0;
  return {
    insert: delivery => {
      const { body, ...message } = delivery.message;
      const row = insert.get(
        ++lastId,
        delivery.kind,
        delivery.target,
        message.about.functionName,
        delivery.qualifier ?? null,
        delivery.createdAt,
        delivery.createdAt,
        JSON.stringify(message),
        body,
      );
      if (row === undefined) throw new Error(`The database did not take a delivery to ${delivery.target}.`);
      return { ...delivery, id: row.id, due: delivery.createdAt, attempts: 0 };
    },
    again: (id, due, error) => {
      database.run(
        'UPDATE deliveries SET due = ?, attempts = attempts + 1, error = ? WHERE id = ?',
        due,
        error,
        id,
      );
    },
    fail: (id, at, error) => {
      database.run(
        'UPDATE deliveries SET failed_at = ?, attempts = attempts + 1, error = ? WHERE id = ?',
        at,
        error,
        id,
      );
      database.run(
        `DELETE FROM deliveries WHERE id IN (
           SELECT id FROM (
             SELECT id, row_number() OVER newest AS place,
                    sum(octet_length(body)) OVER (newest ROWS UNBOUNDED PRECEDING) AS bytes
             FROM deliveries WHERE failed_at IS NOT NULL
             WINDOW newest AS (ORDER BY failed_at DESC, id DESC))
           WHERE place > ? OR bytes > ?)`,
        kept.deliveries,
        kept.bytes,
      );
    },
    delete: id => void database.run('DELETE FROM deliveries WHERE id = ?', id),
    stored: () =>
      database
        .query<{ readonly key: string; readonly due: number }>(
          'SELECT target AS key, min(due) AS due FROM deliveries WHERE failed_at IS NULL GROUP BY target',
        )
        .all(),
    due: (target, now, limit) =>
      database
        .query<WholeRow>(
          'SELECT * FROM deliveries WHERE failed_at IS NULL AND target = ? AND due <= ? ORDER BY due, id LIMIT ?',
        )
        .all(target, now, limit)
        .map(parse),
    dueAfter: (target, now) =>
      database
        .query<{ readonly due: number | null }>(
          'SELECT min(due) AS due FROM deliveries WHERE failed_at IS NULL AND target = ? AND due > ?',
        )
        .get(target, now)?.due ?? undefined,
    get: id => database.query<Row>(`SELECT ${FACTS} FROM deliveries WHERE id = ?`).all(id).map(factsOf)[0],
    hurry: (id, now) => {
      database.run(
        'UPDATE deliveries SET due = ?1, created_at = iif(failed_at IS NULL, created_at, ?1), failed_at = NULL WHERE id = ?2',
        now,
        id,
      );
    },
    list: (functionName, limit) =>
      database
        .query<Row>(
          `SELECT ${FACTS} FROM deliveries WHERE ?1 IS NULL OR function_name = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2`,
        )
        .all(functionName ?? null, limit)
        .map(factsOf),
  };
}
