/**
 * CloudWatch's metrics: buckets of one second of service time, kept for a day. Whoever does what a metric counts says so
 * here; nothing waits for the disk, and a `kill -9` takes the last second at most.
 */
import { METRICS, type MetricName, type MetricPoint, type MetricSeries } from '../../protocol/metrics.ts';
import type { Clock, Timer } from '../clock.ts';
import type { Database } from '../state/database.ts';
import type { Migration } from '../state/migrations.ts';

/** What a value is of: an invocation has all three; a level of the account has none. */
export interface MetricSubject {
  readonly functionName?: string;
  /** As it was asked for, `$LATEST` for none. */
  readonly qualifier?: string;
}

export interface MetricQuery {
  /** All that were seen where absent. */
  readonly metric?: MetricName;
  /** Absent: of the account. */
  readonly functionName?: string;
  /** Absent: of the whole function. */
  readonly qualifier?: string;
  /** Epoch milliseconds of service time: from, and up to but without. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds of one point: whole seconds. */
  readonly period: number;
}

export interface Metrics {
  /**
   * Adds one value to the second of `at`, now where absent. Metrics that are sums add up to those of the function and the
   * account by themselves; a level is recorded for the account, the function and the qualifier by whoever knows them.
   */
  record(metric: MetricName, subject: MetricSubject, value?: number, at?: number): void;
  /** Those series in which something was seen, by name. */
  query(query: MetricQuery): MetricSeries[];
  /** Writes what is still in memory; what comes later is not kept. */
  close(): void;
}

export const metricMigrations: readonly Migration[] = [
  {
    id: 'invoke-0002-metrics',
    statements: [
      `CREATE TABLE metrics (
        second INTEGER NOT NULL,
        function_name TEXT NOT NULL,
        qualifier TEXT NOT NULL,
        stats TEXT NOT NULL,
        PRIMARY KEY (second, function_name, qualifier)
      ) STRICT, WITHOUT ROWID`,
    ],
  },
];

const SECOND = 1_000;
const KEPT_SECONDS = 86_400;
/** Wall time before what was recorded is written. */
const WRITE_DELAY_MS = 1_000;
/** Writes between looking for what is too old. */
const TIDY_EVERY = 60;

/** Sum, samples, minimum, maximum. */
type Stat = [sum: number, samples: number, minimum: number, maximum: number];
type Stats = Partial<Record<MetricName, Stat>>;

interface Bucket {
  readonly second: number;
  readonly functionName: string;
  readonly qualifier: string;
  readonly stats: Stats;
}

interface Row {
  readonly second: number;
  readonly function_name: string;
  readonly qualifier: string;
  readonly stats: string;
}

/** @param failed hears why values could not be written, once until it works again */
export function createMetrics(database: Database, clock: Clock, failed: (error: unknown) => void): Metrics {
  const select = database.query<Row>(
    'SELECT stats FROM metrics WHERE second = ? AND function_name = ? AND qualifier = ?',
  );
  const insert = database.query(
    'INSERT OR REPLACE INTO metrics (second, function_name, qualifier, stats) VALUES (?, ?, ?, ?)',
  );
  const between = database.query<Row>(
    'SELECT * FROM metrics WHERE second >= ?1 AND second < ?2 AND (?3 IS NULL OR function_name = ?3) ORDER BY second',
  );
  const tidy = database.query('DELETE FROM metrics WHERE second < ?');
  let pending = new Map<string, Bucket>();
  let timer: Timer | undefined;
  let writes = 0;
  let isFailing = false;
  let closed = false;

  /** Never throws: nobody waits for it. */
  function flush(): void {
    timer?.cancel();
    timer = undefined;
    if (pending.size === 0) return;
    const buckets = pending;
    pending = new Map();
    try {
      database.transaction(() => {
        for (const bucket of buckets.values()) write(bucket);
        if (writes++ % TIDY_EVERY === 0) tidy.run(Math.floor(clock.serviceNow() / SECOND) - KEPT_SECONDS);
      });
      isFailing = false;
    } catch (error) {
      if (!isFailing) failed(error);
      isFailing = true;
    }
  }

  function write({ second, functionName, qualifier, stats }: Bucket): void {
    const before = select.get(second, functionName, qualifier);
    const merged = before === undefined ? stats : (JSON.parse(before.stats) as Stats);
    if (before !== undefined) {
      for (const [metric, stat] of Object.entries(stats)) add(merged, metric as MetricName, stat);
    }
    insert.run(second, functionName, qualifier, JSON.stringify(merged));
  }

  return {
    record(metric, { functionName = '', qualifier = '' }, value = 1, at = clock.serviceNow()) {
      if (closed) return;
      const second = Math.floor(at / SECOND);
      const key = `${second}\n${functionName}\n${qualifier}`;
      let bucket = pending.get(key);
      if (bucket === undefined) {
        bucket = { second, functionName, qualifier, stats: {} };
        pending.set(key, bucket);
        timer ??= clock.afterWall(WRITE_DELAY_MS, flush);
      }
      add(bucket.stats, metric, [value, 1, value, value]);
    },
    query(query) {
      flush();
      const series = new Map<MetricName, Map<number, Stats>>();
      const rows = between.each(
        Math.ceil(query.from / SECOND),
        Math.ceil(query.to / SECOND),
        query.functionName ?? null,
      );
      for (const row of rows) {
        const at = row.second * SECOND;
        const period = at - ((at - query.from) % query.period);
        for (const [name, stat] of Object.entries(JSON.parse(row.stats) as Stats)) {
          const metric = name as MetricName;
          if ((query.metric !== undefined && metric !== query.metric) || !isOf(row, metric, query)) continue;
          const points = series.get(metric) ?? new Map<number, Stats>();
          series.set(metric, points);
          const stats = points.get(period) ?? {};
          points.set(period, stats);
          add(stats, metric, stat);
        }
      }
      return [...series]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([metric, points]) => ({
          metric,
          unit: METRICS[metric].unit,
          ...(query.functionName === undefined ? {} : { functionName: query.functionName }),
          ...(query.qualifier === undefined ? {} : { qualifier: query.qualifier }),
          points: [...points].flatMap(([at, { [metric]: stat }]) => (stat ? [pointOf(at, stat)] : [])),
        }));
    },
    close() {
      flush();
      closed = true;
    },
  };
}

function add(stats: Stats, metric: MetricName, [sum, samples, minimum, maximum]: Stat): void {
  const stat = stats[metric];
  if (stat === undefined) {
    stats[metric] = [sum, samples, minimum, maximum];
    return;
  }
  stat[0] += sum;
  stat[1] += samples;
  stat[2] = Math.min(stat[2], minimum);
  stat[3] = Math.max(stat[3], maximum);
}

/** Sums are those of everything below what is asked for; a level is of just that. */
function isOf(row: Row, metric: MetricName, { functionName, qualifier }: MetricQuery): boolean {
  if (METRICS[metric].kind === 'level')
    return row.function_name === (functionName ?? '') && row.qualifier === (qualifier ?? '');
  return (
    (functionName === undefined || row.function_name === functionName) &&
    (qualifier === undefined || row.qualifier === qualifier)
  );
}

const pointOf = (at: number, [sum, samples, minimum, maximum]: Stat): MetricPoint => ({
  at,
  sum,
  samples,
  minimum,
  maximum,
});
