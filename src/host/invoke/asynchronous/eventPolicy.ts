/** What rules an event: the event-invoke configuration of exactly the qualifier that was used, and the dead-letter queue. */
import { eventInvokeConfigs } from '../../functions/eventInvoke.ts';
import { settingQualifier } from '../../functions/functionSettings.ts';
import type { FunctionStore } from '../../functions/functionStore.ts';

export interface EventPolicy {
  readonly retries: number;
  /** Milliseconds of service time. */
  readonly maxAge: number;
  /** ARNs. */
  readonly onSuccess?: string;
  readonly onFailure?: string;
  readonly deadLetter?: string;
}

const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 21_600;

/** What holds for a function, version or alias now; undefined where there is none of that name. */
export type EventPolicies = (functionName: string, qualifier: string | undefined) => EventPolicy | undefined;

/** Read anew only after something has changed. */
export function followEventPolicies(
  functions: Pick<FunctionStore, 'get' | 'onChange' | 'settings'>,
): EventPolicies {
  const known = new Map<string, EventPolicy>();
  functions.settings.onChange(kind => {
    if (kind === 'event-invoke') known.clear();
  });
  functions.onChange(() => known.clear());

  return (functionName, qualifier) => {
    const key = `${functionName}:${qualifier ?? '$LATEST'}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const record = functions.get(functionName, qualifier);
    if (record === undefined) return undefined;
    const config = eventInvokeConfigs(functions.settings).get(functionName, settingQualifier(qualifier));
    const deadLetter = record.extra['DeadLetterConfig'] as { readonly TargetArn?: string } | undefined;
    const policy: EventPolicy = {
      retries: config?.maximumRetryAttempts ?? DEFAULT_RETRIES,
      maxAge: 1000 * (config?.maximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS),
      ...(config?.onSuccess === undefined ? {} : { onSuccess: config.onSuccess }),
      ...(config?.onFailure === undefined ? {} : { onFailure: config.onFailure }),
      ...(deadLetter?.TargetArn === undefined ? {} : { deadLetter: deadLetter.TargetArn }),
    };
    known.set(key, policy);
    return policy;
  };
}
