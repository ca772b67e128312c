import { isOn, isSpent, type FaultRuleSummary } from '../../protocol/faults.ts';
import { kindWords, ruleTitle, ruleWords } from '../faults/faultWords.ts';
import { t } from '../localize.ts';
import { clock } from './format.ts';
import { escapeMarkdown } from './row.ts';
import type { Row } from './row.ts';

/** A fault rule beneath a function that it concerns. */
export function faultRow(rule: FaultRuleSummary): Row {
  const { label, detail } = kindWords(rule.kind);
  const words = ruleWords(rule);
  const on = isOn(rule);
  return {
    label: rule.functionName === '*' ? t('{0} (all functions)', label) : label,
    description: words,
    icon: on ? { id: 'zap', color: 'list.warningForeground' } : { id: 'circle-slash' },
    tooltip: [
      `**${escapeMarkdown(t('Fault rule {0}', rule.id))}** ${escapeMarkdown(detail)}`,
      [
        ...(rule.errorMessage === undefined ? [] : [t('Message {0}', rule.errorMessage)]),
        t('Seed {0}', rule.seed),
        ...(rule.lastHit === undefined ? [] : [t('Last hit {0}', clock(rule.lastHit))]),
      ]
        .map(escapeMarkdown)
        .join('  \n'),
    ].join('\n\n'),
    spoken: t('Fault rule, {0}: {1}', ruleTitle(rule), words),
    // What hits nothing any more is begun again, not turned off.
    context: !rule.enabled ? 'faultRule+disabled' : isSpent(rule) ? 'faultRule+spent' : 'faultRule+enabled',
  };
}
