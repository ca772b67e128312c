/** What was sent to a FIFO queue within the last five minutes is not sent again, whether it is still there or not. */
import type { Database } from '../../state/database.ts';

export const DEDUPLICATION_MS = 5 * 60_000;

export interface Sent {
  readonly messageId: string;
  readonly sequence: string;
}

export interface Deduplication {
  /** @param scope the message group, or empty where ids count for the whole queue */
  find(queueId: number, scope: string, deduplicationId: string, now: number): Sent | undefined;
  add(queueId: number, scope: string, deduplicationId: string, sent: Sent, now: number): void;
}

export function createDeduplication(database: Database): Deduplication {
  const find = database.query<{ readonly message_id: string; readonly sequence: string }>(
    `SELECT message_id, sequence FROM sqs_deduplications
      WHERE queue_id = ? AND scope = ? AND deduplication_id = ? AND until > ?`,
  );
  const forget = database.query('DELETE FROM sqs_deduplications WHERE until <= ?');
  const add = database.query('INSERT OR REPLACE INTO sqs_deduplications VALUES (?, ?, ?, ?, ?, ?)');
  return {
    find: (queueId, scope, deduplicationId, now) => {
      const row = find.get(queueId, scope, deduplicationId, now);
      return row === undefined ? undefined : { messageId: row.message_id, sequence: row.sequence };
    },
    add: (queueId, scope, deduplicationId, { messageId, sequence }, now) => {
      forget.run(now);
      add.run(queueId, scope, deduplicationId, messageId, sequence, now + DEDUPLICATION_MS);
    },
  };
}
