/** What the bench found, as rows of a table and as JSON. */

export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: 'µs' | 'ms' | 'req/s' | 'MB/s' | 'MB' | 'KB' | 'B';
  /** The same by bare means, measured in the same run. */
  readonly baseline?: { readonly name: string; readonly value: number };
  /** Issue 3's target: of the value, or of its ratio to the baseline. */
  readonly target?: {
    readonly of: 'value' | 'ratio';
    readonly is: 'at most' | 'at least';
    readonly limit: number;
  };
  readonly note?: string;
}

export function ratioOf(row: Row): number | undefined {
  return row.baseline === undefined ? undefined : row.value / row.baseline.value;
}

/** Whether the target is reached; undefined where there is none. */
export function isReached(row: Row): boolean | undefined {
  if (row.target === undefined) return undefined;
  const measured = row.target.of === 'value' ? row.value : ratioOf(row);
  if (measured === undefined) return undefined;
  return row.target.is === 'at most' ? measured <= row.target.limit : measured >= row.target.limit;
}

export function tableOf(rows: readonly Row[]): string {
  const header = ['', 'measured', 'bare', 'ratio', 'target', ''];
  const cells = rows.map(row => [
    row.name,
    withUnit(row.value, row.unit),
    row.baseline === undefined ? '' : `${withUnit(row.baseline.value, row.unit)} (${row.baseline.name})`,
    ratioOf(row)?.toFixed(2) ?? '',
    targetOf(row),
    { true: 'yes', false: 'NO', undefined: '' }[String(isReached(row))] ?? '',
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...cells.map(line => line[column]!.length)),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, column) => (column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  const notes = rows.flatMap(row => (row.note === undefined ? [] : [`${row.name}: ${row.note}`]));
  return [line(header), ...cells.map(line), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

function withUnit(value: number, unit: Row['unit']): string {
  return `${value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 })} ${unit}`;
}

function targetOf({ target, unit }: Row): string {
  if (target === undefined) return '';
  const sign = target.is === 'at most' ? '≤' : '≥';
  return target.of === 'value' ? `${sign} ${withUnit(target.limit, unit)}` : `${sign} ${target.limit} ×`;
}
