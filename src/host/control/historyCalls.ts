/** The control service's calls about invocations that have been: list and search, one whole, one again. */
import { AwsError } from '../../protocol/awsError.ts';
import { parseDuration } from '../../protocol/duration.ts';
import type { Replayed } from '../../protocol/replay.ts';
import type { Clock } from '../clock.ts';
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { History } from '../invoke/history.ts';
import type { HistoryPage, HistoryPlace, HistoryQuery } from '../invoke/historySearch.ts';
import type { ReplayQuery } from '../invoke/replay.ts';
import { bodyOf, numberOf, replayRequest } from './requests.ts';

type Call = (request: ServiceRequest, ...parts: string[]) => Promise<ServiceResponse> | ServiceResponse;

const json = (value: unknown): ServiceResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

const invalid = (message: string): AwsError => new AwsError('ValidationException', 400, message);

/** Invocations that one answer may hold. */
const MOST_INVOCATIONS = 1000;
/** Characters of what is searched for. */
const MOST_SEARCHED = 256;
const MOST_ATTEMPTS = 1_000;

export function historyCalls(
  history: Pick<History, 'list' | 'search' | 'get'>,
  clock: Pick<Clock, 'serviceNow'>,
  replay: (requestId: string, query: ReplayQuery) => Promise<Replayed>,
): readonly (readonly [method: string, pattern: RegExp, handle: Call])[] {
  return [
    ['GET', /^\/lamplight\/invocations$/, list],
    ['GET', /^\/lamplight\/invocations\/([^/]+)$/, get],
    [
      'POST',
      /^\/lamplight\/invocations\/([^/]+)\/replay$/,
      async (request, requestId = '') => json(await replay(requestId, replayRequest(bodyOf(request)))),
    ],
  ];

  async function list({ query, signal }: ServiceRequest): Promise<ServiceResponse> {
    const functionName = query.get('FunctionName');
    const wanted = {
      ...(functionName === null ? {} : { functionName }),
      limit: numberOf(query, 'MaxItems', 50, MOST_INVOCATIONS),
      ...beforeOf(query.get('Before')),
    };
    if (!['Search', 'Status', 'Since'].some(name => query.has(name))) return page(history.list(wanted));
    return page(await history.search({ ...wanted, ...sought(query) }, signal));
  }

  function page({ invocations, next }: HistoryPage): ServiceResponse {
    return json({
      Invocations: invocations,
      ...(next === undefined ? {} : { Next: `${next.startedAt}-${next.row}` }),
    });
  }

  /** A time, or what an answer has had as `Next`. */
  function beforeOf(text: string | null): { readonly before?: HistoryPlace } {
    if (text === null) return {};
    const [, startedAt, row = '0'] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(text) ?? [];
    if (startedAt === undefined)
      throw invalid(`Before is the Next of an earlier answer, or epoch milliseconds, not ${text}.`);
    return { before: { startedAt: Number(startedAt), row: Number(row) } };
  }

  function sought(query: URLSearchParams): Partial<HistoryQuery> {
    const text = query.get('Search');
    const status = query.get('Status');
    const since = query.get('Since');
    if (text !== null && text.length > MOST_SEARCHED)
      throw invalid(`Search takes ${MOST_SEARCHED} characters at most.`);
    if (status !== null && status !== 'ok' && status !== 'failed' && status !== 'throttled')
      throw invalid(`Status is one of ok, failed, throttled, not ${status}.`);
    const ago = since === null ? undefined : parseDuration(since);
    if (since !== null && ago === undefined)
      throw invalid(`Since is a duration like 61s, 10m, 5m30s, 2h or 1d, not ${since}.`);
    return {
      ...(text === null ? {} : { text }),
      ...(status === null ? {} : { status }),
      ...(ago === undefined ? {} : { since: clock.serviceNow() - ago }),
    };
  }

  function get({ query }: ServiceRequest, requestId = ''): ServiceResponse {
    const attempt = query.has('Attempt') ? numberOf(query, 'Attempt', 1, MOST_ATTEMPTS) : undefined;
    const record = history.get(requestId, attempt);
    if (!record) throw new AwsError('ResourceNotFoundException', 404, `Invocation not found: ${requestId}`);
    return json(record);
  }
}
