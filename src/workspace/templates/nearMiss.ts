/** Names that are nearly others: what somebody has most likely meant. */

/** Whether a name is one letter or two, its case or its separators away from another. */
export function isNear(written: string, name: string): boolean {
  const [a, b] = [written, name].map(text => text.replaceAll(/[_-]/g, '').toLowerCase());
  if (a === undefined || b === undefined || a === b) return true;
  return distance(a, b) <= (b.length < 6 ? 1 : 2);
}

/** Letters put in, left out, changed or swapped with a neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let twoBefore: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (twoBefore[j - 2] ?? 0) + 1);
      row.push(least);
    }
    twoBefore = before;
    before = row;
  }
  return before[b.length] ?? 0;
}
