/** `lamplight metrics` */
import { clockStatus, metrics as readMetrics } from '../client/controlCalls.ts';
import type { HostClient } from '../client/hostClient.ts';
import { parseDuration } from '../protocol/duration.ts';
import { isMetricName, METRICS, type MetricPoint, type MetricSeries } from '../protocol/metrics.ts';
import { type Arguments, type Command, stateFlag, UsageError } from './command.ts';
import { withHost } from './locateHost.ts';
import { table } from './table.ts';

export const metrics: Command = {
  name: 'metrics',
  operands: '[NAME]',
  operandCount: { least: 0, most: 1 },
  summary: "shows CloudWatch's metrics of the account or a function: what ran, failed, was throttled",
  details: 'They are kept for a day of service time.',
  flags: {
    ...stateFlag,
    qualifier: { value: 'Q', help: 'of this version or alias, or $LATEST, as it was invoked' },
    metric: { value: 'NAME', help: 'just this one: Invocations, Errors, Throttles, Duration …' },
    since: { value: 'DURATION', help: 'how far back: 10m, 1d (default: 1h)' },
    period: { value: 'DURATION', help: 'what a line stands for: 1s, 5m (default: 1m)' },
    json: { help: 'prints a JSON array' },
  },
  async run(args, context) {
    const call = callOf(args);
    const series = await withHost(args, context, call);
    if (args.has('json')) context.out(`${JSON.stringify(series, undefined, 2)}\n`);
    else if (series.length === 0) context.err('Nothing was counted.\n');
    else context.out(series.map(textOf).join(''));
    return 0;
  },
};

/** Throws UsageError. */
function callOf(args: Arguments): (client: HostClient) => Promise<readonly MetricSeries[]> {
  const [functionName] = args.operands;
  const qualifier = args.text('qualifier');
  const metric = args.text('metric');
  const since = args.text('since');
  const period = args.text('period');
  if (qualifier !== undefined && functionName === undefined)
    throw new UsageError("--qualifier needs the function's name: lamplight metrics NAME --qualifier Q");
  if (metric !== undefined && !isMetricName(metric))
    throw new UsageError(`There is no metric ${metric}: ${Object.keys(METRICS).join(', ')}.`);
  const sinceMs = since === undefined ? undefined : parseDuration(since);
  if (since !== undefined && sinceMs === undefined)
    throw new UsageError(`--since is a duration such as 10m or 1d, not ${since}.`);
  const seconds = period === undefined ? undefined : (parseDuration(period) ?? 0) / 1_000;
  if (seconds !== undefined && (seconds < 1 || !Number.isInteger(seconds)))
    throw new UsageError(`--period is whole seconds such as 1s, 60s or 5m, not ${String(period)}.`);
  return async client => {
    // It is service time that is asked for.
    const from = sinceMs === undefined ? undefined : (await clockStatus(client)).serviceTime - sinceMs;
    return readMetrics(client, {
      ...(functionName === undefined ? {} : { functionName }),
      ...(qualifier === undefined ? {} : { qualifier }),
      ...(metric === undefined ? {} : { metric }),
      ...(from === undefined ? {} : { from }),
      ...(seconds === undefined ? {} : { period: seconds }),
    });
  };
}

const rounded = (value: number): string => String(Math.round(value * 1_000) / 1_000);

function textOf({ metric, points }: MetricSeries): string {
  const row = ({ at, sum, samples, minimum, maximum }: MetricPoint): string[] => [
    new Date(at).toISOString(),
    ...[sum, sum / samples, minimum, maximum, samples].map(rounded),
  ];
  return `${metric}  Sum  Average  Minimum  Maximum  Samples\n${table(points.map(row), '  ')}`;
}
