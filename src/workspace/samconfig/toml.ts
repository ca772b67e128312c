/**
 * Reads the part of TOML 1.0 that samconfig.toml uses: tables, dotted and quoted keys, strings of all four kinds,
 * numbers, booleans, arrays, inline tables, comments. Dates stay texts. Arrays of tables are not read.
 */

export type TomlValue = string | number | boolean | readonly TomlValue[] | TomlTable;
export interface TomlTable {
  [key: string]: TomlValue;
}

/** A text that isn't TOML; `offset` is where it stopped making sense. */
export class TomlError extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.name = 'TomlError';
    this.offset = offset;
  }
}

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
  e: '\u001b',
};

/** @throws TomlError */
export function parseToml(text: string): TomlTable {
  const root = newTable();
  let table = root;
  let at = 0;

  const fail = (message: string): never => {
    throw new TomlError(at, message);
  };
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return '';
    at += match[0].length;
    return match[0];
  };
  const blanks = (): string => skip(/[ \t]*/y);
  const lines = (): string => skip(/(?:[ \t\r\n]|#[^\n]*)*/y);

  while ((lines(), at < text.length)) {
    if (text.startsWith('[[', at)) fail('Arrays of tables ([[…]]) are not read here.');
    if (text[at] === '[') {
      at += 1;
      table = tableAt(root, keys());
      if (text[at] !== ']') fail('A table name ends with "]".');
      at += 1;
    } else pair(table);
    if (skip(/[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y) === '' && at < text.length) {
      fail('One key or table a line.');
    }
  }
  return root;

  function pair(into: TomlTable): void {
    const path = keys();
    if (text[at] !== '=') fail('A key is followed by "=".');
    at += 1;
    blanks();
    const last = path.pop() ?? '';
    tableAt(into, path)[last] = value();
    blanks();
  }

  function keys(): string[] {
    const path: string[] = [];
    do {
      blanks();
      const quote = text[at];
      const key = quote === '"' || quote === "'" ? string() : skip(/[A-Za-z0-9_-]+/y);
      if (key === '' && quote !== '"' && quote !== "'") fail('A key is missing.');
      path.push(key);
      blanks();
    } while (text[at] === '.' && (at += 1) > 0);
    return path;
  }

  function tableAt(from: TomlTable, path: readonly string[]): TomlTable {
    let into = from;
    for (const key of path) {
      const next = (into[key] ??= newTable());
      if (typeof next !== 'object' || isList(next)) return fail(`"${key}" is a value already.`);
      into = next;
    }
    return into;
  }

  function value(): TomlValue {
    const first = text[at];
    if (first === '"' || first === "'") return string();
    if (first === '[') return list();
    if (first === '{') return inlineTable();
    const bare = skip(/[^\s,\]}#]+/y);
    if (bare === 'true' || bare === 'false') return bare === 'true';
    if (bare === '') return fail('A value is missing.');
    const number = Number(bare.replaceAll('_', ''));
    if (!Number.isNaN(number)) return number;
    return /^\d{4}-\d\d-\d\d|^\d\d:\d\d/.test(bare)
      ? bare
      : fail(`"${bare}" is not a value; texts need quotes.`);
  }

  function list(): TomlValue[] {
    const items: TomlValue[] = [];
    at += 1;
    while ((lines(), text[at] !== ']')) {
      if (at >= text.length) fail('A list ends with "]".');
      items.push(value());
      lines();
      if (text[at] === ',') at += 1;
      else if (text[at] !== ']') fail('The items of a list are separated by commas.');
    }
    at += 1;
    return items;
  }

  function inlineTable(): TomlTable {
    const into = newTable();
    at += 1;
    while ((lines(), text[at] !== '}')) {
      if (at >= text.length) fail('An inline table ends with "}".');
      pair(into);
      lines();
      if (text[at] === ',') at += 1;
      else if (text[at] !== '}') fail('The keys of an inline table are separated by commas.');
    }
    at += 1;
    return into;
  }

  function string(): string {
    const quote = text[at] ?? '"';
    const long = text.startsWith(quote.repeat(3), at);
    const end = long ? quote.repeat(3) : quote;
    at += end.length;
    if (long) skip(/\r?\n/y);
    let read = '';
    while (!text.startsWith(end, at)) {
      const letter = text[at];
      if (letter === undefined || (letter === '\n' && !long)) return fail(`A text ends with ${end}.`);
      at += 1;
      // A line's end is one newline, however the file writes it.
      if (letter === '\r' && text[at] === '\n') continue;
      read += letter === '\\' && quote === '"' ? escaped() : letter;
    }
    at += end.length;
    return read;
  }

  function escaped(): string {
    const letter = text[at] ?? '';
    if (/\s/.test(letter)) {
      skip(/\s+/y);
      return '';
    }
    at += 1;
    const plain = escapes[letter];
    if (plain !== undefined) return plain;
    const digits = letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
    const code = Number.parseInt(text.slice(at, at + digits), 16);
    if (digits === 0 || Number.isNaN(code) || code > 0x10ffff) return fail(`"\\${letter}" is no escape.`);
    at += digits;
    return String.fromCodePoint(code);
  }
}

/** Without a prototype, so that a key `__proto__` is a key. */
function newTable(): TomlTable {
  return Object.create(null) as TomlTable;
}

export function isList(value: TomlValue): value is readonly TomlValue[] {
  return Array.isArray(value);
}
