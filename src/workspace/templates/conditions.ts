/**
 * Conditions of a template: `Fn::And`, `Fn::Or`, `Fn::Not`, `Fn::Equals`, `Condition`
 * (CloudFormation user guide, "Condition functions").
 */
import { child, type TemplateNode } from './templateNode.ts';
import { evaluate } from './intrinsics.ts';
import { guarded, type Scope, TemplateError, type Value } from './scope.ts';
import type { Span } from '../sourceText.ts';

/** Whether the condition called `name` holds. @throws TemplateError at `span` where there is none of that name */
export function conditionHolds(name: string, span: Span, scope: Scope): boolean {
  const node = child(scope.conditions, name);
  if (node === undefined) {
    throw new TemplateError(span, `There is no condition "${name}" in Conditions.`, 'unresolved-reference');
  }
  return guarded(scope, `Conditions.${name}`, span, () => evaluateCondition(node, scope));
}

/** @throws TemplateError */
export function evaluateCondition(node: TemplateNode, scope: Scope): boolean {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'boolean') return node.value;
    if (node.text === 'true' || node.text === 'false') return node.text === 'true';
    throw new TemplateError(node, `"${node.text}" is not a condition. Use {"Condition": "${node.text}"}.`);
  }
  const entry = node.kind === 'map' && node.entries.size === 1 ? [...node.entries.values()][0] : undefined;
  if (entry === undefined) throw new TemplateError(node, 'A condition is one condition function.');
  const list = entry.value.kind === 'list' ? entry.value.items : [];
  const counted = (least: number, most: number): readonly TemplateNode[] => {
    if (list.length < least || list.length > most) {
      const count = least === most ? String(least) : `${least} to ${most}`;
      throw new TemplateError(entry.value, `${entry.key} takes a list of ${count} conditions or values.`);
    }
    return list;
  };
  switch (entry.key) {
    case 'Condition':
      return conditionHolds(entry.value.kind === 'scalar' ? entry.value.text : '', entry.value, scope);
    case 'Fn::And':
      return counted(1, 10).every(item => evaluateCondition(item, scope));
    case 'Fn::Or':
      return counted(1, 10).some(item => evaluateCondition(item, scope));
    case 'Fn::Not':
      return !counted(1, 1).some(item => evaluateCondition(item, scope));
    case 'Fn::Equals': {
      const [left, right] = counted(2, 2).map(item => comparable(evaluate(item, scope)));
      return left === right;
    }
    default:
      throw new TemplateError(
        entry.keySpan,
        `${entry.key} can't be used in a condition. Use Fn::And, Fn::Or, Fn::Not, Fn::Equals or Condition.`,
      );
  }
}

/** CloudFormation compares texts: `true` equals `"true"`. */
function comparable(value: Value | undefined): string {
  return typeof value === 'object' || value === undefined ? JSON.stringify(value ?? null) : String(value);
}
