/**
 * Computes a template's values: CloudFormation's intrinsic functions (user guide, "Intrinsic function reference") on
 * parameters, mappings, conditions and the other resources of the template.
 */
import { conditionHolds, evaluateCondition } from './conditions.ts';
import { attributeOf, refOf } from './resourceIdentity.ts';
import { guarded, noResource, nothingNamed, type Scope, TemplateError, type Value } from './scope.ts';
import type { Span } from '../sourceText.ts';
import { spanOfVariable, substitute } from './substitute.ts';
import { child, intrinsicOf, plainText, type MapEntry, type TemplateNode } from './templateNode.ts';

/** @throws TemplateError at the node that can't be computed; undefined is `AWS::NoValue` */
export function evaluate(node: TemplateNode, scope: Scope): Value | undefined {
  if (node.kind === 'scalar') {
    // 012 and 1.10 keep their digits where a text is wanted; numbers stay numbers where they survive it.
    return typeof node.value === 'number' && String(node.value) !== node.text ? node.text : node.value;
  }
  if (node.kind === 'list') {
    return node.items.flatMap(item => {
      const value = evaluate(item, scope);
      return value === undefined ? [] : [value];
    });
  }
  const intrinsic = intrinsicOf(node);
  if (intrinsic !== undefined) return compute(intrinsic, scope);
  const object: Record<string, Value> = {};
  for (const [key, entry] of node.entries) {
    const value = evaluate(entry.value, scope);
    if (value !== undefined) object[key] = value;
  }
  return object;
}

type Intrinsic = (argument: TemplateNode, scope: Scope, entry: MapEntry) => Value | undefined;

function compute(entry: MapEntry, scope: Scope): Value | undefined {
  const intrinsic = intrinsics[entry.key];
  if (intrinsic !== undefined) return intrinsic(entry.value, scope, entry);
  if (/^Fn::(And|Or|Not|Equals)$/.test(entry.key)) {
    const { start, end } = entry.value;
    return evaluateCondition({ kind: 'map', entries: new Map([[entry.key, entry]]), start, end }, scope);
  }
  if (!entry.key.startsWith('Fn::ForEach') && !notAtHome.has(entry.key)) {
    throw new TemplateError(
      entry.keySpan,
      `Unknown intrinsic function ${entry.key}. Check its spelling, or remove it.`,
      'unknown-intrinsic',
    );
  }
  throw new TemplateError(entry.keySpan, `${entry.key} is only computed by AWS; give a plain value here.`);
}

const notAtHome: ReadonlySet<string> = new Set([
  'Fn::Cidr',
  'Fn::Transform',
  'Fn::Contains',
  'Fn::EachMemberEquals',
  'Fn::EachMemberIn',
  'Fn::RefAll',
  'Fn::ValueOf',
  'Fn::ValueOfAll',
  'Fn::GetStackOutput',
]);

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => {
    const name = textOf(argument, scope, 'Ref takes the name of a parameter or resource.');
    return name === 'AWS::NoValue' ? undefined : reference(name, argument, scope);
  },
  'Fn::GetAtt': (argument, scope) => {
    const [resource, ...attribute] = listOf(argument, 2, 'Fn::GetAtt', 'a resource and an attribute');
    const name = plainText(resource) ?? '';
    const path = attribute
      .map(part => textOf(part, scope, 'An attribute name of Fn::GetAtt is a text.'))
      .join('.');
    return attributeReference(name, path, argument, scope);
  },
  'Fn::Sub': (argument, scope) => {
    const [text, variables] = argument.kind === 'list' ? argument.items : [argument];
    const template = plainText(text);
    if (template === undefined || (variables !== undefined && variables.kind !== 'map')) {
      throw new TemplateError(argument, 'Fn::Sub takes a text, or a list of a text and a map of variables.');
    }
    return substitute(template, name => {
      const own = child(variables, name);
      const span = spanOfVariable(scope.text, argument, name);
      const dot = name.indexOf('.');
      const value =
        own !== undefined
          ? evaluate(own, scope)
          : dot === -1
            ? reference(name, span, scope)
            : attributeReference(name.slice(0, dot), name.slice(dot + 1), span, scope);
      return asText(value, span, `\${${name}} in Fn::Sub`);
    });
  },
  'Fn::Join': (argument, scope) => {
    const [separator, list] = listOf(argument, 2, 'Fn::Join', 'a separator and a list');
    const items = list === undefined ? [] : evaluate(list, scope);
    if (!Array.isArray(items)) throw new TemplateError(argument, 'The second value of Fn::Join is a list.');
    return items
      .map((item: Value) => asText(item, argument, 'An item of Fn::Join'))
      .join(plainText(separator) ?? '');
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = listOf(argument, 2, 'Fn::Split', 'a separator and a text');
    const source = text === undefined ? '' : textOf(text, scope, 'Fn::Split splits a text.');
    return source.split(plainText(separator) ?? ',');
  },
  'Fn::Select': (argument, scope) => {
    const [indexNode, list] = listOf(argument, 2, 'Fn::Select', 'an index and a list');
    const index = Number(indexNode === undefined ? NaN : evaluate(indexNode, scope));
    const evaluated = list === undefined ? [] : evaluate(list, scope);
    const items: readonly Value[] = Array.isArray(evaluated) ? (evaluated as readonly Value[]) : [];
    const item = Number.isInteger(index) && index >= 0 ? items[index] : undefined;
    if (item === undefined) {
      throw new TemplateError(
        argument,
        `Fn::Select has no item ${Number.isNaN(index) ? 'of that index' : index}: the list has ${items.length}.`,
      );
    }
    return item;
  },
  'Fn::If': (argument, scope) => {
    const branch = chosenBranch(argument, scope);
    return branch === undefined ? undefined : evaluate(branch, scope);
  },
  'Fn::FindInMap': (argument, scope) => {
    const parts = argument.kind === 'list' ? argument.items : [];
    if (parts.length < 3) {
      throw new TemplateError(argument, 'Fn::FindInMap takes a list of a map, a first and a second key.');
    }
    const keys = parts.slice(0, 3).map(part => textOf(part, scope, 'The names in Fn::FindInMap are texts.'));
    let found: TemplateNode | undefined = scope.mappings;
    for (const key of keys) found = child(found, key);
    const fallback = child(parts[3], 'DefaultValue');
    if (found === undefined && fallback !== undefined) return evaluate(fallback, scope);
    if (found === undefined) {
      throw new TemplateError(
        argument,
        `Mappings has no value for ${keys.join(' → ')}.`,
        'unresolved-reference',
      );
    }
    return evaluate(found, scope);
  },
  'Fn::Base64': (argument, scope) =>
    Buffer.from(textOf(argument, scope, 'Fn::Base64 takes a text.')).toString('base64'),
  'Fn::GetAZs': (argument, scope) => {
    const region = asText(evaluate(argument, scope) ?? '', argument, 'The region of Fn::GetAZs');
    return ['a', 'b', 'c'].map(zone => `${region === '' ? scope.region : region}${zone}`);
  },
  'Fn::Length': (argument, scope) => {
    const value = evaluate(argument, scope);
    if (!Array.isArray(value)) throw new TemplateError(argument, 'Fn::Length takes a list.');
    return value.length;
  },
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(evaluate(argument, scope) ?? null),
  'Fn::ImportValue': (argument, scope) => {
    const name = textOf(argument, scope, 'Fn::ImportValue takes a text.');
    return standIn(name, argument, scope, `The export "${name}" of another stack`);
  },
};

