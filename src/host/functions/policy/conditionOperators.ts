/**
 * The operators of a policy's Condition. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { matchesArn, matchesText, type ResolveVariable } from './policyPattern.ts';

/** Does the request's value satisfy the wanted one? Values that are none of the operator's kind satisfy nothing. */
type Compare = (value: string, wanted: string, resolve: ResolveVariable | undefined) => boolean;

export interface ConditionOperator {
  readonly compare: Compare;
  /** True where no wanted value may be satisfied. */
  readonly isNegated: boolean;
}

/** Variables in the wanted text, without wildcards. */
const literal =
  (fold: (text: string) => string): Compare =>
  (value, wanted, resolve) =>
    matchesText(fold(wanted), fold(value), { resolve, wildcards: false });
const same = (text: string): string => text;
const lower = (text: string): string => text.toLowerCase();

/** Decimal numbers only: not the empty text, not hexadecimal. */
const toNumber = (text: string): number =>
  /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;

/** ISO 8601 of any length that W3C allows, or seconds since 1970; as milliseconds. */
const toDate = (text: string): number =>
  /^-?\d+$/.test(text) && text.length !== 4
    ? Number(text) * 1000
    : /^\d{4}/.test(text)
      ? Date.parse(text)
      : NaN;

const ordered =
  (parse: (text: string) => number, holds: (value: number, wanted: number) => boolean): Compare =>
  (value, wanted) => {
    const [a, b] = [parse(value), parse(wanted)];
    return !Number.isNaN(a) && !Number.isNaN(b) && holds(a, b);
  };

const inRange: Compare = (value, wanted) => {
  const [address = '', bits] = wanted.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  const largest = family === 'ipv4' ? 32 : 128;
  const prefix = bits === undefined ? largest : /^\d+$/.test(bits) ? Number(bits) : NaN;
  const known = isIPv4(value) ? 'ipv4' : isIPv6(value) ? 'ipv6' : undefined;
  if (family === undefined || known === undefined || !(prefix <= largest)) return false;
  const range = new BlockList();
  range.addSubnet(address, prefix, family);
  return range.check(value, known);
};

/** Positive operators by name; a name with "Not" in it is the same, negated. */
const POSITIVE: Readonly<Record<string, Compare>> = {
  StringEquals: literal(same),
  StringEqualsIgnoreCase: literal(lower),
  StringLike: (value, wanted, resolve) => matchesText(wanted, value, { resolve }),
  NumericEquals: ordered(toNumber, (a, b) => a === b),
  NumericLessThan: ordered(toNumber, (a, b) => a < b),
  NumericLessThanEquals: ordered(toNumber, (a, b) => a <= b),
  NumericGreaterThan: ordered(toNumber, (a, b) => a > b),
  NumericGreaterThanEquals: ordered(toNumber, (a, b) => a >= b),
  DateEquals: ordered(toDate, (a, b) => a === b),
  DateLessThan: ordered(toDate, (a, b) => a < b),
  DateLessThanEquals: ordered(toDate, (a, b) => a <= b),
  DateGreaterThan: ordered(toDate, (a, b) => a > b),
  DateGreaterThanEquals: ordered(toDate, (a, b) => a >= b),
  Bool: literal(lower),
  BinaryEquals: literal(same),
  IpAddress: inRange,
  // The two do the same (IAM's own words).
  ArnEquals: (value, wanted, resolve) => matchesArn(wanted, value, { resolve }),
  ArnLike: (value, wanted, resolve) => matchesArn(wanted, value, { resolve }),
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

const byLowerName = new Map<string, ConditionOperator>([
  ...Object.entries(POSITIVE).map(
    ([name, compare]) => [name.toLowerCase(), { compare, isNegated: false }] as const,
  ),
  ...Object.entries(NEGATED).flatMap(([name, positive]) => {
    const compare = POSITIVE[positive];
    return compare === undefined ? [] : [[name.toLowerCase(), { compare, isNegated: true }] as const];
  }),
]);

export interface ParsedOperator {
  /** `Null` asks whether the key is there, not what it is. */
  readonly operator: ConditionOperator | 'null';
  /** How several values of one key count. */
  readonly set?: 'any' | 'all';
  /** True when the request lacks the key. */
  readonly ifExists: boolean;
}

/** Takes `ForAnyValue:StringLikeIfExists` apart; undefined for what is no operator. */
export function parseOperator(name: string): ParsedOperator | undefined {
  const match = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/i.exec(name);
  const [, prefix, base = '', suffix] = match ?? [];
  const set = prefix === undefined ? {} : { set: /any/i.test(prefix) ? ('any' as const) : ('all' as const) };
  if (base.toLowerCase() === 'null')
    return suffix === undefined && prefix === undefined ? { operator: 'null', ifExists: false } : undefined;
  const operator = byLowerName.get(base.toLowerCase());
  return operator === undefined ? undefined : { operator, ...set, ifExists: suffix !== undefined };
}
