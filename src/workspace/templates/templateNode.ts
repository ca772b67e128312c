/**
 * A template as a tree of values that know where they stand, the same for YAML and JSON. Short intrinsics (`!Ref x`) are
 * already in their long form (`{"Ref": "x"}`), aliases and merge keys are resolved.
 */
import type { Span } from '../sourceText.ts';

export interface ScalarNode extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written: `1.10`, `yes`, `012345678901` keep their digits where a text is wanted. */
  readonly text: string;
}

export interface MapEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: TemplateNode;
}

export interface MapNode extends Span {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface ListNode extends Span {
  readonly kind: 'list';
  readonly items: readonly TemplateNode[];
}

export type TemplateNode = ScalarNode | MapNode | ListNode;

/** The intrinsic functions that templates know, by their long names. */
export const intrinsicNames: ReadonlySet<string> = new Set([
  'Ref',
  'Condition',
  ...[
    'And',
    'Base64',
    'Cidr',
    'Contains',
    'EachMemberEquals',
    'EachMemberIn',
    'Equals',
    'FindInMap',
    'GetAtt',
    'GetAZs',
    'GetStackOutput',
    'If',
    'ImportValue',
    'Join',
    'Length',
    'Not',
    'Or',
    'RefAll',
    'Select',
    'Split',
    'Sub',
    'ToJsonString',
    'Transform',
    'ValueOf',
    'ValueOfAll',
  ].map(name => `Fn::${name}`),
]);

/** `Fn::ForEach::Name` carries a name of its own. */
export function isKnownIntrinsic(name: string): boolean {
  return intrinsicNames.has(name) || name.startsWith('Fn::ForEach::');
}

/** The value under `key`, where `node` is a map that has it. */
export function child(node: TemplateNode | undefined, key: string): TemplateNode | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined;
}

/** The entries of a map; none for anything else. */
export function entriesOf(node: TemplateNode | undefined): MapEntry[] {
  return node?.kind === 'map' ? [...node.entries.values()] : [];
}

/** The text of a plain scalar; undefined for null, lists, maps and intrinsics. */
export function plainText(node: TemplateNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : node.text;
}

/** An intrinsic's name and argument, where `node` is one (a map with that one key). */
export function intrinsicOf(node: TemplateNode): MapEntry | undefined {
  if (node.kind !== 'map' || node.entries.size !== 1) return undefined;
  const [entry] = node.entries.values();
  if (entry === undefined) return undefined;
  return entry.key === 'Ref' || entry.key.startsWith('Fn::') ? entry : undefined;
}

export function mapNode(entries: readonly MapEntry[], span: Span): MapNode {
  return {
    kind: 'map',
    entries: new Map(entries.map(entry => [entry.key, entry])),
    start: span.start,
    end: span.end,
  };
}
