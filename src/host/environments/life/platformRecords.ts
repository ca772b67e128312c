/**
 * What the platform tells of an environment, to its log in the format that the function asked for (spec/execution-environment.md
 * §4.4, §4.5), and to whoever subscribed to telemetry (§3.3). Where nobody did, and the log is text, no event is built.
 */
import type { InvocationReport } from '../../../protocol/model.ts';
import type { Clock } from '../../clock.ts';
import type { EnvironmentInvocation, EnvironmentSpec } from '../environment.ts';
import { isoTime } from '../telemetry/isoTime.ts';
import {
  eventText,
  isLogged,
  type PlatformEvent,
  type PlatformStatus,
  type Span,
  type TelemetryType,
  type Tracing,
} from '../telemetry/platformEvents.ts';
import type { EnvironmentLog } from './environmentLog.ts';
import type { InvocationRun } from './invocationRun.ts';
import {
  endLine,
  extensionLine,
  initReportLine,
  initStartLine,
  reportLine,
  startLine,
  subscriptionLine,
  type PhaseFailure,
} from './logLines.ts';

/** Who gets the events besides the log. */
export interface PlatformListener {
  /** False where nobody wants any: then none is built. */
  readonly active: boolean;
  /** `time` in epoch milliseconds. */
  platform(time: number, event: PlatformEvent): void;
}

export interface PlatformRecordsOptions {
  readonly spec: EnvironmentSpec;
  readonly clock: Pick<Clock, 'serviceNow' | 'monotonic'>;
  readonly logStream: string;
  readonly log: Pick<EnvironmentLog, 'platform' | 'flush'>;
  readonly listener: PlatformListener;
}

export class PlatformRecords {
  readonly #options: PlatformRecordsOptions;
  readonly #json: boolean;

  constructor(options: PlatformRecordsOptions) {
    this.#options = options;
    this.#json = options.spec.logFormat === 'JSON';
  }

