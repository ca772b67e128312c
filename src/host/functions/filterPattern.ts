/**
 * The patterns by which an event source mapping picks its records (spec/lambda-service.md §8.4). Source:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */

/** True for a pattern that Lambda accepts: a JSON object whose leaves are lists of values and operators. */
export function isFilterPattern(text: string): boolean {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return false;
  }
  return isObject(parsed) && isNode(parsed);
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isNode(node: Json): boolean {
  const entries = Object.entries(node);
  return (
    entries.length > 0 &&
    entries.every(([key, value]) => {
      if (key === '$or')
        return Array.isArray(value) && value.length > 0 && value.every(one => isObject(one) && isNode(one));
      if (Array.isArray(value)) return value.length > 0 && value.every(isLeaf);
      return isObject(value) && isNode(value);
    })
  );
}

function isLeaf(value: unknown): boolean {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  if (!isObject(value)) return false;
  const [[operator, operand] = ['', undefined], ...more] = Object.entries(value);
  return more.length === 0 && OPERATORS.get(operator)?.(operand) === true;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isPlain = (value: unknown): boolean => isText(value) || typeof value === 'number';

/** A map, not an object: the names are the user's. */
const OPERATORS: ReadonlyMap<string, (operand: unknown) => boolean> = new Map([
  ['prefix', isText],
  ['suffix', isText],
  ['equals-ignore-case', isText],
  ['exists', operand => typeof operand === 'boolean'],
  [
    'anything-but',
    operand => (Array.isArray(operand) ? operand.length > 0 && operand.every(isPlain) : isPlain(operand)),
  ],
  ['numeric', isRange],
]);

const COMPARISONS = new Set(['=', '<', '<=', '>', '>=']);

/** One comparison, or a lower and an upper bound. */
function isRange(operand: unknown): boolean {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) return false;
  const items: readonly unknown[] = operand;
  const pairs = items.every((item, index) =>
    index % 2 === 0 ? COMPARISONS.has(item as string) : typeof item === 'number',
  );
  if (!pairs || items.length === 2) return pairs;
  return (
    String(items[0]).startsWith('>') &&
    String(items[2]).startsWith('<') &&
    Number(items[1]) < Number(items[3])
  );
}
