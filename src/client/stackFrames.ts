/** A place in a file that a text names. Line and column count from 1, as stacks do. */
export interface NamedPlace {
  /** Where in the text the path begins, and where the place ends (after line and column). */
  readonly start: number;
  readonly end: number;
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** `/a/b.js:3:4`, `file:///a/b.mjs:3:4`, `C:\a\b.js:3:4`: what JavaScript writes, and we of templates. */
const javaScript =
  /(?<path>(?:file:\/\/)?(?:\/|(?:\/)?[A-Za-z]:[\\/])[^\s:()"'`]*\.(?:[cm]?[jt]sx?|ya?ml|json|template)):(?<line>\d+)(?::(?<column>\d+))?/g;
/** `File "/a/b.py", line 3`: what Python writes. */
const python = /File "(?<path>[^"\n]+)", line (?<line>\d+)/g;

/** Every place that a line of a stack or a log names. */
export function placesIn(text: string): readonly NamedPlace[] {
  const places = [...text.matchAll(javaScript), ...text.matchAll(python)].flatMap(match => {
    const { path = '', line = '0', column } = match.groups ?? {};
    const place = { start: match.index, end: match.index + match[0].length, line: Number(line) };
    const file = path.startsWith('file://') ? decodeFileUrl(path) : path;
    return [{ ...place, file, ...(column === undefined ? {} : { column: Number(column) }) }];
  });
  return places.sort((a, b) => a.start - b.start);
}

function decodeFileUrl(url: string): string {
  try {
    const { pathname } = new URL(url);
    const decoded = decodeURIComponent(pathname);
    return /^\/[A-Za-z]:/.test(decoded) ? decoded.slice(1) : decoded;
  } catch {
    return url.slice('file://'.length);
  }
}
