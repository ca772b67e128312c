/** The call of the control service that answers metrics. */
import { AwsError } from '../../protocol/awsError.ts';
import { isMetricName, METRICS } from '../../protocol/metrics.ts';
import type { Clock } from '../clock.ts';
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { Metrics } from '../invoke/metricStore.ts';
import { numberOf } from './requests.ts';

const HOUR_MS = 3_600_000;
const DAY_SECONDS = 86_400;

const invalid = (message: string): AwsError => new AwsError('ValidationException', 400, message);

export function metricCalls(
  metrics: Pick<Metrics, 'query'>,
  clock: Pick<Clock, 'serviceNow'>,
): readonly (readonly [
  method: string,
  pattern: RegExp,
  handle: (request: ServiceRequest) => ServiceResponse,
])[] {
  return [['GET', /^\/lamplight\/metrics$/, ({ query }) => answer(query)]];

  function answer(query: URLSearchParams): ServiceResponse {
    const functionName = query.get('FunctionName');
    const qualifier = query.get('Qualifier');
    const metric = query.get('Metric');
    if (metric !== null && !isMetricName(metric))
      throw invalid(`There is no metric ${metric}: ${Object.keys(METRICS).join(', ')}`);
    if (qualifier !== null && functionName === null) throw invalid('Qualifier needs FunctionName.');
    // The second that has just begun too.
    const to = numberOf(query, 'To', clock.serviceNow() + 1_000, Number.MAX_SAFE_INTEGER);
    const from = numberOf(query, 'From', to - HOUR_MS, Number.MAX_SAFE_INTEGER);
    if (from > to) throw invalid(`From must not be after To: ${from}, ${to}`);
    const period = numberOf(query, 'Period', 60, DAY_SECONDS);
    if (period < 1) throw invalid(`Period must be 1 second or more: ${period}`);
    const series = metrics.query({
      ...(metric === null ? {} : { metric }),
      ...(functionName === null ? {} : { functionName }),
      ...(qualifier === null ? {} : { qualifier }),
      from,
      to,
      period: period * 1_000,
    });
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ Series: series }),
    };
  }
}
