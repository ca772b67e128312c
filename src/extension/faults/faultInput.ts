import type { NewFaultRule } from '../../protocol/faults.ts';
import { t } from '../localize.ts';

/** How often, as it is typed: `next 3`, `every 5`, `10%`, `0.25`. */
export function readFrequency(
  text: string,
): Pick<NewFaultRule, 'probability' | 'every' | 'next'> | undefined {
  const counted = /^\s*(next|every)\s+(\d{1,7})\s*$/i.exec(text);
  if (counted !== null) {
    const count = Number(counted[2]);
    if (count < 1 || count > 1_000_000) return undefined;
    return counted[1]?.toLowerCase() === 'next' ? { next: count } : { every: count };
  }
  const part = /^\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(text);
  const probability = part === null ? 0 : Number(part[1]) / (part[2] === '%' ? 100 : 1);
  return probability > 0 && probability <= 1 ? { probability } : undefined;
}

export const frequencyMistake = (text: string): string | undefined =>
  readFrequency(text) === undefined
    ? t('“{0}” is neither next N, every N, a percentage nor a number up to 1.', text)
    : undefined;

/** Milliseconds of an init. */
export const initMistake = (text: string): string | undefined =>
  /^\d{1,6}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 900_000
    ? undefined
    : t('“{0}” is no whole number of milliseconds from 1 to 900000.', text);

/** Seconds in which order is lost. */
export const windowMistake = (text: string): string | undefined =>
  /^\d{1,3}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 900
    ? undefined
    : t('“{0}” is no whole number of seconds from 1 to 900.', text);

export const errorTypeMistake = (text: string): string | undefined =>
  /^[\w.$:-]{1,128}$/.test(text)
    ? undefined
    : t('An error type has letters, digits and . _ $ : -, 128 at most.');
