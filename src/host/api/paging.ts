import { invalidParameter } from './errors.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque to clients; null when this was the last page. */
  readonly nextMarker: string | null;
}

/**
 * One page of a list that is sorted by `keyOf`. A marker names the last item seen, so that what is added or removed in
 * between neither repeats nor hides anything else. Throws InvalidParameterValueException for a marker that is none of ours.
 */
export function makePage<T>(
  sorted: readonly T[],
  keyOf: (item: T) => string,
  options: { readonly size: number; readonly marker?: string | undefined },
): Page<T> {
  const after =
    options.marker === undefined || options.marker === '' ? undefined : readMarker(options.marker);
  const start = after === undefined ? 0 : sorted.findIndex(item => keyOf(item) > after);
  if (start < 0) return { items: [], nextMarker: null };
  const items = sorted.slice(start, start + options.size);
  const last = items.at(-1);
  const isMore = start + items.length < sorted.length && last !== undefined;
  return { items, nextMarker: isMore ? writeMarker(keyOf(last)) : null };
}

const SIGN = 'after:';

const writeMarker = (key: string): string => Buffer.from(SIGN + key).toString('base64url');

function readMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString();
  if (!text.startsWith(SIGN)) throw invalidParameter(`Invalid pagination token: ${marker}`);
  return text.slice(SIGN.length);
}
