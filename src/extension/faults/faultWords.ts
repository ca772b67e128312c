import type {
  FaultKind,
  FaultMark,
  FaultMoment,
  FaultRuleSummary,
  FaultSource,
  NewFaultRule,
} from '../../protocol/faults.ts';
import { isSpent, markText } from '../../protocol/faults.ts';
import type { Comparison } from '../../protocol/replay.ts';
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

/** `⚡ now: fault f3 timeout`; empty where no rule had to do with either answer. */
export function replayFaultWords({ then, now }: Comparison['faults']): string {
  const parts = [
    ...(then === undefined ? [] : [t('⚡ then: fault {0}', markText(then))]),
    ...(now === undefined ? [] : [t('⚡ now: fault {0}', markText(now))]),
  ];
  return parts.join(', ');
}

export function frequencyWords({ probability = 1, every, next }: NewFaultRule): string {
  if (next !== undefined) return next === 1 ? t('the next one') : t('the next {0}', next);
  if (every !== undefined) return every === 1 ? t('always') : t('1 of {0}, in turn', every);
  return probability === 1 ? t('always') : t('{0} % by chance', Math.round(probability * 1_000) / 10);
}

export function sourceWords(source: FaultSource): string {
  switch (source) {
    case 'any':
      return t('whoever asks');
    case 'async':
      return t('asynchronous events');
    case 'api':
      return t('the Lambda API');
    case 'editor':
      return t('the editor');
    case 'cli':
      return t('the command line');
    case 'retry':
      return t('retries');
    case 'event-source':
      return t('event sources');
    case 'function-url':
      return t('function URLs');
    case 'http-route':
      return t('HTTP routes');
    case 'schedule':
      return t('schedules');
    case 'replay':
      return t('replays');
    case 'destination':
      return t('destinations');
  }
}

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

/** After it was removed and brought back: it may hit nothing, as before. */
export function restoredWords(rule: FaultRuleSummary): string {
  const state = ruleState(rule);
  return state === undefined
    ? t('The fault rule is on again: {0}.', ruleTitle(rule))
    : t('The fault rule is there again: {0} ({1}).', ruleTitle(rule), state);
}

/**
 * Rules that were removed together, as they are offered to be brought back.
 * @param folders names of those that they are of; none where there is only one to open
 */
export function removedWords(count: number, folders: readonly string[]): string {
  const rules = count === 1 ? t('1 fault rule') : t('{0} fault rules', count);
  return folders.length === 0 ? rules : t('{0} of {1}', rules, folders.join(', '));
}

/**
 * One rule in a list of all.
 * @param folder its folder's name, where there is more than one
 */
export const ruleLine = (rule: FaultRuleSummary, folder: string | undefined): string =>
  [...(folder === undefined ? [] : [folder]), ruleTitle(rule), ruleWords(rule)].join(': ');

/** What a user names a rule by: `Throttle of create-order`. */
export const ruleTitle = ({ kind, functionName }: FaultRuleSummary): string =>
  functionName === '*'
    ? t('{0} of all functions', kindWords(kind).label)
    : t('{0} of {1}', kindWords(kind).label, functionName);
