import { t } from '../localize.ts';

/** `0.8 ms`, `12 ms`, `1.24 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 10) return `${Math.round(ms * 10) / 10} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `712 B`, `4.1 KB`, `53 MB`. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${(count / 1024).toFixed(1)} KB`;
  return `${Math.round(count / (1024 * 1024))} MB`;
}

/** Time of day of an epoch in milliseconds, `14:02:11`. */
export function clock(epochMs: number): string {
  const date = new Date(epochMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map(part => String(part).padStart(2, '0'))
    .join(':');
}

/** `1 invocation`, `3 invocations`. */
export const invocationCount = (count: number): string =>
  count === 1 ? t('1 invocation') : t('{0} invocations', count);

/** What an environment is called where there is little room. Its id begins with its host's own mark, so the end tells. */
export const shortId = (environmentId: string): string => environmentId.slice(-8);
