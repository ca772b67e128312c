/**
 * AWS's model constraints, with its words (spec/lambda-service.md §2.2, error-messages.md): every violation of a request
 * is reported in one ValidationException.
 */
import { validationFailed } from '../errors.ts';
import type { ListShape, MapShape, Shape, StringShape } from './shape.ts';

/** Throws a ValidationException that lists all violations. `value` has the types of the shape already. */
export function validate(shape: Shape, value: unknown): void {
  const violations: string[] = [];
  check(shape, value, '', violations);
  if (violations.length > 0) throw validationFailed(violations);
}

function check(shape: Shape, value: unknown, path: string, violations: string[]): void {
  const fail = (constraint: string, shown: string | undefined): void => {
    violations.push(
      `${shown === undefined ? 'Value' : `Value ${shown}`} at '${path}' failed to satisfy constraint: ${constraint}`,
    );
  };
  switch (shape.type) {
    case 'structure':
      for (const [name, member] of Object.entries(shape.members)) {
        const child = (value as Readonly<Record<string, unknown>>)[name];
        const at = path === '' ? memberPath(name) : `${path}.${memberPath(name)}`;
        if (child === undefined) {
          if (member.required)
            violations.push(`Value null at '${at}' failed to satisfy constraint: ${NOT_NULL}`);
        } else check(member.shape, child, at, violations);
      }
      return;
    case 'list':
      checkList(shape, value as readonly unknown[], path, violations, fail);
      return;
    case 'map':
      checkMap(shape, value as Readonly<Record<string, unknown>>, fail);
      return;
    default:
      for (const constraint of brokenBy(shape, value)) fail(constraint, `'${printed(value)}'`);
  }
}

type Fail = (constraint: string, shown: string | undefined) => void;

function checkList(
  shape: ListShape,
  values: readonly unknown[],
  path: string,
  violations: string[],
  fail: Fail,
): void {
  for (const constraint of lengthConstraints(shape))
    if (!constraint.holds(values.length)) fail(constraint.text, `'${printed(values)}'`);
  if (shape.member.type === 'structure') {
    for (const [index, value] of values.entries())
      check(shape.member, value, `${path}.${index + 1}.member`, violations);
    return;
  }
  const bad = values.some(value =>
    value === null ? shape.sparse !== true : brokenBy(shape.member, value).length > 0,
  );
  if (!bad) return;
  const constraints = constraintsOf(shape.member);
  if (shape.sparse !== true) constraints.push(NOT_NULL);
  fail(`Member must satisfy constraint: [${constraints.join(', ')}]`, `'${printed(values)}'`);
}

function checkMap(shape: MapShape, values: Readonly<Record<string, unknown>>, fail: Fail): void {
  const shown = shape.sensitive === true ? undefined : `'${printed(values)}'`;
  const keys = Object.keys(values);
  for (const constraint of lengthConstraints(shape))
    if (!constraint.holds(keys.length)) fail(constraint.text, shown);
  if (keys.some(key => brokenBy(shape.key, key).length > 0))
    fail(`Map keys must satisfy constraint: [${constraintsOf(shape.key).join(', ')}]`, shown);
  if (keys.some(key => brokenBy(shape.value, values[key]).length > 0))
    fail(`Map value must satisfy constraint: [${constraintsOf(shape.value).join(', ')}]`, shown);
}

const NOT_NULL = 'Member must not be null';

/** `FunctionName` is `functionName`, `KMSKeyArn` is `kMSKeyArn`. */
const memberPath = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

interface Constraint {
  readonly text: string;
  holds(size: number): boolean;
}

/** Upper limit first, as AWS reports them. */
function lengthConstraints(shape: { readonly min?: number; readonly max?: number }): Constraint[] {
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

/** Everything that a member has to satisfy, broken or not. */
function constraintsOf(shape: Shape): string[] {
  if (shape.type !== 'string') return [];
  const constraints = lengthConstraints(shape).map(constraint => constraint.text);
  if (shape.pattern !== undefined) constraints.push(patternText(shape.pattern));
  if (shape.values !== undefined) constraints.push(enumText(shape.values));
  return constraints;
}

function brokenBy(shape: Shape, value: unknown): string[] {
  switch (shape.type) {
    case 'string':
      return brokenString(shape, value as string);
    case 'integer':
    case 'double': {
      const broken: string[] = [];
      if (shape.max !== undefined && (value as number) > shape.max)
        broken.push(`Member must have value less than or equal to ${shape.max}`);
      if (shape.min !== undefined && (value as number) < shape.min)
        broken.push(`Member must have value greater than or equal to ${shape.min}`);
      return broken;
    }
    default:
      return [];
  }
}

function brokenString(shape: StringShape, value: string): string[] {
  const broken = lengthConstraints(shape)
    .filter(constraint => !constraint.holds(value.length))
    .map(constraint => constraint.text);
  if (shape.pattern !== undefined && !wholeMatch(shape.pattern).test(value))
    broken.push(patternText(shape.pattern));
  if (shape.values !== undefined && !shape.values.includes(value)) broken.push(enumText(shape.values));
  return broken;
}

const patternText = (pattern: string): string => `Member must satisfy regular expression pattern: ${pattern}`;
const enumText = (values: readonly string[]): string =>
  `Member must satisfy enum value set: [${values.join(', ')}]`;

const compiled = new Map<string, RegExp>();

/** Java's `matches`: the whole value. */
function wholeMatch(pattern: string): RegExp {
  let regexp = compiled.get(pattern);
  if (regexp === undefined) {
    // Unicode classes need the flag; the patterns without them are written for engines that know no flag.
    regexp = new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '');
    compiled.set(pattern, regexp);
  }
  return regexp;
}

/** As Java prints it: `[a, b]`, `{k=v}`. */
function printed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, member]) => `${key}=${printed(member)}`)
      .join(', ')}}`;
  return String(value);
}
