/** The names that a Python module defines at its top level, by a light scan. */
import type { ExportScan, LocatedExport } from './locateHandlers.ts';

type Found = Omit<LocatedExport, 'line' | 'column'> & { readonly offset: number };

/** A string (any prefix is a name before it), a comment, a bracket or a line's end. */
const piece =
  /"""(?:\\[\s\S]|(?!""")[\s\S])*(?:"""|$)|'''(?:\\[\s\S]|(?!''')[\s\S])*(?:'''|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|#[^\n]*|\\\r?\n|[([{]|[)\]}]|\n/g;

export function scanPython(text: string): ExportScan<Found> {
  const exports = new Map<string, Found>();
  let complete = true;
  for (const [start, end] of logicalLines(text)) {
    const line = text.slice(start, end);
    for (const entry of definitionsOf(line)) {
      // The last definition counts in Python; the first place is kept only for what is defined once.
      exports.set(entry.symbol, { ...entry, offset: start + entry.offset });
    }
    if (
      /^from\s+\S+\s+import\s*\(?\s*\*|^(if|try|with|for|while|match)\b|^(globals|locals|exec)\s*\(/.test(
        line,
      )
    ) {
      complete = false;
    }
  }
  return { exports: [...exports.values()], complete };
}

/** Lines that begin in the first column, outside of strings and brackets, each with its continuation lines. */
function* logicalLines(text: string): Generator<[number, number]> {
  let start = 0;
  let depth = 0;
  piece.lastIndex = 0;
  for (let match = piece.exec(text); match !== null; match = piece.exec(text)) {
    const found = match[0];
    if (/^[([{]$/.test(found)) depth += 1;
    else if (/^[)\]}]$/.test(found)) depth = Math.max(0, depth - 1);
    else if (found === '\n') {
      // A half typed bracket must not swallow the rest of the file: a definition always begins anew.
      if (
        depth > 0 &&
        !/^(async\s+def|def|class|@)\b/.test(text.slice(piece.lastIndex, piece.lastIndex + 20))
      ) {
        continue;
      }
      depth = 0;
      if (/\S/.test(text[start] ?? ' ')) yield [start, match.index];
      start = piece.lastIndex;
    }
  }
  if (/\S/.test(text[start] ?? ' ')) yield [start, text.length];
}

function definitionsOf(line: string): Found[] {
  const def = /^(?:async\s+)?def\s+(\w+)\s*\(/.exec(line);
  if (def !== null) {
    const symbol = def[1] ?? '';
    const parameters = parametersOf(line.slice(def[0].length));
    return [
      { symbol, offset: def[0].indexOf(symbol, def[0].indexOf('def') + 3), kind: 'function', parameters },
    ];
  }
  const type = /^class\s+(\w+)/.exec(line);
  if (type !== null) return [{ symbol: type[1] ?? '', offset: line.indexOf(type[1] ?? ''), kind: 'other' }];
  const imported = /^(?:from\s+\S+\s+)?import\s+([\s\S]+)/.exec(line);
  if (imported !== null) return importedNames(line, imported[1] ?? '');
  const assigned = /^(\w+)\s*(?::[^=]+)?=(?!=)\s*([\s\S]*)/.exec(line);
  if (assigned === null) return [];
  const value = assigned[2] ?? '';
  const kind = value.startsWith('lambda')
    ? 'function'
    : /^(?!(?:None|True|False)\b)[A-Za-z_][\w.]*\s*(\(|$)/.test(value)
      ? 'call'
      : 'other';
  return [{ symbol: assigned[1] ?? '', offset: 0, kind, value }];
}

function importedNames(line: string, list: string): Found[] {
  const clean = list.replace(/#[^\n]*/g, '').replace(/[()\\]/g, ' ');
  return clean.split(',').flatMap(part => {
    const words = part.trim().split(/\s+/);
    const symbol = words[1] === 'as' ? words[2] : words[0];
    if (symbol === undefined || !/^\w+$/.test(symbol)) return [];
    const at = line.search(new RegExp(`\\b${symbol}\\b(?!\\s+as\\b)(?!.*\\bimport\\b)`));
    return [{ symbol, offset: Math.max(0, at), kind: 'call' as const }];
  });
}

/** Names of the parameters, from behind the opening bracket. */
function parametersOf(rest: string): string[] {
  let depth = 0;
  let current = '';
  const parts: string[] = [];
  for (const letter of rest.replace(/#[^\n]*/g, '')) {
    if (depth === 0 && (letter === ')' || letter === ',')) {
      parts.push(current);
      current = '';
      if (letter === ')') break;
      continue;
    }
    if ('([{'.includes(letter)) depth += 1;
    else if (')]}'.includes(letter)) depth -= 1;
    current += letter;
  }
  return parts.flatMap(part => /^\s*(\*{0,2}\w+)/.exec(part)?.[1] ?? []);
}
