/**
 * AWS's model constraints, with its words (spec/lambda-service.md §2.2, error-messages.md): every violation of a request
 * is reported in one ValidationException.
 */
import { validationFailed } from '../errors.ts';
import { brokenConstraints, constraintsOf, enumText, lengthConstraints, NOT_NULL } from './constraints.ts';
import { printed } from './javaText.ts';
import type { ListShape, MapShape, Shape, StructureShape } from './shape.ts';

/** Throws a ValidationException that lists all violations. `value` has the types of the shape already. */
export function validate(shape: StructureShape, value: unknown): void {
  const violations: string[] = [];
  checkMembers(shape, value as Values, '', violations);
  if (violations.length > 0) throw validationFailed(violations);
}

type Values = Readonly<Record<string, unknown>>;

/** `shown` is undefined for what must not be repeated. */
const violation = (shown: string | undefined, path: string, constraint: string): string =>
  `${shown === undefined ? 'Value' : `Value ${shown}`} at '${path}' failed to satisfy constraint: ${constraint}`;

function checkMembers(shape: StructureShape, values: Values, path: string, violations: string[]): void {
  for (const [name, member] of Object.entries(shape.members)) {
    const value = values[name];
    const at = path === '' ? memberPath(name) : `${path}.${memberPath(name)}`;
    if (value !== undefined) check(member.shape, value, at, violations);
    else if (member.required) violations.push(violation('null', at, NOT_NULL));
  }
}

function check(shape: Shape, value: unknown, path: string, violations: string[]): void {
  switch (shape.type) {
    case 'structure':
      if (value === null) violations.push(violation('null', path, NOT_NULL));
      else checkMembers(shape, value as Values, path, violations);
      return;
    case 'list':
      checkList(shape, value as readonly unknown[], path, violations);
      return;
    case 'map':
      checkMap(shape, value as Values, path, violations);
      return;
    default:
      for (const constraint of brokenConstraints(shape, value))
        violations.push(violation(shownValue(shape, value), path, constraint));
  }
}

function checkList(shape: ListShape, values: readonly unknown[], path: string, violations: string[]): void {
  const fail = (constraint: string): void => {
    violations.push(violation(shownValue(shape, values), path, constraint));
  };
  for (const { holds, text } of lengthConstraints(shape)) if (!holds(values.length)) fail(text);
  const { member, oneOf } = shape;
  if (oneOf !== undefined) {
    if (!values.every(value => oneOf.accepted.includes(value as string))) fail(enumText(oneOf.printed));
    return;
  }
  if (member.type === 'structure') {
    for (const [index, value] of values.entries())
      check(member, value, `${path}.${index + 1}.member`, violations);
    return;
  }
  if (values.every(value => isSatisfied(member, value, shape.sparse === true))) return;
  const all = [...constraintsOf(member), ...(shape.sparse === true ? [] : [NOT_NULL])];
  fail(`Member must satisfy constraint: [${all.join(', ')}]`);
}

function checkMap(shape: MapShape, values: Values, path: string, violations: string[]): void {
  const fail = (constraint: string): void => {
    violations.push(violation(shownValue(shape, values), path, constraint));
  };
  const keys = Object.keys(values);
  for (const { holds, text } of lengthConstraints(shape)) if (!holds(keys.length)) fail(text);
  if (!keys.every(key => isSatisfied(shape.key, key, false)))
    fail(`Map keys must satisfy constraint: [${constraintsOf(shape.key).join(', ')}]`);
  if (!keys.every(key => isSatisfied(shape.value, values[key], false)))
    fail(`Map value must satisfy constraint: [${[...constraintsOf(shape.value), NOT_NULL].join(', ')}]`);
}

/** Of what a list or map holds. */
function isSatisfied(shape: Shape, value: unknown, isNullable: boolean): boolean {
  if (value === null) return isNullable;
  if (shape.type !== 'list') return brokenConstraints(shape, value).length === 0;
  const values = value as readonly unknown[];
  return (
    lengthConstraints(shape).every(({ holds }) => holds(values.length)) &&
    values.every(each => isSatisfied(shape.member, each, shape.sparse === true))
  );
}

function shownValue(shape: Shape, value: unknown): string | undefined {
  if ('sensitive' in shape && shape.sensitive) return undefined;
  return `'${printed(value, shape)}'`;
}

/** `FunctionName` is `functionName`, `KMSKeyArn` is `kMSKeyArn`. */
export const memberPath = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
