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

/**
 * The same of a list that is read in parts: `read` answers up to `limit` items behind the one of the key `after`, from the
 * first one where it is undefined.
 */
export function readPage<T>(
  read: (after: string | undefined, limit: number) => readonly T[],
  keyOf: (item: T) => string,
  options: {
    readonly size: number;
    readonly marker?: string | undefined;
    /** Whether it can be a key of this list: a marker may be another list's. */
    readonly isKey?: (key: string) => boolean;
  },
): Page<T> {
  const { marker } = options;
  const after = marker === undefined || marker === '' ? undefined : readMarker(marker, options.isKey);
  const found = read(after, options.size + 1);
  const items = found.slice(0, options.size);
  const last = items.at(-1);
  return {
    items,
    nextMarker: found.length > items.length && last !== undefined ? writeMarker(keyOf(last)) : null,
  };
}

const SIGN = 'after:';

const writeMarker = (key: string): string => Buffer.from(SIGN + key).toString('base64url');

function readMarker(marker: string, isKey: (key: string) => boolean = () => true): string {
  const text = Buffer.from(marker, 'base64url').toString();
  const key = text.slice(SIGN.length);
  if (!text.startsWith(SIGN) || !isKey(key)) throw invalidParameter(`Invalid pagination token: ${marker}`);
  return key;
}

/** AWS never gives more at once of most things, whatever MaxItems says. */
const MOST_ITEMS = 50;

/** What a list operation's input asks {@link makePage} for. */
export const pageAsked = (
  input: { readonly MaxItems?: number; readonly Marker?: string },
  most = MOST_ITEMS,
): { readonly size: number; readonly marker: string | undefined } => ({
  size: Math.min(input.MaxItems ?? most, most),
  marker: input.Marker,
});
