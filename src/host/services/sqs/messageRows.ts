/** Messages in the database: none is kept in memory. Whoever calls has a transaction around what belongs together. */
import type { Database } from '../../state/database.ts';
import type { MessageAttribute } from './messageAttributes.ts';
import type { MessageDetails, StoredMessage } from './storedMessage.ts';

export type NewMessage = Omit<StoredMessage, 'id'>;

export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface MessageRows {
  /** Answers its id. */
  insert(message: NewMessage): number;
  get(id: number): StoredMessage | undefined;
  delete(id: number): void;
  /** Messages of a standard queue that can be received at `now`. */
  visible(queueId: number, now: number, limit: number): StoredMessage[];
  /**
   * Messages of a FIFO queue that can be received at `now`, of the group whose turn it is, in order; of none of `without`.
   * What comes after one that can't be received waits for it.
   */
  visibleOfOneGroup(queueId: number, now: number, limit: number, without: readonly string[]): StoredMessage[];
  /** Any, in order of arrival, whatever group. */
  oldestVisible(queueId: number, now: number): StoredMessage | undefined;
  received(id: number, receipt: string, now: number, visibleAt: number): void;
  setVisible(id: number, at: number): void;
  /** When the next of those that can't be received can. */
  nextVisible(queueId: number, now: number): number | undefined;
  counts(queueId: number, now: number): Counts;
  /** At least as many as are in flight: without a look at what can be received, which may be very much. */
  mostInFlight(queueId: number, now: number): number;
  /** Deletes what was kept since before `before`. */
  expire(queueId: number, before: number): void;
  purge(queueId: number): void;
  /** A new delay for what nobody has received. */
  delayAll(queueId: number, delayMs: number): void;
}

interface Row {
  readonly id: number;
  readonly queue_id: number;
  readonly message_id: string;
  readonly body: string;
  readonly details: string;
  readonly sent_at: number;
  readonly kept_from: number;
  readonly visible_at: number;
  readonly receives: number;
  readonly first_received: number | null;
  readonly last_received: number | null;
  readonly receipt: string | null;
  readonly group_id: string | null;
  readonly deduplication_id: string | null;
}

/** A group is held up from its first message on that can't be received. */
const HELD_UP = `held_up AS (
  SELECT group_id, MIN(id) AS first FROM sqs_messages INDEXED BY sqs_messages_visible WHERE queue_id = ?1 AND visible_at > ?2 GROUP BY group_id)`;
const NOT_HELD_UP = `LEFT JOIN held_up ON held_up.group_id = m.group_id
  WHERE m.queue_id = ?1 AND m.visible_at <= ?2 AND (held_up.first IS NULL OR m.id < held_up.first)`;

