/** What the YAML and the JSON reader both give. */
import type { ProblemCode, SourceText, Span } from '../sourceText.ts';
import type { TemplateNode } from './templateNode.ts';

/** A mistake at a place in the text that was parsed. */
export interface SyntaxProblem {
  readonly span: Span;
  readonly code: Extract<ProblemCode, 'template-syntax' | 'unknown-intrinsic' | 'duplicate-name'>;
  readonly message: string;
}

export interface ParsedTemplate {
  readonly source: SourceText;
  /** What could be read; after a syntax error it may be a part. */
  readonly root: TemplateNode | undefined;
  readonly problems: readonly SyntaxProblem[];
  /** The text isn't YAML or JSON: what misses from `root` may just not have been read. */
  readonly broken: boolean;
}
