/**
 * Does a rule hit this one? Pure: what a rule was asked about and how often it has hit is all that the answer depends on,
 * so the same seed and the same order give the same faults.
 */
import { createHash } from 'node:crypto';
import type { FaultKind, FaultRule } from '../../../protocol/faults.ts';
import type { InvocationSource } from '../../../protocol/model.ts';

/**
 * Where the plane asks: as an event is accepted, before an invocation is admitted, when it has been and will run, as an
 * environment starts for it. What is refused is no use of a rule for those that run.
 */
export type FaultPoint = 'accept' | 'admission' | 'admitted' | 'start';

/** Something that may be hit. */
export interface FaultArrival {
  readonly functionName: string;
  /** As it was invoked. */
  readonly qualifier: string;
  readonly source: InvocationSource;
  readonly isAsynchronous: boolean;
}

export const POINTS: Readonly<Record<FaultKind, FaultPoint>> = {
  throttle: 'admission',
  error: 'admitted',
  timeout: 'admitted',
  'crash-before': 'admitted',
  'crash-after': 'admitted',
  'lost-environment': 'admitted',
  'init-failure': 'start',
  'slow-init': 'start',
  duplicate: 'accept',
  reorder: 'accept',
};

export function concerns(rule: FaultRule, arrival: FaultArrival): boolean {
  return (
    (rule.functionName === '*' || rule.functionName === arrival.functionName) &&
    (rule.qualifier === undefined || rule.qualifier === arrival.qualifier) &&
    (rule.source === 'any' ||
      (rule.source === 'async' ? arrival.isAsynchronous : rule.source === arrival.source))
  );
}

/** @param count what it was asked before, and how often it hit */
export function strikes(rule: FaultRule, count: { readonly seen: number; readonly hits: number }): boolean {
  if (rule.next !== undefined) return count.hits < rule.next;
  if (rule.every !== undefined) return (count.seen + 1) % rule.every === 0;
  return draw(rule.seed, count.seen, 'hit') < (rule.probability ?? 1);
}

/** From 0 up to 1: always the same for the same seed, number and purpose. */
export function draw(seed: string, nth: number, what: string): number {
  const digest = createHash('sha256').update(`${seed}\0${nth}\0${what}`).digest();
  // 48 bits fill a double without rounding up to 1.
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
