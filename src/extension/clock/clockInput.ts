/** What may be asked of the clock, in the host's own bounds: undefined, or what is wrong. */
import { HIGHEST_SPEED, LONGEST_ADVANCE_MS } from '../../protocol/clock.ts';
import { parseDuration } from '../../protocol/duration.ts';
import { t } from '../localize.ts';

const DAY_MS = 86_400_000;

export function speedMistake(text: string): string | undefined {
  const speed = Number(text);
  return text.trim() !== '' && speed >= 1 && speed <= HIGHEST_SPEED
    ? undefined
    : t('A number from 1 to {0}, please. To stop the time, freeze it.', HIGHEST_SPEED);
}

export function durationMistake(text: string): string | undefined {
  const ms = parseDuration(text);
  if (ms === undefined) return t('“{0}” is no duration: write 61s, 10m, 5m30s, 2h or 1d.', text);
  if (ms === 0) return t('More than nothing, please.');
  return ms > LONGEST_ADVANCE_MS
    ? t('At most {0} days at once, please.', LONGEST_ADVANCE_MS / DAY_MS)
    : undefined;
}
