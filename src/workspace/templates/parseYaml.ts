/** A YAML template as {@link TemplateNode}s. YAML 1.1, as CloudFormation and SAM read it (`yes` is true, `<<` merges). */
import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument, type Node, type YAMLMap } from 'yaml';
import { sourceText, type Span } from '../sourceText.ts';
import type { ParsedTemplate, SyntaxProblem } from './parsedTemplate.ts';
import {
  isKnownIntrinsic,
  type ListNode,
  mapNode,
  type MapEntry,
  type TemplateNode,
} from './templateNode.ts';

/** Aliases may nest; a template that needs more than this is an attack ("billion laughs") or a mistake. */
const MOST_NODES = 200_000;

/** @throws nothing: whatever is wrong with the text comes back as problems. */
export function parseYaml(file: string, text: string): ParsedTemplate {
  const source = sourceText(file, text);
  // Duplicate keys are ours to find: the message then names both places. Unknown tags are intrinsics.
  const document = parseDocument(text, {
    version: '1.1',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const problems: SyntaxProblem[] = document.errors.map(error => ({
    span: { start: error.pos[0], end: error.pos[1] },
    code: 'template-syntax',
    message: `The template has a YAML syntax error: ${error.message}`,
  }));
  const reader = new YamlReader(source.positionAt, problems);
  const root = reader.read(document.contents);
  return { source, root, problems, broken: document.errors.length > 0 };
}

class YamlReader {
  private readonly positionAt: (offset: number) => { line: number };
  private readonly problems: SyntaxProblem[];
  /** Counts what an alias repeats, too. */
  private nodes = 0;
  /** By anchor, once its node has been read: an alias inside of its own anchor finds none. */
  private readonly anchored = new Map<string, { readonly value: TemplateNode; readonly nodes: number }>();

  constructor(positionAt: (offset: number) => { line: number }, problems: SyntaxProblem[]) {
    this.positionAt = positionAt;
    this.problems = problems;
  }

  read(node: Node | null | undefined): TemplateNode | undefined {
    if (node === null || node === undefined) return undefined;
    const before = this.nodes;
    if (!this.count(1, spanOf(node))) return undefined;
    if (isAlias(node)) {
      const target = this.anchored.get(node.source);
      if (target === undefined) {
        this.complain(spanOf(node), `The alias *${node.source} points to no anchor.`);
        return undefined;
      }
      return this.count(target.nodes, spanOf(node)) ? target.value : undefined;
    }
    const value = this.untag(node, this.readPlain(node));
    if (node.anchor !== undefined) this.anchored.set(node.anchor, { value, nodes: this.nodes - before });
    return value;
  }

  private count(more: number, span: Span): boolean {
    const fits = this.nodes + more <= MOST_NODES;
    if (!fits && this.nodes <= MOST_NODES) {
      this.complain(span, 'The template is too big once its aliases are resolved.');
    }
    this.nodes += more;
    return fits;
  }

  private readPlain(node: Node): TemplateNode {
    const span = spanOf(node);
    if (isMap(node)) return mapNode(this.entries(node), span);
    if (isSeq(node)) {
      const items = node.items.flatMap(item => this.read(item as Node | null) ?? []);
      return { kind: 'list', items, ...span } satisfies ListNode;
    }
    if (!isScalar(node)) return { kind: 'scalar', value: null, text: '', ...span };
    const { value } = node;
    const text = node.source ?? String(value);
    // CloudFormation's and SAM's readers leave out one part of YAML 1.1: `N` is a text (`AttributeType: N`).
    const boolean = typeof value === 'boolean' && !/^[yn]$/i.test(text);
    const known = typeof value === 'string' || boolean || typeof value === 'number';
    // Dates and other YAML 1.1 types are plain texts in templates.
    return { kind: 'scalar', value: known || value === null ? value : text, text, ...span };
  }

  private entries(node: YAMLMap): MapEntry[] {
    const found = new Map<string, MapEntry>();
    const merged = new Map<string, MapEntry>();
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const key = typeof pair.key.value === 'string' ? pair.key.value : (pair.key.source ?? '');
      const keySpan = spanOf(pair.key);
      const value = this.read(pair.value as Node | null) ?? {
        kind: 'scalar',
        value: null,
        text: '',
        ...keySpan,
      };
      if (pair.key.source === '<<') {
        for (const source of value.kind === 'list' ? value.items : [value]) {
          if (source.kind !== 'map') continue;
          for (const [name, entry] of source.entries) if (!merged.has(name)) merged.set(name, entry);
        }
        continue;
      }
      const first = found.get(key);
      if (first !== undefined) {
        const line = this.positionAt(first.keySpan.start).line + 1;
        const message = `"${key}" is declared twice; the first one, in line ${line}, counts. Remove or rename one.`;
        this.problems.push({ span: keySpan, code: 'duplicate-name', message });
        continue;
      }
      if (key.startsWith('Fn::') && !isKnownIntrinsic(key)) this.unknownIntrinsic(keySpan, key);
      const argument = key === 'Fn::GetAtt' && value.kind === 'scalar' ? splitAttribute(value) : value;
      found.set(key, { key, keySpan, value: argument });
    }
    return [...merged.values()].filter(entry => !found.has(entry.key)).concat([...found.values()]);
  }

  /** `!Sub x` → `{"Fn::Sub": "x"}`. */
  private untag(node: Node, value: TemplateNode): TemplateNode {
    const { tag } = node;
    if (tag?.startsWith('!') !== true || tag.startsWith('!!')) return value;
    const short = tag.slice(1);
    const key = short === 'Ref' || short === 'Condition' ? short : `Fn::${short}`;
    const keySpan = { start: value.start, end: value.end };
    if (!isKnownIntrinsic(key)) this.unknownIntrinsic(keySpan, tag);
    const argument = key === 'Fn::GetAtt' && value.kind === 'scalar' ? splitAttribute(value) : value;
    return mapNode([{ key, keySpan, value: argument }], keySpan);
  }

  private unknownIntrinsic(span: Span, name: string): void {
    this.problems.push({
      span,
      code: 'unknown-intrinsic',
      message: `Unknown intrinsic function ${name}. Check its spelling, or remove it.`,
    });
  }

  private complain(span: Span, message: string): void {
    this.problems.push({ span, code: 'template-syntax', message });
  }
}

/** `A.B.C` → `[A, B.C]` */
function splitAttribute(value: TemplateNode & { kind: 'scalar' }): ListNode {
  const dot = value.text.indexOf('.');
  const parts = dot === -1 ? [value.text] : [value.text.slice(0, dot), value.text.slice(dot + 1)];
  const span = { start: value.start, end: value.end };
  return {
    kind: 'list',
    items: parts.map(text => ({ kind: 'scalar', value: text, text, ...span })),
    ...span,
  };
}

function spanOf(node: Node): Span {
  const range = node.range ?? [0, 0, 0];
  return { start: range[0], end: range[1] };
}
