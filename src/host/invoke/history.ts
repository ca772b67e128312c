/**
 * Every invocation with its event, answer, log and REPORT facts, kept in the state folder.
 *
 * Finished invocations are collected and written together a few times a second: an answer never waits for the disk, and
 * what `kill -9` or a full disk can take away is the record of the last moments, never work that was acknowledged.
 */
import type { Clock, Timer } from '../clock.ts';
import type { InvocationRecord, InvocationSummary } from '../../protocol/model.ts';
import type { Database } from '../state/database.ts';
import {
  START,
  searchHistory,
  type HistoryPage,
  type HistoryPlace,
  type HistoryQuery,
} from './historySearch.ts';

export interface History {
  /** It has ended, or was throttled; a later entry of the same attempt takes its place. */
  add(entry: HistoryEntry): void;
  /** Newest first; those that come after `before`, where the page before has ended. */
  list(query: { functionName?: string; limit: number; before?: HistoryPlace }): HistoryPage;
  /** By what they were asked, answered and logged; a long search is done in several calls. */
  search(query: HistoryQuery, signal?: AbortSignal): Promise<HistoryPage>;
  /** Of an asynchronous event the last attempt, unless one is named. */
  get(requestId: string, attempt?: number): InvocationRecord | undefined;
  /** Writes what is still in memory; what comes later is not kept. */
  close(): void;
}

export interface HistoryEntry {
  readonly summary: InvocationSummary;
  readonly event: Buffer;
  readonly result: Buffer | undefined;
  readonly log: string;
  readonly clientContext?: string;
  readonly tenantId?: string;
}

/** Wait before what has been collected is written: the more there is, the less each of it costs. */
const WRITE_DELAY_MS = 250;
/** Records, and bytes of their events, answers and logs, that are kept; the oldest go first. */
const KEPT = { records: 10_000, bytes: 1024 * 1024 * 1024 };
/** What may be written before it is looked for what has become too much, as a part of what is kept. */
const TIDY = 0.1;
/** Longest event or answer that is kept whole; of a longer one, its beginning. */
const KEEP_BYTES = 1024 * 1024;

interface SummaryRow {
  readonly id: number;
  readonly started_at: number;
  readonly summary: string;
}

interface Row {
  readonly summary: string;
  readonly event: Uint8Array;
  readonly result: Uint8Array | null;
  readonly log: string;
  readonly details: string | null;
}

type Details = Pick<InvocationRecord, 'clientContext' | 'tenantId' | 'cut'>;

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/**
 * @param failed hears why records could not be written, once until it works again
 * @param kept how much is kept; tests keep less
 */
