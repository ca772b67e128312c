/** A template that can be computed: its resources, and a scope for its names. */
import path from 'node:path';
import type { WorkspaceProblem } from '../../protocol/model.ts';
import type { SamConfig } from '../samconfig/samconfig.ts';
import { type ProblemCode, problemAt, type SourceText, type Span } from '../sourceText.ts';
import { conditionHolds } from './conditions.ts';
import { withGlobals } from './globals.ts';
import { parameterValues } from './parameters.ts';
import type { ParsedTemplate } from './parsedTemplate.ts';
import { type Resource, type Scope, TemplateError, type Value } from './scope.ts';
import { child, entriesOf, plainText, type TemplateNode } from './templateNode.ts';

export interface LoadOptions {
  readonly region: string;
  readonly accountId: string;
  /** Values that the user gave for this run; they win over samconfig's. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface LoadedTemplate {
  readonly file: string;
  readonly folder: string;
  readonly source: SourceText;
  readonly root: TemplateNode | undefined;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly parameters: ReadonlyMap<string, Value>;
  /** A scope whose notes go to `note`. */
  scope(note: Scope['note']): Scope;
  /** Adds a problem once, however often the same place is computed. */
  report(
    severity: WorkspaceProblem['severity'],
    code: ProblemCode,
    span: Span,
    message: string,
    functionName?: string,
  ): void;
  readonly problems: readonly WorkspaceProblem[];
}

/** Notes that nobody needs where a value isn't used by a function. */
export const silently: Scope['note'] = () => undefined;

export function loadTemplate(
  parsed: ParsedTemplate,
  samconfig: SamConfig,
  options: LoadOptions,
): LoadedTemplate {
  const { source, root } = parsed;
  const problems: WorkspaceProblem[] = [];
  const seen = new Set<string>();
  const report: LoadedTemplate['report'] = (severity, code, span, message, functionName) => {
    const key = `${span.start}:${message}`;
    if (seen.has(key)) return;
    seen.add(key);
    problems.push(problemAt(source.rangeOf(span), severity, code, message, functionName));
  };
  for (const { span, code, message } of parsed.problems) report('error', code, span, message);

  const folder = path.dirname(source.file);
  const parameters = parameterValues(root, {
    region: options.region,
    accountId: options.accountId,
    stackName: samconfig.stackName ?? path.basename(folder),
    overrides: new Map([...samconfig.parameters, ...Object.entries(options.parameters ?? {})]),
    note: (span, code, message) => report('warning', code, span, message),
  });
  const all = resourcesOf(root);
  const scope = (note: Scope['note']): Scope => ({
    parameters,
    mappings: child(root, 'Mappings'),
    conditions: child(root, 'Conditions'),
    resources: all,
    text: source.text,
    region: options.region,
    accountId: options.accountId,
    note,
    open: new Set(),
  });
  const present = new Map([...all].filter(([, resource]) => isPresent(resource, scope(silently), report)));
  return { file: source.file, folder, source, root, resources: present, parameters, scope, report, problems };
}

function resourcesOf(root: TemplateNode | undefined): Map<string, Resource> {
  const resources = new Map<string, Resource>();
  for (const { key, keySpan, value: node } of entriesOf(child(root, 'Resources'))) {
    const type = plainText(child(node, 'Type'));
    if (type === undefined) continue;
    const properties = withGlobals(root, type, child(node, 'Properties'));
    resources.set(key, { logicalId: key, type, keySpan, node, properties });
  }
  return resources;
}

/** Whether the resource's `Condition` holds; one that can't be computed counts as holding. */
function isPresent(resource: Resource, scope: Scope, report: LoadedTemplate['report']): boolean {
  const condition = child(resource.node, 'Condition');
  if (condition?.kind !== 'scalar') return true;
  try {
    return conditionHolds(condition.text, condition, scope);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    report('error', error.code, error.span, error.message);
    return true;
  }
}
