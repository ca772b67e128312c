/** The clock of service time in words, for whoever draws it. */
import type { ClockEvent, ClockStatus } from '../../protocol/clock.ts';
import { formatDuration } from '../../protocol/duration.ts';
import { t } from '../localize.ts';

/** Below that it is what the host needed to answer. */
const NO_SHIFT_MS = 1_000;
/** Things that fell due which a message names; the log has them all. */
const NAMED = 3;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Epoch milliseconds of service time when the machine's clock shows `wallNow`; no need to ask the host. */
export function serviceTimeAt(clock: ClockStatus, wallNow: number): number {
  if (clock.frozen) return clock.serviceTime;
  return clock.serviceTime + Math.max(0, wallNow - clock.wallTime) * clock.speed;
}

/** `1d2h`, `5m30s`: what matters of a duration, in what the commands read too. */
export function shownDuration(ms: number): string {
  const size = Math.abs(ms);
  const unit = size >= DAY ? HOUR : size >= HOUR ? MINUTE : SECOND;
  return formatDuration(Math.round(size / unit) * unit);
}

export interface ClockWords {
  /** `frozen`, `60×`, `+1h`: nothing in it changes by itself. */
  readonly short: string;
  /** A sentence. */
  readonly long: string;
  readonly icon: string;
}

/** What a user has to know of a clock that isn't the machine's; undefined where it is. */
export function clockWords(clock: ClockStatus): ClockWords | undefined {
  if (clock.frozen)
    return {
      short: t('frozen'),
      long: t('Service time stands still at {0}.', shownDate(clock.serviceTime)),
      icon: 'debug-pause',
    };
  if (clock.speed !== 1)
    return {
      short: `${clock.speed}×`,
      long: t('Service time runs {0} times as fast as the machine’s.', clock.speed),
      icon: 'clock',
    };
  const shift = clock.serviceTime - clock.wallTime;
  if (Math.abs(shift) < NO_SHIFT_MS) return undefined;
  const distance = shownDuration(shift);
  return {
    short: `${shift > 0 ? '+' : '-'}${distance}`,
    long:
      shift > 0
        ? t('Service time is {0} ahead of the machine’s.', distance)
        : t('Service time is {0} behind the machine’s.', distance),
    icon: 'clock',
  };
}

/** As {@link ClockWords.long}, for any clock. */
export const clockSentence = (clock: ClockStatus): string =>
  clockWords(clock)?.long ?? t('Service time is the machine’s.');

/** `2026-11-22 14:02:11`, the user's time zone. */
export function shownDate(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** What fell due, as far as a message names it. */
export function doneSentence(done: readonly ClockEvent[]): string {
  if (done.length === 0) return t('Nothing fell due.');
  const named = done.slice(0, NAMED).map(({ what }) => what);
  const rest = done.length - named.length;
  const list = [...named, ...(rest === 0 ? [] : [t('{0} more', rest)])].join('; ');
  return t('Fell due: {0}.', list);
}
