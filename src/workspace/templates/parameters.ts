/** Values of a template's parameters: overrides, else defaults; and the pseudo parameters. */
import type { ProblemCode, Span } from '../sourceText.ts';
import type { Value } from './scope.ts';
import { child, entriesOf, plainText, type TemplateNode } from './templateNode.ts';

export interface ParameterOptions {
  readonly region: string;
  readonly accountId: string;
  readonly stackName: string;
  readonly overrides: ReadonlyMap<string, string>;
  readonly note: (span: Span, code: ProblemCode, message: string) => void;
}

/** By name; a parameter without a value stands for itself, which is noted. */
export function parameterValues(
  root: TemplateNode | undefined,
  options: ParameterOptions,
): ReadonlyMap<string, Value> {
  const { region, accountId, stackName } = options;
  const values = new Map<string, Value>([
    ['AWS::Region', region],
    ['AWS::AccountId', accountId],
    ['AWS::StackName', stackName],
    [
      'AWS::StackId',
      `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/00000000-0000-0000-0000-000000000000`,
    ],
    [
      'AWS::Partition',
      region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws',
    ],
    ['AWS::URLSuffix', region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'],
    ['AWS::NotificationARNs', []],
  ]);
  for (const { key, keySpan, value: node } of entriesOf(child(root, 'Parameters'))) {
    const type = plainText(child(node, 'Type')) ?? 'String';
    const fallback = child(node, 'Default');
    const given = options.overrides.get(key) ?? (fallback?.kind === 'scalar' ? fallback.text : undefined);
    if (given === undefined) {
      options.note(
        keySpan,
        'missing-parameter',
        `The parameter "${key}" has no value: give it a Default, or a value in samconfig.toml (parameter_overrides). "${key}" stands for it here.`,
      );
    }
    values.set(key, typed(given ?? key, type));
  }
  return values;
}

function typed(text: string, type: string): Value {
  if (type === 'CommaDelimitedList' || /List</.test(type)) {
    return text === '' ? [] : text.split(',').map(item => item.trim());
  }
  return text;
}
