/** How asynchronous invocations of a function, version or alias are retried, and who hears of their end (spec/lambda-service.md §7.2). */
import type { FunctionSettings, Settings } from './functionSettings.ts';

export interface EventInvokeConfig {
  /** 0 to 2; 2 where absent. */
  readonly maximumRetryAttempts?: number;
  /** 60 to 21600; 21600 where absent. */
  readonly maximumEventAgeInSeconds?: number;
  /** ARN. */
  readonly onSuccess?: string;
  /** ARN. */
  readonly onFailure?: string;
  /** Epoch milliseconds, service time. */
  readonly lastModified: number;
}

/** Of exactly that qualifier; '' is the unqualified function, which is `$LATEST`. */
export const eventInvokeConfigs = (settings: FunctionSettings): Settings<EventInvokeConfig> =>
  settings.of('event-invoke');
