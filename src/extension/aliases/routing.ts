import type { AliasSummary } from '../../protocol/model.ts';
import { t } from '../localize.ts';

/** The stops of the slider. */
const STOPS = [0, 5, 10, 25, 50, 75, 90, 95, 100] as const;
/** Blocks of the bar that shows a split. */
const BLOCKS = 20;

/** Where an alias is to point, and how much of it goes elsewhere. */
export type Routing = Pick<AliasSummary, 'version' | 'additional'>;

/** A share of `second`, in percent, as the alias that it makes: at either end it points at one version alone. */
export function routingOf(primary: string, second: string, percent: number): Routing {
  if (percent <= 0) return { version: primary };
  if (percent >= 100) return { version: second };
  return { version: primary, additional: { version: second, weight: percent / 100 } };
}

/** A share as a slider stands: `██░░░░░░░░░░░░░░░░░░` is 10 %. */
export function bar(percent: number): string {
  const second = Math.round((percent / 100) * BLOCKS);
  return '█'.repeat(second) + '░'.repeat(BLOCKS - second);
}

/** A text as percent; what is wrong with it where it is none. Takes a comma, and a sign behind. */
export function readPercent(text: string): { readonly percent: number } | { readonly mistake: string } {
  const plain = text.trim().replace(/\s*%$/, '').replace(',', '.');
  const percent = Number(plain);
  return plain === '' || !Number.isFinite(percent) || percent < 0 || percent > 100
    ? { mistake: t('“{0}” is no percentage: a number from 0 to 100, please.', text) }
    : { percent };
}

/** The percentages that are offered: the stops, and the one in force where it is none of them. */
export function offeredPercents(current: number): readonly number[] {
  return [...new Set<number>([...STOPS, current])].sort((a, b) => a - b);
}
