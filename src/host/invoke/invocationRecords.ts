/** What history and clients are told of invocations: that they began, how they ended, and what refused them. */
import type { AwsError } from '../../protocol/awsError.ts';
import type { InvocationSummary } from '../../protocol/model.ts';
import type { Clock } from '../clock.ts';
import type { Environment, EnvironmentAnswer, EnvironmentPhase } from '../environments/environment.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { FaultHit } from './faults/faultRules.ts';
import type { History } from './history.ts';
import { billingFacts, errorFacts } from './invocationFacts.ts';
import type { Metrics } from './metricStore.ts';
import type { InvokeRequest } from './request.ts';
import { TokenBucket } from './tokenBucket.ts';

/** Throttled calls that history keeps a second; metrics count all. */
const THROTTLES_KEPT = 20;

/** What the caller gets, or would have got. */
export type Told = Pick<EnvironmentAnswer, 'payload' | 'isError' | 'errorType'>;

export interface Ran {
  readonly end: EnvironmentPhase;
  readonly environment: Environment;
  readonly record: FunctionRecord;
}

export interface InvocationRecords {
  /** How every record of an invocation begins. */
  beginning(request: InvokeRequest, record: FunctionRecord): InvocationSummary;
  /** `ran`: absent where no environment took it. */
  finish(started: InvocationSummary, request: InvokeRequest, answer: Told, ran?: Ran): InvocationSummary;
  /** A limit has refused it: it did not run, but whoever looks for it must find it. */
  throttled(error: AwsError, request: InvokeRequest, record: FunctionRecord): void;
  /** A fault rule refuses it as a limit would, and is named: nobody must look for the limit. */
  refused(error: AwsError, request: InvokeRequest, record: FunctionRecord, hit: FaultHit): void;
}

export interface InvocationRecordsOptions {
  readonly clock: Clock;
  readonly history: Pick<History, 'add'>;
  readonly metrics: Pick<Metrics, 'record'>;
  observed(summary: InvocationSummary): void;
}

export function createInvocationRecords(options: InvocationRecordsOptions): InvocationRecords {
  const { clock } = options;
  /** A client in a tight loop must not push everything else out of the history, whoever refuses it: rules count their hits. */
  const throttlesKept = new TokenBucket(THROTTLES_KEPT, 1_000, clock.wallNow());

  function beginning(request: InvokeRequest, { name, version }: FunctionRecord): InvocationSummary {
    return {
      requestId: request.requestId,
      functionName: name,
      ...(request.qualifier === undefined ? {} : { qualifier: request.qualifier }),
      version,
      type: request.type === 'Event' ? 'Event' : 'RequestResponse',
      source: request.source,
      status: 'running',
      startedAt: clock.serviceNow(),
      attempt: request.attempt ?? 1,
      ...(request.cause === undefined ? {} : { cause: request.cause }),
      ...(request.parent === undefined ? {} : { parent: request.parent }),
    };
  }

  function mayKeepThrottle(): boolean {
    if (!throttlesKept.has(clock.wallNow())) return false;
    throttlesKept.take();
    return true;
  }

  function throttled(error: AwsError, request: InvokeRequest, record: FunctionRecord): void {
    if (!mayKeepThrottle()) return;
    const errorMessage = `${error.message} (${String(error.members['Reason'])})`;
    const summary = marked(beginning(request, record), request, undefined);
    keep({ ...summary, status: 'throttled', errorType: error.code, errorMessage }, request);
  }

  function refused(
    error: AwsError,
    request: InvokeRequest,
    record: FunctionRecord,
    { mark }: FaultHit,
  ): void {
    if (!mayKeepThrottle()) return;
    const answer = refusal(error);
    const summary = { ...beginning(request, record), ...errorFacts(answer), fault: mark };
    keep({ ...summary, status: 'throttled' }, request, answer.payload);
  }

  function finish(
    started: InvocationSummary,
    request: InvokeRequest,
    answer: Told,
    ran?: Ran,
  ): InvocationSummary {
    const phase = ran?.end;
    const status = phase?.status ?? 'error';
    if (phase) count(started, answer.isError || status !== 'success', phase.report.durationMs);
    const summary: InvocationSummary = {
      ...started,
      status: answer.isError && status === 'success' ? 'error' : status,
      ...(phase && { cold: phase.cold, report: phase.report }),
      ...(ran && {
        environmentId: ran.environment.id,
        billing: billingFacts(ran.record, ran.environment, request.payload),
      }),
      ...(phase && phase.leftBehind.length > 0 && { leftBehind: phase.leftBehind }),
      ...(answer.isError && errorFacts(answer)),
    };
    keep(summary, request, answer.payload, phase?.log);
    return summary;
  }

  function keep(summary: InvocationSummary, request: InvokeRequest, result?: Buffer, log = ''): void {
    const { payload: event, clientContext, tenantId } = request;
    options.observed(summary);
    options.history.add({
      summary,
      event,
      result,
      log,
      ...(clientContext === undefined ? {} : { clientContext }),
      ...(tenantId === undefined ? {} : { tenantId }),
    });
  }

  /** CloudWatch's metrics stand at the time at which the invocation began. */
  function count(
    { functionName, qualifier = '$LATEST', startedAt }: InvocationSummary,
    isError: boolean,
    durationMs: number,
  ): void {
    const subject = { functionName, qualifier };
    options.metrics.record('Invocations', subject, 1, startedAt);
    options.metrics.record('Errors', subject, isError ? 1 : 0, startedAt);
    options.metrics.record('Duration', subject, durationMs, startedAt);
  }

  return { beginning, finish, throttled, refused };
}

/** Names the rule that hit it. */
export const marked = (
  summary: InvocationSummary,
  { fault }: InvokeRequest,
  hit: FaultHit | undefined,
): InvocationSummary => {
  const mark = hit?.mark ?? fault;
  return mark === undefined ? summary : { ...summary, fault: mark };
};

/** An error of Lambda's own, as history keeps an answer. */
export const refusal = ({ code, message }: AwsError): Told => ({
  payload: Buffer.from(JSON.stringify({ errorType: code, errorMessage: message })),
  isError: true,
  errorType: code,
});
