/** Tables of the invocation plane. */
import type { Migration } from '../state/migrations.ts';

export const invokeMigrations: readonly Migration[] = [
  {
    id: 'invoke-0001-invocations',
    statements: [
      `CREATE TABLE invocations (
        request_id TEXT PRIMARY KEY,
        function_name TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        summary TEXT NOT NULL,
        event BLOB NOT NULL,
        result BLOB,
        log TEXT NOT NULL
      ) STRICT`,
      'CREATE INDEX invocations_by_function ON invocations (function_name, started_at DESC)',
      'CREATE INDEX invocations_by_time ON invocations (started_at DESC)',
    ],
  },
  {
    // New rows at the end of an index cost a sixth less than at its beginning; it is read backwards as well.
    id: 'invoke-0002-ascending-indexes',
    statements: [
      'DROP INDEX invocations_by_function',
      'DROP INDEX invocations_by_time',
      'CREATE INDEX invocations_by_function ON invocations (function_name, started_at)',
      'CREATE INDEX invocations_by_time ON invocations (started_at)',
    ],
  },
  {
    id: 'invoke-0003-attempts',
    statements: [
      // An asynchronous event keeps its request id in all of its attempts.
      `CREATE TABLE attempts (
        request_id TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        function_name TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        summary TEXT NOT NULL,
        event BLOB NOT NULL,
        result BLOB,
        log TEXT NOT NULL,
        PRIMARY KEY (request_id, attempt)
      ) STRICT`,
      `INSERT INTO attempts SELECT request_id, 1, function_name, started_at, summary, event, result, log FROM invocations`,
      'DROP TABLE invocations',
      'ALTER TABLE attempts RENAME TO invocations',
      'CREATE INDEX invocations_by_function ON invocations (function_name, started_at)',
      'CREATE INDEX invocations_by_time ON invocations (started_at)',
    ],
  },
  {
    id: 'invoke-0004-events',
    statements: [
      // asynchronous/eventRows.ts. Apart from their payloads, which no retry writes again.
      `CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        request_id TEXT NOT NULL,
        function_name TEXT NOT NULL,
        qualifier TEXT,
        accepted_at INTEGER NOT NULL,
        due INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        returns INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        origin TEXT NOT NULL,
        last TEXT,
        policy TEXT NOT NULL
      ) STRICT`,
      'CREATE INDEX events_due ON events (function_name, due)',
      `CREATE TABLE event_payloads (
        event_id INTEGER PRIMARY KEY REFERENCES events (id) ON DELETE CASCADE,
        payload BLOB NOT NULL
      ) STRICT`,
    ],
  },
  {
    id: 'invoke-0005-deliveries',
    statements: [
      // asynchronous/deliveryRows.ts
      `CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        target TEXT NOT NULL,
        function_name TEXT NOT NULL,
        qualifier TEXT,
        created_at INTEGER NOT NULL,
        due INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        failed_at INTEGER,
        error TEXT,
        message TEXT NOT NULL,
        body BLOB NOT NULL
      ) STRICT`,
      'CREATE INDEX deliveries_due ON deliveries (target, due) WHERE failed_at IS NULL',
      'CREATE INDEX deliveries_failed ON deliveries (failed_at) WHERE failed_at IS NOT NULL',
    ],
  },
  {
    id: 'invoke-0006-faults',
    statements: [
      // faults/faultRules.ts. Numbers are never given twice: history names them.
      `CREATE TABLE fault_rules (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        rule TEXT NOT NULL,
        seen INTEGER NOT NULL DEFAULT 0,
        hits INTEGER NOT NULL DEFAULT 0,
        last_hit INTEGER,
        removed INTEGER NOT NULL DEFAULT 0
      ) STRICT`,
      // Deliveries of an event that faults have added to its attempts, each with a record of its own in history.
      'ALTER TABLE events ADD COLUMN echoes INTEGER NOT NULL DEFAULT 0',
    ],
  },
  {
    id: 'invoke-0007-event-functions',
    statements: [
      // The row of its function: one of the same name is another one. NULL for events of older hosts.
      'ALTER TABLE events ADD COLUMN function_id INTEGER',
      'DROP INDEX events_due',
      'CREATE INDEX events_due ON events (function_name, function_id, due)',
    ],
  },
  {
    id: 'invoke-0008-events-by-request',
    // Whoever retries or drops one event names it by its request id, and there may be 100,000.
    statements: ['CREATE INDEX events_by_request ON events (request_id)'],
  },
  {
    id: 'invoke-0009-invocation-details',
    // What only few have, JSON: client context, tenant, what was cut.
    statements: ['ALTER TABLE invocations ADD COLUMN details TEXT'],
  },
];
