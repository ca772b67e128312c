/** A JSON template (CloudFormation, CDK output) as {@link TemplateNode}s. */
import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { sourceText, type Span } from '../sourceText.ts';
import type { ParsedTemplate, SyntaxProblem } from './parsedTemplate.ts';
import { isKnownIntrinsic, mapNode, type MapEntry, type TemplateNode } from './templateNode.ts';

/** @throws nothing: whatever is wrong with the text comes back as problems. */
export function parseJson(file: string, text: string): ParsedTemplate {
  const source = sourceText(file, text);
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const problems: SyntaxProblem[] = errors.map(({ error, offset, length }) => ({
    span: { start: offset, end: offset + length },
    code: 'template-syntax',
    message: `The template has a JSON syntax error: ${inWords(printParseErrorCode(error))}`,
  }));
  const complain = (span: Span, code: SyntaxProblem['code'], message: string): void => {
    problems.push({ span, code, message });
  };

  function read(node: Node): TemplateNode {
    const span = { start: node.offset, end: node.offset + node.length };
    if (node.type === 'object') return mapNode(entries(node), span);
    if (node.type === 'array') return { kind: 'list', items: (node.children ?? []).map(read), ...span };
    const raw: unknown = node.value;
    const value = typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' ? raw : null;
    const written = typeof value === 'string' ? value : text.slice(span.start, span.end);
    return { kind: 'scalar', value, text: written, ...span };
  }

  function entries(node: Node): MapEntry[] {
    const found = new Map<string, MapEntry>();
    for (const { children } of node.children ?? []) {
      const [keyNode, valueNode] = children ?? [];
      if (keyNode === undefined || valueNode === undefined) continue;
      const key = String(keyNode.value);
      const keySpan = { start: keyNode.offset, end: keyNode.offset + keyNode.length };
      const first = found.get(key);
      if (first !== undefined) {
        const line = source.positionAt(first.keySpan.start).line + 1;
        complain(
          keySpan,
          'duplicate-name',
          `"${key}" is declared twice; the first one, in line ${line}, counts. Remove or rename one.`,
        );
        continue;
      }
      if (key.startsWith('Fn::') && !isKnownIntrinsic(key)) {
        complain(
          keySpan,
          'unknown-intrinsic',
          `Unknown intrinsic function ${key}. Check its spelling, or remove it.`,
        );
      }
      found.set(key, { key, keySpan, value: attributeList(key, read(valueNode)) });
    }
    return [...found.values()];
  }

  return { source, root: tree === undefined ? undefined : read(tree), problems, broken: errors.length > 0 };
}

/** `{"Fn::GetAtt": "A.B"}` is allowed in JSON as well. */
function attributeList(key: string, value: TemplateNode): TemplateNode {
  if (key !== 'Fn::GetAtt' || value.kind !== 'scalar') return value;
  const [name = '', ...rest] = value.text.split('.');
  const items = [name, rest.join('.')].map(text => ({ ...value, value: text, text }));
  return { kind: 'list', items, start: value.start, end: value.end };
}

/** `CommaExpected` → `comma expected`. */
function inWords(code: string): string {
  return code.replace(/(?<=.)[A-Z]/g, letter => ` ${letter.toLowerCase()}`).toLowerCase();
}
