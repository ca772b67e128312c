/** What has been invoked, as the control service tells it: pages, searches, and events that run again. */
import { compareAnswers, type Comparison, type Replayed } from '../protocol/replay.ts';
import type { FaultMark } from '../protocol/faults.ts';
import type { InvocationSummary } from '../protocol/model.ts';
import { encodeRfc3986 } from '../protocol/sigv4.ts';
import { AwsCallError } from './callError.ts';
import type { HostClient } from './hostClient.ts';

export interface HistoryQuery {
  readonly functionName?: string | undefined;
  /** Words that all stand in function, error, event, answer or log. */
  readonly search?: string | undefined;
  readonly status?: 'ok' | 'failed' | 'throttled' | undefined;
  /** Of service time: `10m`, `2h`, `1d`. */
  readonly since?: string | undefined;
}

/** What one call asks for. */
const PAGE = 500;

/** Newest first, at most `limit` in all; the host finds a page when it is asked for the next one. */
export async function* historyPages(
  client: HostClient,
  query: HistoryQuery,
  limit: number,
  signal?: AbortSignal,
): AsyncGenerator<readonly InvocationSummary[]> {
  let before: string | undefined;
  for (let left = limit; left > 0;) {
    const answer = (await client.control('GET', '/lamplight/invocations', {
      query: {
        FunctionName: query.functionName,
        MaxItems: Math.min(PAGE, left),
        Before: before,
        Search: query.search,
        Status: query.status,
        Since: query.since,
      },
      signal,
    })) as { readonly Invocations: readonly InvocationSummary[]; readonly Next?: string };
    const { Invocations: page, Next: next } = answer;
    if (page.length > 0) yield page;
    left -= page.length;
    before = next;
    if (before === undefined) return;
  }
}

/**
 * The last `count` invocations of a function that ran, the oldest first: of an asynchronous event its last attempt, and
 * no replays, since a replay's replay compares nothing with what it was about.
 */
export async function lastInvocations(
  client: HostClient,
  functionName: string,
  count: number,
  signal?: AbortSignal,
): Promise<readonly InvocationSummary[]> {
  const found = new Map<string, InvocationSummary>();
  for await (const page of historyPages(client, { functionName }, Number.POSITIVE_INFINITY, signal))
    for (const one of page) {
      if (one.source === 'replay' || one.report === undefined || found.has(one.requestId)) continue;
      found.set(one.requestId, one);
      if (found.size === count) return [...found.values()].reverse();
    }
  return [...found.values()].reverse();
}

/** Which invocation runs again; of an asynchronous event the last attempt, unless one is named. */
export interface ReplayOf {
  readonly requestId: string;
  readonly attempt?: number | undefined;
}

export type ReplayOutcome =
  | { readonly kind: 'replayed'; readonly replayed: Replayed; readonly comparison: Comparison }
  /** Nothing ran: throttled, no such function, an event that was too long to be kept. */
  /** `fault`: the rule that refused it. */
  | { readonly kind: 'not-run'; readonly message: string; readonly fault?: FaultMark };

export interface ReplayOptions {
  /** What they are invoked as; each as before where absent. */
  readonly qualifier?: string | undefined;
  /** Begins no more, and waits for none; what runs goes on, as on Lambda. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs one event again, on the code of now. Rejects where nothing ran. */
export async function replay(
  client: HostClient,
  { requestId, attempt }: ReplayOf,
  { qualifier, signal }: ReplayOptions = {},
): Promise<Replayed> {
  const path = `/lamplight/invocations/${encodeRfc3986(requestId)}/replay`;
  return (await client.control('POST', path, { body: { attempt, qualifier }, signal })) as Replayed;
}

/** Events that run again at once. */
const PARALLEL = 4;

/**
 * Runs many again, a few at once, and compares. `done` hears of each as it ends. Resolves with what came of all, in their
 * order; where the signal is aborted, of those that had ended by then.
 */
export async function replayAll<T extends ReplayOf>(
  client: HostClient,
  items: readonly T[],
  options: ReplayOptions & { readonly done?: (item: T, outcome: ReplayOutcome) => void } = {},
): Promise<readonly { readonly item: T; readonly outcome: ReplayOutcome }[]> {
  const { signal, done } = options;
  const outcomes = new Map<T, ReplayOutcome>();
  const left = items.values();
  async function work(): Promise<void> {
    // One iterator for all: each takes the next.
    for (const item of left) {
      const outcome = signal?.aborted === true ? undefined : await replayOne(client, item, options);
      if (outcome === undefined) return;
      outcomes.set(item, outcome);
      done?.(item, outcome);
    }
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, work));
  return items.flatMap(item => {
    const outcome = outcomes.get(item);
    return outcome === undefined ? [] : [{ item, outcome }];
  });
}

/** Undefined where the signal was aborted. */
async function replayOne(
  client: HostClient,
  item: ReplayOf,
  options: ReplayOptions,
): Promise<ReplayOutcome | undefined> {
  try {
    const replayed = await replay(client, item, options);
    return { kind: 'replayed', replayed, comparison: compareAnswers(replayed) };
  } catch (error) {
    if (options.signal?.aborted === true) return undefined;
    // Without a host the others would fail just so.
    if (error instanceof AwsCallError)
      return {
        kind: 'not-run',
        message: error.message,
        ...(error.fault === undefined ? {} : { fault: error.fault }),
      };
    throw error;
  }
}