export function createHistory(
  database: Database,
  clock: Clock,
  failed: (error: unknown) => void,
  kept = KEPT,
): History {
  const insert = database.query(
    'INSERT OR REPLACE INTO invocations (request_id, attempt, function_name, started_at, summary, event, result, log, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  // Many start in one millisecond, all of them while the clock is frozen: what has ended later is newer. Ids are random,
  // and attempts share theirs.
  const newest = database.query<SummaryRow>(
    'SELECT rowid AS id, started_at, summary FROM invocations WHERE (started_at, rowid) < (?, ?) ORDER BY started_at DESC, rowid DESC LIMIT ?',
  );
  const newestOf = database.query<SummaryRow>(
    'SELECT rowid AS id, started_at, summary FROM invocations WHERE function_name = ? AND (started_at, rowid) < (?, ?) ORDER BY started_at DESC, rowid DESC LIMIT ?',
  );
  const byId = database.query<Row>(
    'SELECT summary, event, result, log, details FROM invocations WHERE request_id = ? AND (?2 IS NULL OR attempt = ?2) ORDER BY attempt DESC LIMIT 1',
  );
  // The index alone says which are too many; what they hold is only read where too much may have been written.
  const tidyRecords = database.query(
    `DELETE FROM invocations WHERE rowid IN (
       SELECT rowid FROM invocations ORDER BY started_at DESC, rowid DESC LIMIT -1 OFFSET ?)`,
  );
  const tidyBytes = database.query(
    `DELETE FROM invocations WHERE rowid IN (
       SELECT id FROM (
         SELECT rowid AS id,
                sum(octet_length(event) + coalesce(octet_length(result), 0) + octet_length(log)) OVER newest AS bytes
         FROM invocations WINDOW newest AS (ORDER BY started_at DESC, rowid DESC ROWS UNBOUNDED PRECEDING))
       WHERE bytes > ?)`,
  );
  let pending: HistoryEntry[] = [];
  let timer: Timer | undefined;
  // The first write of each life tidies up too: few hosts live long enough to get there by counting.
  let records = kept.records;
  let bytes = kept.bytes;
  let isFailing = false;
  let closed = false;

  /** Never throws: it runs when nobody waits for it, and what is stored can be read whether or not the disk is full. */
  function flush(): void {
    timer?.cancel();
    timer = undefined;
    if (pending.length === 0) return;
    const entries = pending;
    pending = [];
    try {
      database.transaction(() => {
        for (const entry of entries) write(entry);
      });
      if (records >= TIDY * kept.records) {
        tidyRecords.run(kept.records);
        records = 0;
      }
      if (bytes >= TIDY * kept.bytes) {
        tidyBytes.run(kept.bytes);
        bytes = 0;
      }
      isFailing = false;
    } catch (error) {
      if (!isFailing) failed(error);
      isFailing = true;
    }
  }

  function write(entry: HistoryEntry): void {
    const { summary, event, result, log } = entry;
    const details = detailsOf(entry);
    const keptEvent = event.subarray(0, KEEP_BYTES);
    const keptResult = result?.subarray(0, KEEP_BYTES);
    insert.run(
      summary.requestId,
      summary.attempt,
      summary.functionName,
      summary.startedAt,
      JSON.stringify(summary),
      keptEvent,
      keptResult ?? null,
      log,
      details === undefined ? null : JSON.stringify(details),
    );
    records += 1;
    bytes += keptEvent.length + (keptResult?.length ?? 0) + log.length;
  }

  return {
    add(entry) {
      if (closed) return;
      pending.push(entry);
      timer ??= clock.afterWall(WRITE_DELAY_MS, flush);
    },
    list({ functionName, limit, before = START }) {
      flush();
      const after = [before.startedAt, before.row] as const;
      const rows =
        functionName === undefined
          ? newest.all(...after, limit)
          : newestOf.all(functionName, ...after, limit);
      const last = rows.length < limit ? undefined : rows.at(-1);
      return {
        invocations: rows.map(row => JSON.parse(row.summary) as InvocationSummary),
        ...(last === undefined ? {} : { next: { startedAt: last.started_at, row: last.id } }),
      };
    },
    search(query, signal) {
      flush();
      return searchHistory(database, clock, query, signal);
    },
    get(requestId, attempt) {
      flush();
      const row = byId.get(requestId, attempt ?? null);
      if (!row) return undefined;
      return {
        ...(JSON.parse(row.summary) as InvocationSummary),
        event: text(row.event),
        ...(row.result === null ? {} : { result: text(row.result) }),
        log: row.log,
        ...(row.details === null ? {} : (JSON.parse(row.details) as Details)),
      };
    },
    close() {
      flush();
      closed = true;
    },
  };
}

/** What most have not. */
function detailsOf({ event, result, clientContext, tenantId }: HistoryEntry): Details | undefined {
  const cut = [
    ...(event.length > KEEP_BYTES ? (['event'] as const) : []),
    ...(result !== undefined && result.length > KEEP_BYTES ? (['result'] as const) : []),
  ];
  if (cut.length === 0 && clientContext === undefined && tenantId === undefined) return undefined;
  return {
    ...(clientContext === undefined ? {} : { clientContext }),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(cut.length === 0 ? {} : { cut }),
  };
}