  initStart(phase: 'init' | 'invoke', runtimeVersion: string): void {
    const { spec, logStream } = this.#options;
    this.#tell(
      () => initStartLine(runtimeVersion),
      () => ({
        type: 'platform.initStart',
        record: {
          initializationType: spec.initType,
          phase,
          runtimeVersion,
          functionName: spec.functionName,
          functionVersion: spec.version,
          instanceId: logStream,
          instanceMaxMemory: spec.memorySize * 1024 * 1024,
        },
      }),
    );
  }

  /** The runtime's part of the init is over. */
  initRuntimeDone(phase: 'init' | 'invoke', failure?: PhaseFailure): void {
    this.#tell(nothing, () => ({
      type: 'platform.initRuntimeDone',
      record: { initializationType: this.#options.spec.initType, phase, ...outcomeOf(failure) },
    }));
  }

  /** A text log has it only where the init phase failed. */
  initReport(phase: 'init' | 'invoke', durationMs: number, failure?: PhaseFailure): void {
    this.#tell(
      () => (failure === undefined ? '' : initReportLine(phase, durationMs, failure)),
      () => ({
        type: 'platform.initReport',
        record: {
          initializationType: this.#options.spec.initType,
          phase,
          ...outcomeOf(failure),
          metrics: { durationMs: round3(durationMs) },
        },
      }),
    );
  }

  start(invocation: EnvironmentInvocation): void {
    const { version, functionArn } = this.#options.spec;
    const { requestId } = invocation;
    this.#tell(
      () => startLine(requestId, version),
      () => ({
        type: 'platform.start',
        record: {
          requestId,
          functionArn,
          version,
          tenantId: invocation.tenantId,
          tracing: tracingOf(invocation),
        },
      }),
    );
  }

  /** The runtime's part of an event is over: it asked for the next one, or the platform ended it. */
  runtimeDone(run: InvocationRun, durationMs: number): void {
    this.#tell(nothing, () => ({
      type: 'platform.runtimeDone',
      record: {
        requestId: run.requestId,
        ...outcomeOf(run.failure),
        tracing: tracingOf(run.invocation),
        spans: this.#spansOf(run),
        metrics: { durationMs: round3(durationMs), producedBytes: run.marks.producedBytes },
      },
    }));
  }

  /** END and REPORT. */
  report(run: InvocationRun, report: InvocationReport): void {
    const { requestId, failure } = run;
    this.#tell(
      () => endLine(requestId),
      () => ({ type: 'platform.end', record: { requestId } }),
    );
    this.#tell(
      () => reportLine(requestId, report, run.byPlatform ? failure : undefined),
      () => ({
        type: 'platform.report',
        record: {
          requestId,
          metrics: {
            durationMs: round3(report.durationMs),
            billedDurationMs: report.billedMs,
            memorySizeMB: report.memorySizeMb,
            maxMemoryUsedMB: report.maxMemoryUsedMb,
            initDurationMs: report.initMs === undefined ? undefined : round3(report.initMs),
          },
          tracing: tracingOf(run.invocation),
          spans: this.#overheadOf(run),
          ...outcomeOf(failure),
        },
      }),
    );
  }

  /** A state that an extension has come to, with the events that it registered for (§2.4). */
  extension(name: string, state: string, events: readonly string[], errorType?: string): void {
    this.#tell(
      () => extensionLine(name, state, events, errorType),
      () => ({ type: 'platform.extension', record: { name, state, events, errorType } }),
    );
  }

  subscription(api: 'telemetry' | 'logs', name: string, types: readonly TelemetryType[]): void {
    const type = api === 'telemetry' ? 'platform.telemetrySubscription' : 'platform.logsSubscription';
    this.#tell(
      () => subscriptionLine(api, name, types),
      () => ({ type, record: { name, state: 'Subscribed', types } }),
    );
  }

  logsDropped(reason: string, droppedRecords: number, droppedBytes: number): void {
    this.#tell(nothing, () => ({
      type: 'platform.logsDropped',
      record: { reason, droppedRecords, droppedBytes },
    }));
  }

  /** The platform ended an event; `lines` are for the text log, `record` for the Logs API. */
  fault(lines: string, record: string): void {
    this.#tell(
      () => lines,
      () => ({ type: 'platform.fault', record }),
    );
  }

  /** A line of Lamplight's own, which AWS doesn't have. */
  notice(message: string): void {
    const { log, clock } = this.#options;
    if (!this.#json) {
      log.platform(`${message}\n`);
      return;
    }
    const time = isoTime(clock.serviceNow());
    log.platform(`${JSON.stringify({ time, type: 'lamplight.notice', record: { message } })}\n`);
  }

  #tell(text: () => string, build: () => PlatformEvent): void {
    const { log, listener, clock, spec } = this.#options;
    if (!this.#json && !listener.active) {
      log.platform(text());
      return;
    }
    // What was printed before stands before it, for subscribers too.
    log.flush();
    const event = build();
    const time = clock.serviceNow();
    if (!this.#json) log.platform(text());
    else if (isLogged(event, spec.systemLogLevel)) log.platform(`${eventText(time, event)}\n`);
    if (listener.active) listener.platform(time, event);
  }

  #spansOf({ marks }: InvocationRun): Span[] {
    const { dispatchedAt, answeredAt, doneAt, respondingAt = answeredAt } = marks;
    if (dispatchedAt === undefined || respondingAt === undefined) return [];
    if (answeredAt === undefined || doneAt === undefined) return [];
    return [
      this.#span('responseLatency', dispatchedAt, respondingAt),
      this.#span('responseDuration', respondingAt, answeredAt),
      this.#span('runtimeOverhead', answeredAt, doneAt),
    ];
  }

  #overheadOf({ marks }: InvocationRun): Span[] | undefined {
    const { doneAt, extensionsDoneAt } = marks;
    if (doneAt === undefined || extensionsDoneAt === undefined) return undefined;
    return [this.#span('extensionOverhead', doneAt, extensionsDoneAt)];
  }

  /** Both in {@link Clock.monotonic}'s milliseconds. */
  #span(name: Span['name'], from: number, to: number): Span {
    const { clock } = this.#options;
    const start = isoTime(clock.serviceNow() - (clock.monotonic() - from));
    return { name, start, durationMs: round3(to - from) };
  }
}

const nothing = (): string => '';

/** `Sandbox.Xyz` is a failure of the platform; a timeout has no type (§3.3). */
function outcomeOf(failure: PhaseFailure | undefined): {
  readonly status: PlatformStatus;
  readonly errorType?: string | undefined;
} {
  if (failure === undefined) return { status: 'success' };
  if (failure.status === 'timeout') return { status: 'timeout' };
  const { errorType } = failure;
  const isPlatforms = failure.status === 'failure' || errorType?.startsWith('Sandbox.') === true;
  return { status: isPlatforms ? 'failure' : 'error', errorType };
}

/** AWS was recorded to name the trace of events that are sampled, and none of others. */
function tracingOf({ traceId }: EnvironmentInvocation): Tracing | undefined {
  if (traceId?.includes('Sampled=1') !== true) return undefined;
  return { type: 'X-Amzn-Trace-Id', value: traceId };
}

function round3(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
