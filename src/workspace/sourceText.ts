/** Offsets to lines and columns (both from 0) in one file's text. */
import type { WorkspaceProblem } from '../protocol/model.ts';
import type { SourceRange } from '../protocol/workspace.ts';

/** Offsets into a text, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface SourceText {
  readonly file: string;
  readonly text: string;
  readonly positionAt: (offset: number) => Position;
  readonly rangeOf: (span: Span) => SourceRange;
}

/** Offsets at which the lines of a text begin. */
function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

export function sourceText(file: string, text: string): SourceText {
  let starts: number[] | undefined;
  const positionAt = (offset: number): Position => {
    starts ??= lineStartsOf(text);
    const bounded = Math.max(0, Math.min(offset, text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= bounded) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: bounded - (starts[low] ?? 0) };
  };
  return {
    file,
    text,
    positionAt,
    rangeOf(span) {
      const start = positionAt(span.start);
      const end = positionAt(Math.max(span.start, span.end));
      return {
        file,
        startLine: start.line,
        startColumn: start.column,
        endLine: end.line,
        endColumn: end.column,
      };
    },
  };
}

/** What kind of mistake a Problem tells of; shown as its code. */
export type ProblemCode =
  | 'template-syntax'
  | 'template-value'
  | 'unknown-intrinsic'
  | 'unknown-property'
  | 'unknown-type'
  | 'unresolved-reference'
  | 'unknown-at-home'
  | 'missing-parameter'
  | 'missing-code'
  | 'missing-handler'
  | 'unknown-runtime'
  | 'duplicate-name'
  | 'not-local'
  | 'missing-packages'
  | 'missing-layer'
  | 'folder-too-big'
  | 'build'
  | 'name-conflict';

/** A {@link WorkspaceProblem} at a place that is known. */
export function problemAt(
  range: SourceRange,
  severity: WorkspaceProblem['severity'],
  code: ProblemCode,
  message: string,
  functionName?: string,
): WorkspaceProblem {
  return { ...range, severity, code, message, ...(functionName === undefined ? {} : { functionName }) };
}
