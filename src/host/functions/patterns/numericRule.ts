/** `numeric` of event patterns: one comparison, or a lower and then an upper bound. Texts recorded from AWS. */
import { PatternError } from './patternError.ts';

type Comparison = (value: number, bound: number) => boolean;

const COMPARISONS: ReadonlyMap<unknown, Comparison> = new Map<unknown, Comparison>([
  ['=', (value, bound) => value === bound],
  ['<', (value, bound) => value < bound],
  ['<=', (value, bound) => value <= bound],
  ['>', (value, bound) => value > bound],
  ['>=', (value, bound) => value >= bound],
]);

export function compileNumeric(operand: unknown): (value: unknown) => boolean {
  if (!Array.isArray(operand)) throw new PatternError('Value of numeric must be an array.');
  const [operator, bound, second, top, ...more] = operand as readonly unknown[];
  if (typeof operator !== 'string')
    throw new PatternError(
      `Invalid member in numeric match: ${operator === undefined ? ']' : JSON.stringify(operator)}`,
    );
  const compare = COMPARISONS.get(operator);
  if (compare === undefined) throw new PatternError(`Unrecognized numeric range operator: ${operator}`);
  if (typeof bound !== 'number')
    throw new PatternError(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
  const first = (value: unknown): boolean => typeof value === 'number' && compare(value, bound);
  if (second === undefined) return first;
  if (!operator.startsWith('>')) throw new PatternError('Too many elements in numeric expression');
  if (typeof second !== 'string')
    throw new PatternError(`Bad value in numeric range: ${JSON.stringify(second)}`);
  const compareTop = second.startsWith('<') ? COMPARISONS.get(second) : undefined;
  if (compareTop === undefined) throw new PatternError(`Bad numeric range operator: ${second}`);
  if (typeof top !== 'number') throw new PatternError(`Value of ${second} must be numeric`);
  if (bound >= top) throw new PatternError('Bottom must be less than top');
  if (more.length > 0) throw new PatternError('Too many terms in numeric range expression');
  return value => first(value) && compareTop(value as number, top);
}
