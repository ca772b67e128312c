/** What clients are told: events in the order in which they come, and of what was before, what a later client must know. */
import type { HostEvent } from '../../protocol/control.ts';
import type {
  InvocationSummary,
  LogRecord,
  ThrottleSummary,
  WorkspaceProblem,
} from '../../protocol/model.ts';
import type { Clock } from '../clock.ts';
import { createRecentInvocations } from '../invoke/recentInvocations.ts';
import { createRecentThrottles, type Throttle } from '../invoke/recentThrottles.ts';
import { createEventBatch } from './eventBatch.ts';
import { createEventHub, type EventHub } from './eventHub.ts';
import { createLogBuffer, type LogBuffer } from './logBuffer.ts';

export interface News {
  readonly hub: EventHub;
  readonly logs: LogBuffer;
  readonly publish: (event: HostEvent) => void;
  /** Something a user should know, once. */
  readonly notice: (severity: 'info' | 'warning' | 'error', message: string) => void;
  log(record: LogRecord): void;
  /** It has begun, or has ended. */
  invocation(invocation: InvocationSummary): void;
  /** Those that run, and the last ones that have ended; newest first. */
  invocations(): InvocationSummary[];
  /** One was refused, at a service time. */
  throttle(throttle: Throttle, now: number): void;
  /** The last ones, oldest first. */
  throttles(): readonly ThrottleSummary[];
  /** As the workspace told them last. */
  problems(): readonly WorkspaceProblem[];
  /** Tells what waits to be told. */
  flush(): void;
}

export interface NewsOptions {
  readonly clock: Clock;
  /** So many clients hold an event stream. */
  clientsChanged(count: number): void;
  /** Hears the same as clients do. */
  onEvents?: ((events: readonly HostEvent[]) => void) | undefined;
}

export function createNews(options: NewsOptions): News {
  const hub = createEventHub(count => options.clientsChanged(count));
  const logs = createLogBuffer();
  const recent = createRecentInvocations();
  let problems: readonly WorkspaceProblem[] = [];
  const events = createEventBatch(options.clock, batch => {
    hub.publish(batch);
    options.onEvents?.(batch);
  });
  const publish = (event: HostEvent): void => {
    if (event.type === 'problems') problems = event.problems;
    events.add(event);
  };
  const throttles = createRecentThrottles(throttle => publish({ type: 'throttle', throttle }));
  return {
    hub,
    logs,
    publish,
    notice: (severity, message) => publish({ type: 'notice', severity, message }),
    log: record => {
      logs.add(record);
      publish({ type: 'log', record });
    },
    invocation: invocation => {
      recent.add(invocation);
      publish({ type: 'invocation', invocation });
    },
    invocations: () => recent.list(),
    throttle: (throttle, now) => throttles.add(throttle, now),
    throttles: () => throttles.list(),
    problems: () => problems,
    flush: () => events.flush(),
  };
}
