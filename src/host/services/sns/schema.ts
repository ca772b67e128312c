/** Tables of the topic service. */
import type { Migration } from '../../state/migrations.ts';

export const snsMigrations: readonly Migration[] = [
  {
    id: 'sns-0001-topics',
    statements: [
      'CREATE TABLE sns_topics (arn TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT',
      'CREATE TABLE sns_subscriptions (arn TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT',
      `CREATE TABLE sns_deduplications (
        topic TEXT NOT NULL,
        scope TEXT NOT NULL,
        deduplication_id TEXT NOT NULL,
        message_id TEXT NOT NULL,
        sequence TEXT NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (topic, scope, deduplication_id)
      ) STRICT`,
      // deliveries.ts: what functions and HTTP endpoints have not taken yet.
      `CREATE TABLE sns_deliveries (
        id INTEGER PRIMARY KEY,
        subscription TEXT NOT NULL,
        delivery TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        due INTEGER NOT NULL
      ) STRICT`,
      'CREATE INDEX sns_deliveries_due ON sns_deliveries (due)',
    ],
  },
  {
    id: 'sns-0002-delivery-lanes',
    // `subscription` is the lane: a subscription, or the queue of dead letters. No id is given twice, for what has just been
    // removed still counts as running for a moment.
    statements: [
      'ALTER TABLE sns_deliveries RENAME TO sns_deliveries_before',
      `CREATE TABLE sns_deliveries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        subscription TEXT NOT NULL,
        delivery TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        due INTEGER NOT NULL
      ) STRICT`,
      'INSERT INTO sns_deliveries SELECT id, subscription, delivery, attempts, due FROM sns_deliveries_before',
      'DROP TABLE sns_deliveries_before',
      'CREATE INDEX sns_deliveries_lane ON sns_deliveries (subscription, due, id)',
    ],
  },
];
