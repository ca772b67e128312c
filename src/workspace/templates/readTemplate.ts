/** Which files are templates, and their reading. */
import path from 'node:path';
import { sourceText } from '../sourceText.ts';
import { isNear } from './nearMiss.ts';
import { parseJson } from './parseJson.ts';
import { parseYaml } from './parseYaml.ts';
import type { ParsedTemplate } from './parsedTemplate.ts';
import { child, entriesOf, plainText, type TemplateNode } from './templateNode.ts';

/** CloudFormation takes templates up to 1 MB; CDK writes longer ones with indentation. */
export const LARGEST_TEMPLATE = 8 * 1024 * 1024;

/** Files of these endings that are never templates, and are long. */
const neverTemplates =
  /^(package(-lock)?|npm-shrinkwrap|tsconfig(\..*)?|jsconfig|composer|tree|manifest|cdk|.*\.assets)\.json$|^(pnpm-lock|pnpm-workspace|docker-compose.*)\.ya?ml$/i;

const templateEnding = /\.(ya?ml|json|template)$/i;

/** Whether a file's name allows it to be a template. Inside `cdk.out` only `*.template.json` is one. */
export function mayBeTemplate(file: string): boolean {
  const name = path.basename(file);
  if (!templateEnding.test(name) || neverTemplates.test(name)) return false;
  return !file.split(path.sep).includes('cdk.out') || name.endsWith('.template.json');
}

const marks = ['AWSTemplateFormatVersion', 'AWS::Serverless', 'AWS::Lambda::'].map(mark => Buffer.from(mark));

/** A quick look at the bytes, before anything is parsed. */
export function hasTemplateMarks(bytes: Buffer): boolean {
  return marks.some(mark => bytes.includes(mark));
}

/** Parses a file that {@link hasTemplateMarks}; undefined when it turns out to be something else. */
export function readTemplate(file: string, text: string): ParsedTemplate | undefined {
  const json = file.toLowerCase().endsWith('.json') || /^\s*\{/.test(text);
  const parsed = withResources(withinDepth(file, text, json ? parseJson : parseYaml));
  return isTemplate(parsed.root) || (parsed.broken && looksLikeTemplate(text)) ? parsed : undefined;
}

/** Without the section that everything stands in, by its name, nothing of a template was read: that counts as a syntax error. */
function withResources(parsed: ParsedTemplate): ParsedTemplate {
  const { root, problems } = parsed;
  if (parsed.broken || child(root, 'Resources') !== undefined || !isTemplate(root)) return parsed;
  const meant = entriesOf(root).find(({ key, value }) => value.kind === 'map' && isNear(key, 'Resources'));
  if (meant === undefined) return parsed;
  const message = `Unknown section "${meant.key}". Did you mean Resources?`;
  const problem = { span: meant.keySpan, code: 'template-syntax', message } as const;
  return { ...parsed, problems: [...problems, problem], broken: true };
}

/** Levels of lists and maps. No template needs so many, and all that reads them later is recursive. */
const DEEPEST = 200;

/** A text that is nested more deeply is a problem, and must not keep the other templates from being read. */
function withinDepth(
  file: string,
  text: string,
  parse: (file: string, text: string) => ParsedTemplate,
): ParsedTemplate {
  try {
    const parsed = parse(file, text);
    if (parsed.root === undefined || isWithin(parsed.root, DEEPEST)) return parsed;
  } catch (error) {
    // The parsers' own stack has ended.
    if (!(error instanceof RangeError)) throw error;
  }
  const message = `The template is nested more than ${DEEPEST} levels deep, so it is not read.`;
  const problems = [{ span: { start: 0, end: 1 }, code: 'template-syntax', message }] as const;
  return { source: sourceText(file, text), root: undefined, problems, broken: true };
}

function isWithin(node: TemplateNode, levels: number): boolean {
  if (levels === 0) return false;
  if (node.kind === 'list') return node.items.every(item => isWithin(item, levels - 1));
  return node.kind !== 'map' || [...node.entries.values()].every(({ value }) => isWithin(value, levels - 1));
}

/** CloudFormation's format version, SAM's transform, or a Lambda resource among its resources. */
function isTemplate(root: TemplateNode | undefined): boolean {
  if (child(root, 'Resources')?.kind === 'map') {
    if (child(root, 'AWSTemplateFormatVersion') !== undefined || usesSam(root)) return true;
    return entriesOf(child(root, 'Resources')).some(entry =>
      /^AWS::(Serverless|Lambda)::/.test(plainText(child(entry.value, 'Type')) ?? ''),
    );
  }
  return child(root, 'AWSTemplateFormatVersion') !== undefined || usesSam(root);
}

/** The names in `Transform`. */
export function transformsOf(root: TemplateNode | undefined): string[] {
  const transform = child(root, 'Transform');
  const items = transform?.kind === 'list' ? transform.items : transform === undefined ? [] : [transform];
  return items.map(item => plainText(item) ?? plainText(child(item, 'Name')) ?? '');
}

export function usesSam(root: TemplateNode | undefined): boolean {
  return transformsOf(root).some(name => name.startsWith('AWS::Serverless'));
}

/** For a text that doesn't parse: the sections stand where a template has them. */
function looksLikeTemplate(text: string): boolean {
  return (
    /^(AWSTemplateFormatVersion|Transform|Resources)\s*:/m.test(text) ||
    /^\s*\{[\s\S]*?"(AWSTemplateFormatVersion|Transform|Resources)"\s*:/.test(text)
  );
}
