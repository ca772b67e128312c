/** `Fn::Sub`'s own little language: `${Name}`, `${Name.Attribute}`, `${!Literal}`. */
import type { Span } from '../sourceText.ts';

const variable = /\$\{([^}]*)\}/g;

/** Replaces each variable by what `valueOf` gives for its name; `${!x}` becomes `${x}`. */
export function substitute(text: string, valueOf: (name: string) => string): string {
  return text.replace(variable, (whole, name: string) =>
    name.startsWith('!') ? `\${${name.slice(1)}}` : name.trim() === '' ? whole : valueOf(name.trim()),
  );
}

/** The names that a text asks for. */
export function variablesOf(text: string): string[] {
  return [...text.matchAll(variable)].flatMap(match => {
    const name = (match[1] ?? '').trim();
    return name === '' || name.startsWith('!') ? [] : [name];
  });
}

/** Where a variable stands in the template's text; the whole argument where it can't be told. */
export function spanOfVariable(text: string, argument: Span, name: string): Span {
  const at = text.indexOf(`\${${name}`, argument.start);
  if (at === -1 || at >= argument.end) return { start: argument.start, end: argument.end };
  return { start: at, end: at + name.length + 3 };
}
