import type {
  FaultKind,
  FaultMark,
  FaultMoment,
  FaultRuleSummary,
  FaultSource,
  NewFaultRule,
} from '../../protocol/faults.ts';
import { isSpent } from '../../protocol/faults.ts';
import { t } from '../localize.ts';

/** A kind, and what it does, for people. */
export function kindWords(kind: FaultKind): { readonly label: string; readonly detail: string } {
  switch (kind) {
    case 'throttle':
      return { label: t('Throttle'), detail: t('The call is refused with 429, as by a limit.') };
    case 'error':
      return { label: t('Error'), detail: t('The function ends with an error.') };
    case 'timeout':
      return { label: t('Timeout'), detail: t('The function runs out of time, at once.') };
    case 'crash-before':
      return {
        label: t('Crash Before the Answer'),
        detail: t('Its process is killed before it has answered.'),
      };
    case 'crash-after':
      return {
        label: t('Crash After the Answer'),
        detail: t('Its process is killed right after its answer.'),
      };
    case 'init-failure':
      return { label: t('Init Failure'), detail: t('A new environment fails to initialise.') };
    case 'slow-init':
      return { label: t('Slow Init'), detail: t('A new environment takes long to initialise.') };
    case 'duplicate':
      return { label: t('Duplicate Delivery'), detail: t('An asynchronous event is delivered twice.') };
    case 'reorder':
      return { label: t('Reordering'), detail: t('An asynchronous event is overtaken by later ones.') };
    case 'lost-environment':
      return { label: t('Lost Environment'), detail: t('Its environment is gone: the start is a cold one.') };
  }
}

/** `Fault rule f3 made this: Throttle` */
export const markSentence = ({ rule, kind }: FaultMark): string =>
  t('Fault rule {0} made this: {1}', rule, kindWords(kind).label);

export function frequencyWords({ probability = 1, every, next }: NewFaultRule): string {
  if (next !== undefined) return next === 1 ? t('the next one') : t('the next {0}', next);
  if (every !== undefined) return every === 1 ? t('always') : t('1 of {0}, in turn', every);
  return probability === 1 ? t('always') : t('{0} % by chance', Math.round(probability * 1_000) / 10);
}

export const sourceWords = (source: FaultSource): string =>
  source === 'any' ? t('whoever asks') : source === 'async' ? t('asynchronous events') : source;

export function momentWords(moment: FaultMoment): string {
  switch (moment) {
    case 'start':
      return t('before the handler');
    case 'end':
      return t('after the handler, its answer is lost');
    case 'idle':
      return t('while it is idle');
  }
}

/** What a rule says besides kind and frequency, as far as it differs from any other. */
function parameterWords(rule: FaultRuleSummary): readonly string[] {
  const { reason, errorType, moment, initMs, windowMs, source, qualifier } = rule;
  return [
    ...(qualifier === undefined ? [] : [qualifier]),
    ...(source === 'any' ? [] : [sourceWords(source)]),
    ...(reason === undefined ? [] : [reason]),
    ...(errorType === undefined ? [] : [errorType]),
    ...(moment === undefined ? [] : [momentWords(moment)]),
    ...(typeof initMs === 'number' ? [`${initMs} ms`] : []),
    ...(initMs === 'published' ? [t('as on AWS')] : []),
    ...(windowMs === undefined ? [] : [t('within {0} s', windowMs / 1_000)]),
  ];
}

export function ruleState(rule: FaultRuleSummary): string | undefined {
  if (!rule.enabled) return t('off');
  return isSpent(rule) ? t('spent') : undefined;
}

/** One line: `always · before the handler · hit 3 of 7`. */
export function ruleWords(rule: FaultRuleSummary): string {
  const state = ruleState(rule);
  return [
    ...(state === undefined ? [] : [state]),
    frequencyWords(rule),
    ...parameterWords(rule),
    t('hit {0} of {1}', rule.hits, rule.seen),
  ].join(' · ');
}

/** What a user names a rule by: `Throttle of create-order`. */
export const ruleTitle = ({ kind, functionName }: FaultRuleSummary): string =>
  functionName === '*'
    ? t('{0} of all functions', kindWords(kind).label)
    : t('{0} of {1}', kindWords(kind).label, functionName);
