/**
 * Texts of a policy with `*`, `?` and `${…}` variables, as matchers. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
const MANY = Symbol('*');
const ONE = Symbol('?');
/** One UTF-16 unit of text, or a wildcard. */
type Token = string | typeof MANY | typeof ONE;

/** Undefined where the request has no such key, or more than one value for it. */
export type ResolveVariable = (key: string) => string | undefined;

export interface PatternOptions {
  /** Absent: variables are plain text, as in policies of the version 2008-10-17. */
  readonly resolve?: ResolveVariable | undefined;
  /** False: `*` and `?` stand for themselves. */
  readonly wildcards?: boolean;
}

const VARIABLE = /^\$\{([^}]*)\}/;
const WITH_DEFAULT = /^\s*([^,\s]+)\s*,\s*'([^']*)'\s*$/;

/** Undefined where a variable has no value: whatever the text is part of then matches nothing. */
function tokens(text: string, { resolve, wildcards = true }: PatternOptions): Token[] | undefined {
  const out: Token[] = [];
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    const variable = resolve !== undefined && char === '$' ? VARIABLE.exec(text.slice(index)) : null;
    if (variable !== null && resolve !== undefined) {
      const value = valueOf(variable[1] ?? '', resolve);
      if (value === undefined) return undefined;
      out.push(...value.split(''));
      index += variable[0].length - 1;
    } else if (wildcards && char === '*') out.push(MANY);
    else if (wildcards && char === '?') out.push(ONE);
    else out.push(char);
  }
  return out;
}

function valueOf(name: string, resolve: ResolveVariable): string | undefined {
  // The three that stand for characters which would mean something else.
  if (name === '*' || name === '?' || name === '$') return name;
  const [, key, fallback] = WITH_DEFAULT.exec(name) ?? [];
  return key === undefined ? resolve(name.trim()) : (resolve(key) ?? fallback);
}

/** Remembers the last `*` only: time is bounded by the product of the lengths, whatever the pattern. */
function matches(pattern: readonly Token[], text: string): boolean {
  let at = 0;
  let index = 0;
  let star = -1;
  let resume = 0;
  while (index < text.length) {
    const token = pattern[at];
    if (token === MANY) {
      star = at++;
      resume = index;
    } else if (token !== undefined && (token === ONE || token === text.charAt(index))) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  while (pattern[at] === MANY) at++;
  return at === pattern.length;
}

/** True when the whole text is what the pattern says. */
export function matchesText(pattern: string, text: string, options: PatternOptions = {}): boolean {
  const parsed = tokens(pattern, options);
  return parsed !== undefined && matches(parsed, text);
}

/** Actions are compared without regard to case; they have no variables. */
export const matchesAction = (pattern: string, action: string): boolean =>
  matchesText(pattern.toLowerCase(), action.toLowerCase());

const ARN_PARTS = 6;

/**
 * Each of an ARN's six parts by itself, so that a wildcard does not reach over a colon; the last may contain colons. A
 * pattern that stops early with `*` stands for all that follows.
 */
export function matchesArn(pattern: string, arn: string, options: PatternOptions = {}): boolean {
  const parsed = tokens(pattern, options);
  if (parsed === undefined) return false;
  const patterns = splitTokens(parsed);
  const parts = arn.split(':');
  const values = [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')];
  const isShort = patterns.length < ARN_PARTS;
  if (isShort && patterns.at(-1)?.at(-1) !== MANY) return false;
  if (parts.length < ARN_PARTS) return patterns.length === 1 && matches(patterns[0] ?? [], arn);
  return patterns.every((part, index) => matches(part, values[index] ?? ''));
}

function splitTokens(parsed: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of parsed) {
    if (token === ':' && parts.length < ARN_PARTS) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