/** The branch of an `Fn::If` that counts. */
function chosenBranch(argument: TemplateNode, scope: Scope): TemplateNode | undefined {
  const [name, then, otherwise] = listOf(argument, 3, 'Fn::If', 'a condition and two values');
  if (name === undefined) return undefined;
  const holds =
    name.kind === 'scalar' ? conditionHolds(name.text, name, scope) : evaluateCondition(name, scope);
  return holds ? then : otherwise;
}

/**
 * What stands where `node` stands once its `Fn::If` is decided, so that a map can be read member by member; undefined is
 * `AWS::NoValue`. @throws TemplateError
 */
export function settle(node: TemplateNode | undefined, scope: Scope): TemplateNode | undefined {
  const intrinsic = node === undefined ? undefined : intrinsicOf(node);
  if (intrinsic?.key === 'Fn::If') return settle(chosenBranch(intrinsic.value, scope), scope);
  return intrinsic?.key === 'Ref' && plainText(intrinsic.value) === 'AWS::NoValue' ? undefined : node;
}

/** `Ref name`. */
function reference(name: string, node: Span, scope: Scope): Value | undefined {
  const value = scope.parameters.get(name);
  if (value !== undefined) return value;
  const resource = scope.resources.get(name);
  if (resource === undefined) {
    throw new TemplateError(node, nothingNamed(name), 'unresolved-reference');
  }
  return (
    guarded(scope, `Ref ${name}`, node, () => refOf(resource, scope)) ??
    standIn(name, node, scope, `What AWS gives for a reference to "${name}" (${resource.type})`)
  );
}

function attributeReference(name: string, attribute: string, node: Span, scope: Scope): Value {
  const resource = scope.resources.get(name);
  if (resource === undefined) {
    throw new TemplateError(node, noResource(name), 'unresolved-reference');
  }
  return (
    guarded(scope, `${name}.${attribute}`, node, () => attributeOf(resource, attribute, scope)) ??
    standIn(`${name}.${attribute}`, node, scope, `The attribute "${attribute}" of ${resource.type} "${name}"`)
  );
}

function standIn(text: string, node: Span, scope: Scope, what: string): string {
  scope.note(
    node,
    'unknown-at-home',
    `${what} is known only to AWS; "${text}" stands for it here. Give the function a value of your own where it matters.`,
  );
  return text;
}

function listOf(node: TemplateNode, count: number, name: string, what: string): readonly TemplateNode[] {
  if (node.kind === 'list' && node.items.length >= count) return node.items;
  throw new TemplateError(node, `${name} takes a list of ${what}.`);
}

function textOf(node: TemplateNode, scope: Scope, message: string): string {
  const value = evaluate(node, scope);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new TemplateError(node, message);
}

function asText(value: Value | undefined, node: Span, what: string): string {
  if (Array.isArray(value)) return value.map((item: Value) => asText(item, node, what)).join(',');
  if (typeof value === 'object' || value === undefined) {
    throw new TemplateError(node, `${what} is a text, not ${value === undefined ? 'nothing' : 'a map'}.`);
  }
  return String(value);
}
