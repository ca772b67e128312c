/** One rule of an event pattern: a value to be equal to, or an operator with its operand. */
import { BlockList } from 'node:net';
import { PatternError } from './patternError.ts';
import { compileNumeric } from './numericRule.ts';

/** `isThere`: the field is, whatever its value. */
export type Rule = (value: unknown, isThere: boolean) => boolean;

type Test = (value: unknown) => boolean;

const isPlain = (value: unknown): value is boolean | number | string | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** Throws a {@link PatternError}. */
export function compileRule(rule: unknown): Rule {
  if (isPlain(rule)) return value => value === rule;
  if (typeof rule !== 'object' || Array.isArray(rule))
    throw new PatternError('Match value must be String, number, true, false, or null');
  const [[operator, operand] = ['', undefined], ...more] = Object.entries(rule);
  if (operator === 'exists') {
    if (typeof operand !== 'boolean')
      throw new PatternError('exists match pattern must be either true or false.');
    if (more.length > 0) throw tooMany();
    return (_value, isThere) => isThere === operand;
  }
  const compile = OPERATORS.get(operator);
  if (compile === undefined) throw new PatternError(`Unrecognized match type ${operator}`);
  const test = compile(operand);
  if (more.length > 0) throw tooMany();
  return (value, isThere) => isThere && test(value);
}

const tooMany = (): Error => new PatternError('Only one key allowed in match expression');

function textOf(operator: string, operand: unknown): string {
  if (typeof operand !== 'string') throw new PatternError(`${operator} match pattern must be a string`);
  return operand;
}

/** On texts only; a list of them in `anything-but`, or an object that ignores case. */
const onText =
  (operator: string, test: (value: string, operand: string) => boolean) =>
  (operand: unknown): Test => {
    if (typeof operand === 'object' && operand !== null && 'equals-ignore-case' in operand) {
      const folded = textOf(operator, operand['equals-ignore-case']).toLowerCase();
      return value => typeof value === 'string' && test(value.toLowerCase(), folded);
    }
    const text = textOf(operator, operand);
    return value => typeof value === 'string' && test(value, text);
  };

const prefix = onText('prefix', (value, start) => value.startsWith(start));
const suffix = onText('suffix', (value, end) => value.endsWith(end));
const ignoringCase = onText(
  'equals-ignore-case',
  (value, other) => value.toLowerCase() === other.toLowerCase(),
);

function wildcard(operand: unknown): Test {
  const text = textOf('wildcard', operand);
  if (text.includes('**')) throw new PatternError('Consecutive wildcard characters are not allowed');
  const parts = [...text.matchAll(/\\[*\\]|\*|[^*\\]+|\\/g)].map(([part]) =>
    part === '*' ? '[^]*' : part.replace(/^\\([*\\])$/, '$1').replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  const pattern = new RegExp(`^${parts.join('')}$`);
  return value => typeof value === 'string' && pattern.test(value);
}

/** Operators that `anything-but` may turn round. */
const NEGATABLE: ReadonlyMap<string, (operand: unknown) => Test> = new Map([
  ['prefix', prefix],
  ['suffix', suffix],
  ['wildcard', wildcard],
  ['equals-ignore-case', ignoringCase],
]);

function anythingBut(operand: unknown): Test {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [[operator, inner] = ['', undefined], ...more] = Object.entries(operand);
    const compile = NEGATABLE.get(operator);
    if (compile === undefined) throw new PatternError(`Unsupported anything-but pattern: ${operator}`);
    if (more.length > 0) throw tooMany();
    const tests = (Array.isArray(inner) ? inner : [inner]).map(compile);
    return value => !tests.some(test => test(value));
  }
  const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (values.length === 0) throw new PatternError('Empty arrays are not allowed');
  if (!values.every(one => typeof one === 'string' || typeof one === 'number'))
    throw new PatternError('Inside anything but list, start|null|boolean is not supported.');
  const excluded = new Set<unknown>(values);
  return value => !excluded.has(value);
}

function cidr(operand: unknown): Test {
  const text = textOf('cidr', operand);
  const [address = '', bits, ...more] = text.split('/');
  if (bits === undefined || more.length > 0) throw new PatternError("Malformed CIDR, one '/' required");
  if (!/^\d+$/.test(bits)) throw new PatternError('Malformed CIDR, mask bits must be an integer');
  const block = new BlockList();
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  try {
    block.addSubnet(address, Number(bits), family);
  } catch {
    throw new PatternError(`Nonstandard IP address: ${address}`);
  }
  return value => typeof value === 'string' && block.check(value, value.includes(':') ? 'ipv6' : 'ipv4');
}

/** A map, not an object: the names are the user's. */
const OPERATORS: ReadonlyMap<string, (operand: unknown) => Test> = new Map([
  ['prefix', prefix],
  ['suffix', suffix],
  ['equals-ignore-case', ignoringCase],
  ['wildcard', wildcard],
  ['anything-but', anythingBut],
  ['numeric', compileNumeric],
  ['cidr', cidr],
]);
