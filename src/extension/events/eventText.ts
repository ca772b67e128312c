import { parse, printParseErrorCode } from 'jsonc-parser';
import type { ParseError } from 'jsonc-parser';

export interface EventMistake {
  /** Of the text, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
  /** `ColonExpected`, split into words. */
  readonly message: string;
}

/** What keeps `text` from being an event, or nothing. Lambda reads an empty payload as `{}`; so an empty text is fine. */
export function eventMistake(text: string): EventMistake | undefined {
  if (text.trim() === '') return undefined;
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    // Nested too deeply for the parser's stack.
    return { offset: 0, length: 1, message: (error as Error).message };
  }
  const [first] = errors;
  if (first !== undefined)
    return {
      offset: first.offset,
      length: Math.max(1, first.length),
      message: printParseErrorCode(first.error)
        .replace(/([a-z])([A-Z])/g, '$1 $2')
        .toLowerCase(),
    };
  try {
    // jsonc-parser forgives some control characters that Lambda does not.
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return { offset: 0, length: 1, message: (error as Error).message };
  }
}

/** A file name for an event's title: `Standard queue, one message` → `standard-queue-one-message`. */
export function slug(title: string): string {
  const name = title
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 60);
  return name === '' ? 'event' : name;
}
