/** CloudWatch's metrics of Lambda (spec/lambda-service.md §6), as far as something here counts them, and how they are asked for. */

/** `sum`: events that add up over a function's qualifiers. `level`: how much there is at a time; it does not. */
export const METRICS = {
  Invocations: { kind: 'sum', unit: 'Count' },
  Errors: { kind: 'sum', unit: 'Count' },
  Throttles: { kind: 'sum', unit: 'Count' },
  Duration: { kind: 'sum', unit: 'Milliseconds' },
  ProvisionedConcurrencyInvocations: { kind: 'sum', unit: 'Count' },
  ProvisionedConcurrencySpilloverInvocations: { kind: 'sum', unit: 'Count' },
  RecursiveInvocationsDropped: { kind: 'sum', unit: 'Count' },
  AsyncEventsReceived: { kind: 'sum', unit: 'Count' },
  AsyncEventAge: { kind: 'sum', unit: 'Milliseconds' },
  AsyncEventsDropped: { kind: 'sum', unit: 'Count' },
  DeadLetterErrors: { kind: 'sum', unit: 'Count' },
  DestinationDeliveryFailures: { kind: 'sum', unit: 'Count' },
  ConcurrentExecutions: { kind: 'level', unit: 'Count' },
  UnreservedConcurrentExecutions: { kind: 'level', unit: 'Count' },
  ClaimedAccountConcurrency: { kind: 'level', unit: 'Count' },
  ProvisionedConcurrentExecutions: { kind: 'level', unit: 'Count' },
  ProvisionedConcurrencyUtilization: { kind: 'level', unit: 'None' },
} as const satisfies Readonly<Record<string, { readonly kind: 'sum' | 'level'; readonly unit: string }>>;

export type MetricName = keyof typeof METRICS;

export const isMetricName = (name: string): name is MetricName => Object.hasOwn(METRICS, name);

/** What was seen in one period. The average is `sum / samples`. */
export interface MetricPoint {
  /** Beginning of the period, epoch milliseconds of service time. */
  readonly at: number;
  readonly sum: number;
  readonly samples: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** One metric of the account, of a function, or of one of its qualifiers. */
export interface MetricSeries {
  readonly metric: MetricName;
  readonly unit: string;
  /** Absent: of the account. */
  readonly functionName?: string;
  /** As invocations name it, `$LATEST` where they name none; absent: of the whole function. */
  readonly qualifier?: string;
  /** Those periods only in which something was seen, oldest first. */
  readonly points: readonly MetricPoint[];
}
