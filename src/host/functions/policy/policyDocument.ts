/** A resource-based policy as JSON, in IAM's grammar. */

export type OneOrMore<T> = T | readonly T[];

export type PolicyPrincipal =
  | '*'
  | {
      readonly AWS?: OneOrMore<string>;
      readonly Service?: OneOrMore<string>;
      readonly Federated?: OneOrMore<string>;
      readonly CanonicalUser?: OneOrMore<string>;
    };

export type ConditionValue = string | number | boolean;
/** Operator → condition key → wanted values. */
export type PolicyCondition = Readonly<Record<string, Readonly<Record<string, OneOrMore<ConditionValue>>>>>;

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PolicyPrincipal;
  readonly NotPrincipal?: PolicyPrincipal;
  readonly Action?: OneOrMore<string>;
  readonly NotAction?: OneOrMore<string>;
  readonly Resource?: OneOrMore<string>;
  readonly NotResource?: OneOrMore<string>;
  readonly Condition?: PolicyCondition;
}

export interface PolicyDocument {
  /** Variables are only known in 2012-10-17. */
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: readonly PolicyStatement[];
}

export const asList = <T>(value: OneOrMore<T> | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
