/** Two short texts as `diff -u` shows them. */

/** Lines around a change. */
const CONTEXT = 3;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** The hunks, without the two lines that name the texts; empty where nothing differs. Takes time in proportion to both lengths multiplied. */
export function unifiedDiff(before: readonly string[], after: readonly string[]): string {
  const lines = edits(before, after);
  const isNear = lines.map((_line, i) =>
    lines.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  );
  let text = '';
  for (let i = 0; i < lines.length; i++) {
    if (isNear[i] !== true) continue;
    const end = isNear.indexOf(false, i);
    const hunk = lines.slice(i, end === -1 ? lines.length : end);
    const range = (other: '-' | '+'): string => {
      const count = hunk.filter(({ sign }) => sign !== other).length;
      const start = lines.slice(0, i).filter(({ sign }) => sign !== other).length;
      // Of nothing, `diff -u` names the line before it.
      return `${count === 0 ? start : start + 1},${count}`;
    };
    text += `@@ -${range('+')} +${range('-')} @@\n`;
    text += hunk.map(({ sign, text: line }) => `${sign}${line}\n`).join('');
    i += hunk.length - 1;
  }
  return text;
}

/** All lines of both, by a longest common subsequence; what goes stands before what comes. */
function edits(before: readonly string[], after: readonly string[]): readonly Line[] {
  const width = after.length + 1;
  /** Of the rest of both from (i, j): how many lines they share. */
  const shared = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => shared[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      shared[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const gone = before[i];
    const come = after[j];
    if (gone !== undefined && gone === come) {
      lines.push({ sign: ' ', text: gone });
      i++;
      j++;
    } else if (gone !== undefined && (come === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: gone });
      i++;
    } else {
      lines.push({ sign: '+', text: come ?? '' });
      j++;
    }
  }
  return lines;
}
