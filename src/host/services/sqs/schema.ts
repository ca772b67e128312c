/** Tables of the queue service. */
import type { Migration } from '../../state/migrations.ts';

export const sqsMigrations: readonly Migration[] = [
  {
    id: 'sqs-0001-queues',
    statements: [
      `CREATE TABLE sqs_queues (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        record TEXT NOT NULL
      ) STRICT`,
      // messageRows.ts. The id is the order in a queue, and the sequence number; a queue that a message moves to gives it a new one.
      `CREATE TABLE sqs_messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        queue_id INTEGER NOT NULL REFERENCES sqs_queues (id) ON DELETE CASCADE,
        message_id TEXT NOT NULL,
        body TEXT NOT NULL,
        details TEXT NOT NULL,
        sent_at INTEGER NOT NULL,
        kept_from INTEGER NOT NULL,
        visible_at INTEGER NOT NULL,
        receives INTEGER NOT NULL,
        first_received INTEGER,
        last_received INTEGER,
        receipt TEXT,
        group_id TEXT,
        deduplication_id TEXT
      ) STRICT`,
      'CREATE INDEX sqs_messages_visible ON sqs_messages (queue_id, visible_at)',
      'CREATE INDEX sqs_messages_kept ON sqs_messages (queue_id, kept_from)',
      'CREATE INDEX sqs_messages_group ON sqs_messages (queue_id, group_id, id)',
      `CREATE TABLE sqs_deduplications (
        queue_id INTEGER NOT NULL REFERENCES sqs_queues (id) ON DELETE CASCADE,
        scope TEXT NOT NULL,
        deduplication_id TEXT NOT NULL,
        message_id TEXT NOT NULL,
        sequence TEXT NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (queue_id, scope, deduplication_id)
      ) STRICT`,
      'CREATE INDEX sqs_deduplications_until ON sqs_deduplications (until)',
      `CREATE TABLE sqs_move_tasks (
        id TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        record TEXT NOT NULL
      ) STRICT`,
      'CREATE INDEX sqs_move_tasks_source ON sqs_move_tasks (source)',
    ],
  },
  {
    id: 'sqs-0002-arrival',
    statements: [
      // In the order of arrival, with what says whose turn it is in a FIFO queue.
      'CREATE INDEX sqs_messages_arrival ON sqs_messages (queue_id, id, visible_at, group_id)',
    ],
  },
];