export function createMessageRows(database: Database): MessageRows {
  const insert = database.query<{ readonly id: number }>(
    `INSERT INTO sqs_messages (queue_id, message_id, body, details, sent_at, kept_from, visible_at, receives,
      first_received, last_received, receipt, group_id, deduplication_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
  );
  const get = database.query<Row>('SELECT * FROM sqs_messages WHERE id = ?');
  const remove = database.query('DELETE FROM sqs_messages WHERE id = ?');
  const visible = database.query<Row>(
    'SELECT * FROM sqs_messages INDEXED BY sqs_messages_visible WHERE queue_id = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT ?',
  );
  const oldest = database.query<Row>(
    'SELECT * FROM sqs_messages INDEXED BY sqs_messages_arrival WHERE queue_id = ? AND visible_at <= ? ORDER BY id LIMIT 1',
  );
  const nextGroup = database.query<{ readonly group_id: string }>(
    `WITH ${HELD_UP} SELECT m.group_id FROM sqs_messages AS m INDEXED BY sqs_messages_arrival ${NOT_HELD_UP}
      AND m.group_id NOT IN (SELECT value FROM json_each(?3)) ORDER BY m.id LIMIT 1`,
  );
  const ofGroup = database.query<Row>(
    `WITH ${HELD_UP} SELECT m.* FROM sqs_messages AS m INDEXED BY sqs_messages_group ${NOT_HELD_UP} AND m.group_id = ?3 ORDER BY m.id LIMIT ?4`,
  );
  const received = database.query(
    `UPDATE sqs_messages SET receipt = ?2, receives = receives + 1, visible_at = ?4,
      first_received = COALESCE(first_received, ?3), last_received = ?3 WHERE id = ?1`,
  );
  const setVisible = database.query('UPDATE sqs_messages SET visible_at = ? WHERE id = ?');
  const nextVisible = database.query<{ readonly at: number | null }>(
    'SELECT MIN(visible_at) AS at FROM sqs_messages INDEXED BY sqs_messages_visible WHERE queue_id = ? AND visible_at > ?',
  );
  const counts = database.query<{
    readonly total: number;
    readonly hidden: number | null;
    readonly delayed: number | null;
  }>(
    `SELECT COUNT(*) AS total, SUM(visible_at > ?2) AS hidden,
      SUM(visible_at > ?2 AND receives = 0) AS delayed FROM sqs_messages WHERE queue_id = ?1`,
  );
  const hidden = database.query<{ readonly count: number }>(
    'SELECT COUNT(*) AS count FROM sqs_messages INDEXED BY sqs_messages_visible WHERE queue_id = ? AND visible_at > ?',
  );
  const expire = database.query(
    'DELETE FROM sqs_messages INDEXED BY sqs_messages_kept WHERE queue_id = ? AND kept_from <= ?',
  );
  const purge = database.query('DELETE FROM sqs_messages WHERE queue_id = ?');
  const delayAll = database.query(
    'UPDATE sqs_messages SET visible_at = kept_from + ? WHERE queue_id = ? AND receives = 0',
  );

  return {
    insert: message => {
      const row = insert.get(
        message.queueId,
        message.messageId,
        message.body,
        writeDetails(message.details),
        message.sentAt,
        message.keptFrom,
        message.visibleAt,
        message.receives,
        message.firstReceived ?? null,
        message.lastReceived ?? null,
        message.receipt ?? null,
        message.groupId ?? null,
        message.deduplicationId ?? null,
      );
      if (row === undefined) throw new Error(`The message ${message.messageId} was not stored.`);
      return row.id;
    },
    get: id => {
      const row = get.get(id);
      return row === undefined ? undefined : readRow(row);
    },
    delete: id => void remove.run(id),
    visible: (queueId, now, limit) => visible.all(queueId, now, limit).map(readRow),
    visibleOfOneGroup: (queueId, now, limit, without) => {
      const group = nextGroup.get(queueId, now, JSON.stringify(without))?.group_id;
      return group === undefined ? [] : ofGroup.all(queueId, now, group, limit).map(readRow);
    },
    oldestVisible: (queueId, now) => {
      const row = oldest.get(queueId, now);
      return row === undefined ? undefined : readRow(row);
    },
    received: (id, receipt, now, visibleAt) => void received.run(id, receipt, now, visibleAt),
    setVisible: (id, at) => void setVisible.run(at, id),
    nextVisible: (queueId, now) => nextVisible.get(queueId, now)?.at ?? undefined,
    counts: (queueId, now) => {
      const { total = 0, hidden, delayed } = counts.get(queueId, now) ?? {};
      return {
        visible: total - (hidden ?? 0),
        inFlight: (hidden ?? 0) - (delayed ?? 0),
        delayed: delayed ?? 0,
      };
    },
    mostInFlight: (queueId, now) => hidden.get(queueId, now)?.count ?? 0,
    expire: (queueId, before) => void expire.run(queueId, before),
    purge: queueId => void purge.run(queueId),
    delayAll: (queueId, delayMs) => void delayAll.run(delayMs, queueId),
  };
}

const readRow = (row: Row): StoredMessage => ({
  id: row.id,
  queueId: row.queue_id,
  messageId: row.message_id,
  body: row.body,
  details: readDetails(row.details),
  sentAt: row.sent_at,
  keptFrom: row.kept_from,
  visibleAt: row.visible_at,
  receives: row.receives,
  firstReceived: row.first_received ?? undefined,
  lastReceived: row.last_received ?? undefined,
  receipt: row.receipt ?? undefined,
  groupId: row.group_id ?? undefined,
  deduplicationId: row.deduplication_id ?? undefined,
});

/** Bytes as base64. */
type StoredAttribute = Omit<MessageAttribute, 'BinaryValue'> & { readonly bytes?: string };

function writeDetails({ attributes, ...rest }: MessageDetails): string {
  const stored = Object.entries(attributes).map(([name, { BinaryValue, ...attribute }]) => [
    name,
    BinaryValue === undefined ? attribute : { ...attribute, bytes: BinaryValue.toString('base64') },
  ]);
  return JSON.stringify({ ...rest, attributes: stored });
}

function readDetails(text: string): MessageDetails {
  const { attributes, ...rest } = JSON.parse(text) as Omit<MessageDetails, 'attributes'> & {
    readonly attributes: readonly (readonly [string, StoredAttribute])[];
  };
  return {
    ...rest,
    attributes: Object.fromEntries(
      attributes.map(([name, { bytes, ...attribute }]) => [
        name,
        bytes === undefined ? attribute : { ...attribute, BinaryValue: Buffer.from(bytes, 'base64') },
      ]),
    ),
  };
}
