/** esbuild's messages as problems of the workspace. */
import path from 'node:path';
import type { Message } from 'esbuild';
import type { WorkspaceProblem } from '../../protocol/model.ts';
import type { DeclaredFunction } from '../../protocol/workspace.ts';
import { problemAt } from '../sourceText.ts';

/** A message without a place stands at the function's declaration. */
export function problemOf(
  message: Message,
  severity: 'error' | 'warning',
  declared: DeclaredFunction,
  root: string,
): WorkspaceProblem {
  const { location, notes } = message;
  const hints = notes.map(note => note.text).filter(text => text !== '');
  const text = [message.text, ...hints].join(' ');
  if (location === null) return problemAt(declared.declaration, severity, 'build', text, declared.name);
  // esbuild counts lines from 1, and columns in bytes from 0.
  const line = location.line - 1;
  const bytes = Buffer.from(location.lineText);
  const column = bytes.subarray(0, location.column).toString().length;
  const length = bytes.subarray(location.column, location.column + location.length).toString().length;
  const range = {
    file: path.resolve(root, location.file),
    startLine: line,
    startColumn: column,
    endLine: line,
    endColumn: column + Math.max(1, length),
  };
  return problemAt(range, severity, 'build', text, declared.name);
}

const SHOWN = 3;

/** One text for whoever invokes a function that didn't build. */
export function failureMessage(declared: DeclaredFunction, problems: readonly WorkspaceProblem[]): string {
  const shown = problems
    .slice(0, SHOWN)
    .map(
      ({ file, startLine, startColumn, message }) =>
        `${file}:${startLine + 1}:${startColumn + 1}: ${message}`,
    );
  const more = problems.length > SHOWN ? [`and ${problems.length - SHOWN} more`] : [];
  return [`The code of "${declared.name}" doesn't build.`, ...shown, ...more].join('\n');
}

/** The errors of a failed esbuild call; anything else that it throws becomes one without a place. */
export function errorsOf(error: unknown): readonly Message[] {
  if (error instanceof Error && 'errors' in error && Array.isArray(error.errors) && error.errors.length > 0) {
    return error.errors as readonly Message[];
  }
  const text = error instanceof Error ? error.message : String(error);
  return [{ id: '', pluginName: '', text, location: null, notes: [], detail: undefined }];
}
