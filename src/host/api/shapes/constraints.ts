/** What a value has to satisfy, and AWS's text for each. */
import { javaDouble, javaPattern } from './javaText.ts';
import type { NumberShape, Shape, StringShape } from './shape.ts';

export const NOT_NULL = 'Member must not be null';

export interface Constraint {
  readonly text: string;
  readonly holds: (size: number) => boolean;
}

/** Upper limit first, as AWS reports them. */
export function lengthConstraints(shape: { readonly min?: number; readonly max?: number }): Constraint[] {
  const { min, max } = shape;
  const constraints: Constraint[] = [];
  if (max !== undefined)
    constraints.push({
      text: `Member must have length less than or equal to ${max}`,
      holds: size => size <= max,
    });
  if (min !== undefined)
    constraints.push({
      text: `Member must have length greater than or equal to ${min}`,
      holds: size => size >= min,
    });
  return constraints;
}

function rangeConstraints(shape: NumberShape): Constraint[] {
  const { min, max } = shape;
  const shown = (limit: number): string => (shape.type === 'double' ? javaDouble(limit) : String(limit));
  const constraints: Constraint[] = [];
  if (max !== undefined)
    constraints.push({
      text: `Member must have value less than or equal to ${shown(max)}`,
      holds: value => value <= max,
    });
  if (min !== undefined)
    constraints.push({
      text: `Member must have value greater than or equal to ${shown(min)}`,
      holds: value => value >= min,
    });
  return constraints;
}

/** Everything that a member of a list or map has to satisfy, broken or not. */
export function constraintsOf(shape: Shape): string[] {
  switch (shape.type) {
    case 'string':
      return [
        ...lengthConstraints(shape).map(({ text }) => text),
        ...(shape.pattern === undefined ? [] : [patternText(shape.pattern)]),
        ...(shape.values === undefined ? [] : [enumText(shape.values)]),
      ];
    case 'integer':
    case 'long':
    case 'double':
      return rangeConstraints(shape).map(({ text }) => text);
    case 'list':
      return [
        ...lengthConstraints(shape).map(({ text }) => text),
        `Member must satisfy constraint: [${[...constraintsOf(shape.member), ...(shape.sparse === true ? [] : [NOT_NULL])].join(', ')}]`,
      ];
    default:
      return [];
  }
}

/** The texts of what `value`, which is no list, map or structure, does not satisfy. */
export function brokenConstraints(shape: Shape, value: unknown): string[] {
  switch (shape.type) {
    case 'string':
      return brokenString(shape, value as string);
    case 'integer':
    case 'long':
    case 'double':
      return broken(rangeConstraints(shape), value as number);
    case 'blob':
      return broken(lengthConstraints(shape), (value as Buffer).length);
    default:
      return [];
  }
}

const broken = (constraints: readonly Constraint[], size: number): string[] =>
  constraints.filter(({ holds }) => !holds(size)).map(({ text }) => text);

function brokenString(shape: StringShape, value: string): string[] {
  const texts = broken(lengthConstraints(shape), value.length);
  const { pattern, values } = shape;
  if (pattern !== undefined && !javaPattern(pattern).test(value)) texts.push(patternText(pattern));
  if (values !== undefined && !values.includes(value)) texts.push(enumText(values));
  return texts;
}

const patternText = (pattern: string): string => `Member must satisfy regular expression pattern: ${pattern}`;
export const enumText = (values: readonly string[]): string =>
  `Member must satisfy enum value set: [${values.join(', ')}]`;
