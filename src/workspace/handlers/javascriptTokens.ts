/**
 * A light tokenizer for JavaScript and TypeScript: enough to see declarations and exports in a text that may be half
 * typed. It never fails: what it doesn't understand is a token of one letter.
 */

export interface Token {
  readonly kind: 'name' | 'string' | 'punctuation' | 'literal';
  /** A string's content, without quotes and with escapes as written. */
  readonly text: string;
  readonly offset: number;
  /** Brackets of any kind around it; an opening bracket counts as outside itself. */
  readonly depth: number;
}

/** Longer texts are bundles, in which nobody sets a lens. */
const LONGEST = 2_000_000;

const name = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const blank = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y;
const number = /\d[\w.]*/y;
const regex = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/y;
const quoted = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y;

/** After these a slash divides; after anything else it begins a regular expression. */
const dividing = /^[)\]}]$/;
const expressionKeywords = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'await',
]);

export function tokenize(source: string): Token[] {
  const text = source.length > LONGEST ? source.slice(0, LONGEST) : source;
  const tokens: Token[] = [];
  /** Depths at which a template literal's `${` is open. */
  const templates: number[] = [];
  let at = text.startsWith('#!') ? text.indexOf('\n') + 1 || text.length : 0;
  let depth = 0;

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    return found === '' ? undefined : found;
  };
  const push = (kind: Token['kind'], content: string, length: number, ofDepth = depth): void => {
    tokens.push({ kind, text: content, offset: at, depth: ofDepth });
    at += length;
  };
  /** From behind a backtick or the `}` of a substitution to the next `${` or the closing backtick. */
  const templateText = (): void => {
    while (at < text.length) {
      if (text[at] === '\\') at += 2;
      else if (text[at] === '`') {
        at += 1;
        return;
      } else if (text.startsWith('${', at)) {
        at += 2;
        templates.push(depth);
        depth += 1;
        return;
      } else at += 1;
    }
  };

  while (at < text.length) {
    const skipped = match(blank);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const letter = text[at] ?? '';
    const word = match(name);
    if (word !== undefined) push('name', word, word.length);
    else if (letter === '`') {
      push('literal', '`', 1);
      templateText();
    } else if (letter === '}' && templates.at(-1) === depth - 1) {
      templates.pop();
      depth -= 1;
      at += 1;
      templateText();
    } else {
      const string = letter === "'" || letter === '"' ? match(quoted) : undefined;
      const digits = match(number);
      const pattern = letter === '/' && !divides(tokens.at(-1)) ? match(regex) : undefined;
      if (string !== undefined) push('string', string.slice(1, -1), string.length);
      else if (digits !== undefined) push('literal', digits, digits.length);
      else if (pattern !== undefined) push('literal', pattern, pattern.length);
      else if (text.startsWith('=>', at)) push('punctuation', '=>', 2);
      else if (/^[=!]==?/.test(text.slice(at, at + 3)) && text[at + 1] === '=') {
        push('punctuation', '==', text[at + 2] === '=' ? 3 : 2);
      } else if (text.startsWith('...', at)) push('punctuation', '...', 3);
      else if ('([{'.includes(letter)) {
        push('punctuation', letter, 1);
        depth += 1;
      } else if (')]}'.includes(letter)) {
        depth = Math.max(0, depth - 1);
        push('punctuation', letter, 1);
      } else push('punctuation', letter, 1);
    }
  }
  return tokens;
}

function divides(before: Token | undefined): boolean {
  if (before === undefined) return false;
  if (before.kind === 'name') return !expressionKeywords.has(before.text);
  return before.kind !== 'punctuation' || dividing.test(before.text);
}
