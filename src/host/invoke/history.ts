/**
 * Every invocation with its event, answer, log and REPORT facts, kept in the state folder.
 *
 * Finished invocations are collected and written together a few times a second: an answer never waits for the disk, and
 * what `kill -9` can take away is the record of the last moments, never work that was acknowledged.
 */
import type { Clock, Timer } from '../clock.ts';
import type { InvocationRecord, InvocationSummary } from '../../protocol/model.ts';
import type { Database } from '../state/database.ts';

export interface History {
  add(entry: HistoryEntry): void;
  /** Newest first. */
  list(query: { functionName?: string; limit: number; before?: number }): InvocationSummary[];
  get(requestId: string): InvocationRecord | undefined;
  /** Writes what is still in memory. */
  flush(): void;
}

export interface HistoryEntry {
  readonly summary: InvocationSummary;
  readonly event: Buffer;
  readonly result: Buffer | undefined;
  readonly log: string;
}

/** Wait before what has been collected is written. */
const WRITE_DELAY_MS = 100;
/** Records kept; the oldest go first. */
const KEEP = 10_000;
/** Longest event or answer that is kept whole; of a longer one, its beginning. */
const KEEP_BYTES = 1024 * 1024;

interface SummaryRow {
  readonly summary: string;
}

interface Row extends SummaryRow {
  readonly event: Uint8Array;
  readonly result: Uint8Array | null;
  readonly log: string;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

export function createHistory(database: Database, clock: Clock): History {
  const insert = database.query(
    'INSERT OR REPLACE INTO invocations (request_id, function_name, started_at, summary, event, result, log) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const newest = database.query<SummaryRow>(
    'SELECT summary FROM invocations WHERE started_at < ? ORDER BY started_at DESC LIMIT ?',
  );
  const newestOf = database.query<SummaryRow>(
    'SELECT summary FROM invocations WHERE function_name = ? AND started_at < ? ORDER BY started_at DESC LIMIT ?',
  );
  const byId = database.query<Row>(
    'SELECT summary, event, result, log FROM invocations WHERE request_id = ?',
  );
  let pending: HistoryEntry[] = [];
  let timer: Timer | undefined;
  let written = 0;

  function flush(): void {
    timer?.cancel();
    timer = undefined;
    if (pending.length === 0) return;
    const entries = pending;
    pending = [];
    database.transaction(() => {
      for (const { summary, event, result, log } of entries) {
        insert.run(
          summary.requestId,
          summary.functionName,
          summary.startedAt,
          JSON.stringify(summary),
          event.subarray(0, KEEP_BYTES),
          result?.subarray(0, KEEP_BYTES) ?? null,
          log,
        );
      }
    });
    written += entries.length;
    if (written >= 1000) {
      written = 0;
      database.run(
        'DELETE FROM invocations WHERE started_at < (SELECT started_at FROM invocations ORDER BY started_at DESC LIMIT 1 OFFSET ?)',
        KEEP,
      );
    }
  }

  return {
    add(entry) {
      pending.push(entry);
      timer ??= clock.afterWall(WRITE_DELAY_MS, flush);
    },
    list({ functionName, limit, before }) {
      flush();
      const until = before ?? Number.MAX_SAFE_INTEGER;
      const rows =
        functionName === undefined ? newest.all(until, limit) : newestOf.all(functionName, until, limit);
      return rows.map(row => JSON.parse(row.summary) as InvocationSummary);
    },
    get(requestId) {
      flush();
      const row = byId.get(requestId);
      if (!row) return undefined;
      return {
        ...(JSON.parse(row.summary) as InvocationSummary),
        event: text(row.event),
        ...(row.result === null ? {} : { result: text(row.result) }),
        log: row.log,
      };
    },
    flush,
  };
}
