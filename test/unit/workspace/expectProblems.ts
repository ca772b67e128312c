/**
 * Expected problems stand in the text they are about: a comment `#! word` (or `//! word`) at a line's end says that a
 * problem whose message contains `word` begins in that line. Nothing else may be reported.
 */
import assert from 'node:assert/strict';
import type { WorkspaceProblem } from '../../../src/protocol/model.ts';

export function expectProblems(text: string, problems: readonly WorkspaceProblem[]): void {
  const expected = text.split('\n').flatMap((line, index) => {
    const match = /(?:#|\/\/)! (.*)$/.exec(line);
    return match === null ? [] : (match[1] ?? '').split(' & ').map(word => ({ line: index, word }));
  });
  const left = [...problems];
  for (const { line, word } of expected) {
    const at = left.findIndex(problem => problem.startLine === line && problem.message.includes(word));
    assert.notEqual(
      at,
      -1,
      `no problem with "${word}" in line ${line + 1}; there are:\n${left.map(show).join('\n')}`,
    );
    left.splice(at, 1);
  }
  assert.deepEqual(left.map(show), []);
}

function show({ startLine, message, severity }: WorkspaceProblem): string {
  return `line ${startLine + 1} ${severity}: ${message}`;
}
