/**
 * Event patterns, compiled once and asked often: filter policies of topics, and the same language in filters of event
 * sources and rules of buses. Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html,
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import { PatternError } from './patternError.ts';
import { compileRule, type Rule } from './patternRule.ts';

export interface EventPattern {
  matches(event: unknown): boolean;
  /** Names of the fields that are compared, each with its dots, and how many rules each has. */
  readonly fields: readonly { readonly path: string; readonly rules: number }[];
}

type Json = Readonly<Record<string, unknown>>;
type Matcher = (value: unknown) => boolean;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws a {@link PatternError}. `pattern` is parsed JSON. */
export function compilePattern(pattern: unknown): EventPattern {
  if (!isObject(pattern)) throw new PatternError('Filter is not an object');
  const fields: { path: string; rules: number }[] = [];
  const matches = compileObject(pattern, '', fields);
  return { matches, fields };
}

type Fields = { path: string; rules: number }[];

function compileObject(pattern: Json, path: string, fields: Fields): Matcher {
  const members = Object.entries(pattern).map(([key, value]): Matcher => {
    if (key === '$or' && isAlternatives(value)) {
      const alternatives = value.map(one => compileObject(one, path, fields));
      return event => alternatives.some(matches => matches(event));
    }
    const matches = compileMember(key, value, path === '' ? key : `${path}.${key}`, fields);
    return event => matches(isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined);
  });
  const one: Matcher = event => members.every(matches => matches(event));
  // Of a list of objects one is enough.
  return event => (Array.isArray(event) ? event.some(one) : one(event));
}

/** Otherwise it is a field of that name. */
const isAlternatives = (value: unknown): value is readonly Json[] =>
  Array.isArray(value) && value.length >= 2 && value.every(isObject);

function compileMember(key: string, value: unknown, path: string, fields: Fields): Matcher {
  if (isObject(value)) return compileObject(value, path, fields);
  if (!Array.isArray(value)) throw new PatternError(`"${key}" must be an object or an array`);
  if (value.length === 0) throw new PatternError('Empty arrays are not allowed');
  const rules: Rule[] = value.map(compileRule);
  fields.push({ path, rules: rules.length });
  return found => {
    const values: readonly unknown[] = Array.isArray(found) ? found : [found];
    // An empty list has no value, and is there.
    if (values.length === 0) return rules.some(rule => rule(undefined, true));
    return rules.some(rule => values.some(one => rule(one, found !== undefined)));
  };
}
