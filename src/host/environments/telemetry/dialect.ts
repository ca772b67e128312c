/** How one subscriber's API and schema write an event (spec/execution-environment.md §3.3): JSON texts. */
import { isoTime } from './isoTime.ts';
import { eventText, type PlatformEvent } from './platformEvents.ts';
import type { Subscription } from './subscription.ts';

export interface Dialect {
  /** Undefined where the API has no such event. */
  platform(time: number, event: PlatformEvent): string | undefined;
  /** `time` as ISO 8601; `record` with its newline. */
  output(time: string, type: 'function' | 'extension', record: string): string;
}

/** `isJson`: the function's log format is JSON, so that records of its own may be objects. */
export function dialectOf({ api, schemaVersion }: Subscription, isJson: boolean): Dialect {
  if (api === 'logs') {
    const hasRuntimeDone = schemaVersion !== '2020-08-15';
    return {
      platform: (time, event) => logsPlatform(time, event, hasRuntimeDone),
      output: textOutput,
    };
  }
  return {
    platform: telemetryPlatform,
    output: isJson && schemaVersion !== '2022-07-01' ? objectOutput : textOutput,
  };
}

function telemetryPlatform(time: number, event: PlatformEvent): string | undefined {
  return event.type === 'platform.fault' || event.type === 'platform.end'
    ? undefined
    : eventText(time, event);
}

/** The older API: fewer events, and fewer members in them. */
function logsPlatform(time: number, event: PlatformEvent, hasRuntimeDone: boolean): string | undefined {
  const write = (record: unknown): string =>
    JSON.stringify({ time: isoTime(time), type: event.type, record });
  switch (event.type) {
    case 'platform.start': {
      const { requestId, version, tracing } = event.record;
      return write({ requestId, version, tracing });
    }
    case 'platform.report': {
      const { requestId, metrics, tracing } = event.record;
      return write({ requestId, metrics, tracing });
    }
    case 'platform.runtimeDone': {
      const { requestId, status } = event.record;
      return hasRuntimeDone
        ? write({ requestId, status: status === 'error' ? 'failure' : status })
        : undefined;
    }
    case 'platform.extension': {
      const { name, state, events } = event.record;
      return write({ name, state, events });
    }
    case 'platform.end':
    case 'platform.fault':
    case 'platform.logsDropped':
    case 'platform.logsSubscription':
      return eventText(time, event);
    default:
      return undefined;
  }
}

function textOutput(time: string, type: 'function' | 'extension', record: string): string {
  return `{"time":"${time}","type":"${type}","record":${JSON.stringify(record)}}`;
}

function objectOutput(time: string, type: 'function' | 'extension', record: string): string {
  if (record.startsWith('{') && isJson(record))
    return `{"time":"${time}","type":"${type}","record":${record.trimEnd()}}`;
  return textOutput(time, type, record);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
