/**
 * Finds invocations in what history has stored, by what they were asked, answered and logged. Newest first, a piece at a
 * time: a long search neither holds up invocations nor brings more into memory than its findings.
 */
import type { InvocationSummary } from '../../protocol/model.ts';
import { sleepWall, type Clock } from '../clock.ts';
import type { Database } from '../state/database.ts';

export interface HistoryQuery {
  readonly functionName?: string;
  /** Words, each of which stands in function, error, request id, event, answer or log; the case of ASCII letters is ignored. */
  readonly text?: string;
  /** `failed`: errors and timeouts. */
  readonly status?: 'ok' | 'failed' | 'throttled';
  /** Epoch milliseconds of service time: nothing that began before. */
  readonly since?: number;
  readonly limit: number;
  /** Where an earlier answer has ended. */
  readonly before?: HistoryPlace;
}

/** Newer than what follows it: by start, then by when it was stored, which differs for all. */
export interface HistoryPlace {
  readonly startedAt: number;
  /** 0: whatever started earlier. */
  readonly row: number;
}

/** Newer than everything. */
export const START: HistoryPlace = { startedAt: Number.MAX_SAFE_INTEGER, row: 0 };

export interface HistoryPage {
  readonly invocations: readonly InvocationSummary[];
  /** There may be more: go on here. */
  readonly next?: HistoryPlace;
}

/** Rows that are looked at in one go. */
const ROWS = 200;
/** Bytes of events, answers and logs that are read in one go, and for one answer. */
const READ_AT_ONCE = 4 * 1024 * 1024;
const READ_FOR_ONE = 64 * 1024 * 1024;

interface Row {
  readonly id: number;
  readonly started_at: number;
  readonly summary: string;
  readonly bytes: number;
}

const statuses: Readonly<
  Record<NonNullable<HistoryQuery['status']>, readonly InvocationSummary['status'][]>
> = {
  ok: ['success'],
  failed: ['error', 'timeout'],
  throttled: ['throttled'],
};

/** Ends with what it has when `signal` is aborted: nobody reads it. */
export async function searchHistory(
  database: Database,
  clock: Clock,
  query: HistoryQuery,
  signal?: AbortSignal,
): Promise<HistoryPage> {
  const { functionName, since = 0, status, limit } = query;
  const words = wordsOf(query.text ?? '');
  const rows = database.query<Row>(
    `SELECT rowid AS id, started_at, summary,
            octet_length(event) + coalesce(octet_length(result), 0) + octet_length(log) AS bytes
     FROM invocations
     WHERE (started_at, rowid) < (?1, ?2) AND started_at >= ?3 ${functionName === undefined ? '' : 'AND function_name = ?5'}
     ORDER BY started_at DESC, rowid DESC LIMIT ?4`,
  );
  // Not LIKE: a long word in a megabyte of its first letter would take a second, and LIKE ends at a NUL.
  const holds = database.query<{ readonly found: 1 }>(
    `SELECT 1 AS found FROM invocations WHERE rowid = ?1 AND
       (instr(lower(CAST(event AS TEXT)), lower(?2)) > 0 OR instr(lower(CAST(result AS TEXT)), lower(?2)) > 0
        OR instr(lower(log), lower(?2)) > 0)`,
  );
  const found: InvocationSummary[] = [];
  let place = query.before ?? START;
  let read = 0;
  let unpaused = 0;

  async function fits(row: Row, summary: InvocationSummary): Promise<boolean> {
    if (status !== undefined && !statuses[status].includes(summary.status)) return false;
    for (const word of words) {
      if (inSummary(summary, word)) continue;
      await pause();
      // Each word reads all of it.
      read += row.bytes;
      unpaused += row.bytes;
      if (holds.get(row.id, word) === undefined) return false;
    }
    return true;
  }

  async function pause(): Promise<void> {
    if (unpaused < READ_AT_ONCE) return;
    unpaused = 0;
    await sleepWall(clock, 0);
  }

  for (;;) {
    const page = rows.all(
      place.startedAt,
      place.row,
      since,
      ROWS,
      ...(functionName === undefined ? [] : [functionName]),
    );
    for (const row of page) {
      const summary = JSON.parse(row.summary) as InvocationSummary;
      place = { startedAt: row.started_at, row: row.id };
      if (await fits(row, summary)) found.push(summary);
      if (found.length >= limit || read >= READ_FOR_ONE) return { invocations: found, next: place };
      await pause();
      if (signal?.aborted === true) return { invocations: found };
    }
    if (page.length < ROWS) return { invocations: found };
    await sleepWall(clock, 0);
    if (signal?.aborted === true) return { invocations: found };
  }
}

/** A text can be 128 words, and each costs: one is enough of those that are equal. */
const wordsOf = (text: string): string[] => [
  ...new Set(
    text
      .replace(/[A-Z]/g, letter => letter.toLowerCase())
      .split(/\s+/)
      .filter(word => word !== ''),
  ),
];

function inSummary(summary: InvocationSummary, word: string): boolean {
  const { functionName, qualifier, requestId, errorType, errorMessage, source, parent } = summary;
  const sought = word.toLowerCase();
  return [functionName, qualifier, requestId, errorType, errorMessage, source, parent].some(
    text => text?.toLowerCase().includes(sought) === true,
  );
}
