/**
 * What the platform tells of an environment's life, as records (spec/execution-environment.md §3.3): lines of a JSON log
 * and events of the Telemetry API alike. Keys stand in the order in which AWS was recorded to write them.
 */
import { isoTime } from './isoTime.ts';

export interface Span {
  readonly name: 'responseLatency' | 'responseDuration' | 'runtimeOverhead' | 'extensionOverhead';
  /** ISO 8601 */
  readonly start: string;
  readonly durationMs: number;
}

export interface Tracing {
  readonly spanId?: string | undefined;
  readonly type: 'X-Amzn-Trace-Id';
  readonly value: string;
}

export type PlatformStatus = 'success' | 'failure' | 'error' | 'timeout';
type InitType = 'on-demand' | 'provisioned-concurrency' | 'snap-start' | 'lambda-managed-instances';
export type InitPhaseName = 'init' | 'invoke' | 'snap-start';
export type TelemetryType = 'platform' | 'function' | 'extension';

interface Records {
  'platform.initStart': {
    readonly initializationType: InitType;
    readonly phase: InitPhaseName;
    readonly runtimeVersion?: string | undefined;
    readonly runtimeVersionArn?: string | undefined;
    readonly functionName: string;
    readonly functionVersion: string;
    /** The log stream. */
    readonly instanceId: string;
    /** Bytes. */
    readonly instanceMaxMemory: number;
  };
  'platform.initRuntimeDone': {
    readonly initializationType: InitType;
    readonly phase: InitPhaseName;
    readonly status: PlatformStatus;
    readonly errorType?: string | undefined;
  };
  'platform.initReport': {
    readonly initializationType: InitType;
    readonly phase: InitPhaseName;
    readonly status: PlatformStatus;
    readonly errorType?: string | undefined;
    readonly metrics: { readonly durationMs: number };
  };
  'platform.start': {
    readonly requestId: string;
    readonly functionArn: string;
    readonly version: string;
    readonly tenantId?: string | undefined;
    readonly tracing?: Tracing | undefined;
  };
  'platform.runtimeDone': {
    readonly requestId: string;
    readonly status: PlatformStatus;
    readonly errorType?: string | undefined;
    readonly tracing?: Tracing | undefined;
    readonly spans: readonly Span[];
    readonly metrics: { readonly durationMs: number; readonly producedBytes: number };
  };
  'platform.report': {
    readonly requestId: string;
    readonly metrics: {
      readonly durationMs: number;
      readonly billedDurationMs: number;
      readonly memorySizeMB: number;
      readonly maxMemoryUsedMB: number;
      readonly initDurationMs?: number | undefined;
    };
    readonly tracing?: Tracing | undefined;
    readonly spans?: readonly Span[] | undefined;
    readonly status: PlatformStatus;
    readonly errorType?: string | undefined;
  };
  'platform.extension': {
    readonly name: string;
    readonly state: string;
    readonly events: readonly string[];
    readonly errorType?: string | undefined;
  };
  'platform.telemetrySubscription': Subscribed;
  'platform.logsSubscription': Subscribed;
  'platform.logsDropped': {
    readonly reason: string;
    readonly droppedRecords: number;
    readonly droppedBytes: number;
  };
  /** The Logs API only: `RequestId: <id> Process exited before completing request`. */
  'platform.fault': string;
  /** The Logs API only. */
  'platform.end': { readonly requestId: string };
}

interface Subscribed {
  readonly name: string;
  readonly state: 'Subscribed';
  readonly types: readonly TelemetryType[];
}

/** One event: its type, and the record that belongs to it. */
export type PlatformEvent = {
  readonly [Type in keyof Records]: { readonly type: Type; readonly record: Records[Type] };
}[keyof Records];

const levels = { DEBUG: 1, INFO: 2, WARN: 3 } as const;

/** Whether a JSON log has this event at the function's SystemLogLevel (INFO where none is set; §4.5). */
export function isLogged(event: PlatformEvent, systemLogLevel: string | undefined): boolean {
  const lowest =
    systemLogLevel === 'DEBUG' || systemLogLevel === 'WARN' ? levels[systemLogLevel] : levels.INFO;
  return levelOf(event) >= lowest;
}

function levelOf(event: PlatformEvent): number {
  switch (event.type) {
    case 'platform.initStart':
      return event.record.runtimeVersion === undefined ? levels.DEBUG : levels.INFO;
    case 'platform.initRuntimeDone':
    case 'platform.runtimeDone':
      return event.record.status === 'success' ? levels.DEBUG : levels.WARN;
    case 'platform.initReport':
      if (event.record.status !== 'success') return levels.WARN;
      return event.record.initializationType === 'on-demand' ? levels.DEBUG : levels.INFO;
    case 'platform.report':
      return event.record.status === 'success' ? levels.INFO : levels.WARN;
    case 'platform.extension':
      return event.record.errorType === undefined ? levels.INFO : levels.WARN;
    case 'platform.logsDropped':
      return levels.WARN;
    case 'platform.start':
    case 'platform.telemetrySubscription':
    case 'platform.logsSubscription':
      return levels.INFO;
    // A JSON log has other records for them.
    case 'platform.fault':
    case 'platform.end':
      return 0;
  }
}

/** `time` in epoch milliseconds. */
export function eventText(time: number, { type, record }: PlatformEvent): string {
  return JSON.stringify({ time: isoTime(time), type, record });
}
