/** What tells one count of refused invocations from others. */
import type { ThrottleSummary } from './model.ts';

/** Two of one key are the same count at two moments: the later one holds. */
export const throttleKey = (throttle: ThrottleSummary): string =>
  `${throttle.at}\n${throttleCause(throttle)}`;

/** Of whose refusals there is one count at a time. */
export const throttleCause = ({
  functionName,
  qualifier,
  type,
  reason,
  isInjected,
}: Omit<ThrottleSummary, 'at' | 'count'>): string =>
  [functionName, qualifier, type, reason, isInjected === true ? 'fault' : ''].join('\n');
