/** What names mean while a template's values are computed. */
import type { Span } from '../sourceText.ts';
import type { ProblemCode } from '../sourceText.ts';
import type { TemplateNode } from './templateNode.ts';

/** A computed value. `undefined` beside it means `AWS::NoValue`: the member isn't there. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly keySpan: Span;
  readonly node: TemplateNode;
  readonly properties: TemplateNode | undefined;
}

export interface Scope {
  /** Parameters and pseudo parameters; `AWS::NoValue` is not among them. */
  readonly parameters: ReadonlyMap<string, Value>;
  readonly mappings: TemplateNode | undefined;
  readonly conditions: TemplateNode | undefined;
  readonly resources: ReadonlyMap<string, Resource>;
  /** The template's text, to find the place of a variable in it. */
  readonly text: string;
  readonly region: string;
  readonly accountId: string;
  /** A value that only AWS knows was replaced by something that stands for it. */
  readonly note: (span: Span, code: ProblemCode, message: string) => void;
  /** Conditions and resources that are being computed, so that a circle ends. */
  readonly open: Set<string>;
}

/** A value that can't be computed, with its place. */
export class TemplateError extends Error {
  readonly span: Span;
  readonly code: ProblemCode;

  constructor(span: Span, message: string, code: ProblemCode = 'template-value') {
    super(message);
    this.name = 'TemplateError';
    this.span = { start: span.start, end: span.end };
    this.code = code;
  }
}

/** Runs `compute` unless it is already running for `key`: then the template is circular at `span`. */
export function guarded<T>(scope: Scope, key: string, span: Span, compute: () => T): T {
  if (scope.open.has(key)) {
    throw new TemplateError(span, `Circular reference: ${[...scope.open, key].join(' → ')}.`);
  }
  scope.open.add(key);
  try {
    return compute();
  } finally {
    scope.open.delete(key);
  }
}

export function nothingNamed(name: string): string {
  return `"${name}" is neither a parameter nor a resource of this template.`;
}

export function noResource(name: string): string {
  return `"${name}" is not a resource of this template.`;
}
