/** Durations as people write them: `61s`, `10m`, `5m30s`, `2h`, `1d`. */

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;
const FORM = /^(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?$/;

/** Milliseconds of `5m30s` and the like: days, hours, minutes, seconds in this order; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = FORM.exec(text);
  if (match === null || text === '') return undefined;
  const [, d, h, m, s] = match.map(part => Number((part as string | undefined) ?? 0));
  const ms = (d ?? 0) * UNITS.d + (h ?? 0) * UNITS.h + (m ?? 0) * UNITS.m + (s ?? 0) * UNITS.s;
  return Math.round(ms);
}

/** `1d2h`, `5m30s`, `0.25s`: what {@link parseDuration} reads. */
export function formatDuration(ms: number): string {
  let rest = Math.round(Math.abs(ms));
  let text = '';
  for (const [unit, size] of [
    ['d', UNITS.d],
    ['h', UNITS.h],
    ['m', UNITS.m],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  if (rest > 0 || text === '') text += `${rest / UNITS.s}s`;
  return ms < 0 ? `-${text}` : text;
}
