/** `lamplight history` */
import { historyPages, type HistoryQuery } from '../client/history.ts';
import { parseDuration } from '../protocol/duration.ts';
import { markText } from '../protocol/faults.ts';
import type { InvocationSummary } from '../protocol/model.ts';
import { costEstimate, dollars, PRICES } from '../protocol/prices.ts';
import { type Arguments, type Command, stateFlag, UsageError } from './command.ts';
import { withHost } from './locateHost.ts';
import { table } from './table.ts';

export const history: Command = {
  name: 'history',
  operands: '',
  operandCount: { least: 0, most: 0 },
  summary: 'lists and searches the invocations that have ended, the newest first',
  details: [
    'All attempts at an asynchronous event have its request id. Times are service time (lamplight clock). The newest 10,000',
    `are kept. Costs are estimates by the prices of ${PRICES.region} (${PRICES.asOf}), without a free tier.`,
  ].join('\n'),
  flags: {
    ...stateFlag,
    function: { value: 'NAME', help: 'of this function only' },
    search: {
      value: 'TEXT',
      help: 'that have each of these words in function, error, request id, event, answer or log',
    },
    status: { value: 'ok|failed|throttled', help: 'that ended so' },
    since: { value: 'DURATION', help: 'of the last 10m, 2h, 1d …' },
    limit: { value: 'N', help: 'so many at most (default: all)' },
    json: { help: 'prints one JSON object a line' },
  },
  async run(args, context) {
    const query = queryOf(args);
    const limit = countOf(args.text('limit'), '--limit') ?? Number.POSITIVE_INFINITY;
    let found = 0;
    await withHost(args, context, async client => {
      for await (const page of historyPages(client, query, limit)) {
        found += page.length;
        context.out(
          args.has('json')
            ? page.map(one => `${JSON.stringify(jsonOf(one))}\n`).join('')
            : table(page.map(rowOf)),
        );
      }
    });
    if (found === 0 && !args.has('json')) context.err(`${nothing(query)}\n`);
    return 0;
  },
};

function queryOf(args: Arguments): HistoryQuery {
  const since = args.text('since');
  if (since !== undefined && parseDuration(since) === undefined)
    throw new UsageError(`--since is a duration like 61s, 10m, 5m30s, 2h or 1d, not ${since}.`);
  return {
    functionName: args.text('function'),
    search: args.text('search'),
    // One of its values: the flag's own form says so.
    status: args.text('status') as HistoryQuery['status'],
    since,
  };
}

/** A number from 1; throws {@link UsageError}. */
export function countOf(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) === 0)
    throw new UsageError(`${flag} is a number from 1, not ${text}.`);
  return Number(text);
}

function nothing({ functionName, search, status, since }: HistoryQuery): string {
  if (search !== undefined || status !== undefined || since !== undefined)
    return 'No invocation fits; without --search, --status and --since there may be some.';
  return `Nothing was invoked${functionName === undefined ? '' : ` under the name ${functionName}`}.`;
}

/** What history knows of one, as scripts get it: money in US dollars, durations in milliseconds. */
export function jsonOf(one: InvocationSummary): Readonly<Record<string, unknown>> {
  const { functionName, startedAt, report, billing, ...rest } = one;
  const cost = costEstimate(one);
  return {
    ...rest,
    function: functionName,
    startedAt: new Date(startedAt).toISOString(),
    ...report,
    ...billing,
    ...(cost === undefined ? {} : { costEstimateUsd: Number(cost.toPrecision(6)) }),
  };
}

function rowOf(one: InvocationSummary): string[] {
  const { functionName, version, attempt, cause, status, errorType, fault, report } = one;
  const cost = costEstimate(one);
  return [
    new Date(one.startedAt).toISOString(),
    one.requestId,
    version === '$LATEST' ? functionName : `${functionName}:${version}`,
    cause === undefined || cause === 'call' ? one.source : `${one.source}, attempt ${attempt} (${cause})`,
    fault === undefined ? (errorType ?? status) : `${errorType ?? status} (fault ${markText(fault)})`,
    report === undefined ? '' : `${report.durationMs} ms`,
    cost === undefined ? '' : `~${dollars(cost)}`,
  ];
}
