/** Every condition operator with its forms, as a table: operator, wanted, what the request has, whether it holds. */
import assert from 'node:assert/strict';
import { evaluatePolicy } from '../../../../src/host/functions/policy/evaluatePolicy.ts';
import type { ConditionValue, OneOrMore } from '../../../../src/host/functions/policy/policyDocument.ts';
import { RequestContext } from '../../../../src/host/functions/policy/requestContext.ts';

const FN = 'arn:aws:lambda:us-east-1:000000000000:function:orders';
type Keys = Readonly<Record<string, string | readonly string[] | undefined>>;

function holds(
  operator: string,
  key: string,
  wanted: OneOrMore<ConditionValue>,
  keys: Keys,
  Version = '2012-10-17',
): boolean {
  const decision = evaluatePolicy(
    {
      Version,
      Statement: [
        {
          Effect: 'Allow',
          Principal: '*',
          Action: '*',
          Resource: '*',
          Condition: { [operator]: { [key]: wanted } },
        },
      ],
    },
    {
      requester: { kind: 'anonymous' },
      action: 'lambda:InvokeFunction',
      resource: FN,
      context: new RequestContext(keys),
    },
  );
  return decision === 'allow';
}

/** Operator, wanted, the request's value (absent where undefined), result. */
type Row = readonly [string, OneOrMore<ConditionValue>, string | readonly string[] | undefined, boolean];

const TABLE: readonly Row[] = [
  ['StringEquals', 'a', 'a', true],
  ['StringEquals', 'a', 'A', false],
  ['StringEquals', ['a', 'b'], 'b', true],
  ['StringEquals', 'a*', 'ab', false],
  ['StringEquals', 'a*', 'a*', true],
  ['StringEquals', 'a', undefined, false],
  ['StringEqualsIfExists', 'a', undefined, true],
  ['StringEqualsIfExists', 'a', 'b', false],
  ['stringequals', 'a', 'a', true],
  ['StringNotEquals', 'a', 'b', true],
  ['StringNotEquals', ['a', 'b'], 'b', false],
  ['StringNotEquals', 'a', undefined, true],
  ['StringNotEqualsIfExists', 'a', undefined, true],
  ['StringEqualsIgnoreCase', 'aB', 'Ab', true],
  ['StringNotEqualsIgnoreCase', 'aB', 'Ab', false],
  ['StringLike', 'a*c', 'abbc', true],
  ['StringLike', 'a?c', 'abc', true],
  ['StringLike', 'a?c', 'abbc', false],
  ['StringLike', '*', '', true],
  ['StringLike', '*a*b*', 'xxaxxbxx', true],
  ['StringLike', 'a*c', 'ab', false],
  ['StringNotLike', 'a*', 'abc', false],
  ['StringNotLike', 'a*', 'b', true],
  ['NumericEquals', 10, '10.0', true],
  ['NumericEquals', '10', 'ten', false],
  ['NumericEquals', '', '0', false],
  ['NumericNotEquals', '10', '11', true],
  ['NumericLessThan', '10', '9', true],
  ['NumericLessThan', '10', '10', false],
  ['NumericLessThanEquals', '10', '10', true],
  ['NumericGreaterThan', '10', '1e2', true],
  ['NumericGreaterThanEquals', '10', '9.99', false],
  ['DateEquals', '2026-01-01T00:00:00Z', '1767225600', true],
  ['DateNotEquals', '2026-01-01', '2026-01-02T00:00:00Z', true],
  ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', true],
  ['DateLessThanEquals', '2026', '2026-01-01T00:00:00Z', true],
  ['DateGreaterThan', '2026-01-01T00:00:00+01:00', '2026-01-01T00:00:00Z', true],
  ['DateGreaterThanEquals', '2026-01-01', '2025-12-31', false],
  ['DateGreaterThan', 'soon', '2026-01-01', false],
  ['Bool', 'true', 'true', true],
  ['Bool', true, 'true', true],
  ['Bool', 'true', 'false', false],
  ['Bool', 'false', undefined, false],
  ['BoolIfExists', 'true', undefined, true],
  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
  ['BinaryEquals', 'QmluYXJ5', 'qmluYXJ5', false],
  ['IpAddress', '203.0.113.0/24', '203.0.113.9', true],
  ['IpAddress', '203.0.113.0/24', '203.0.114.9', false],
  ['IpAddress', '203.0.113.9', '203.0.113.9', true],
  ['IpAddress', '0.0.0.0/0', '203.0.113.9', true],
  ['IpAddress', '2001:db8::/32', '2001:db8:1::5', true],
  ['IpAddress', ['10.0.0.0/8', '2001:db8::/32'], '2001:db9::', false],
  ['IpAddress', '203.0.113.0/33', '203.0.113.9', false],
  ['IpAddress', 'here', '203.0.113.9', false],
  ['NotIpAddress', '203.0.113.0/24', '203.0.114.9', true],
  ['NotIpAddress', '203.0.113.0/24', '203.0.113.9', false],
  [
    'ArnEquals',
    'arn:aws:sns:us-east-1:111111111111:orders',
    'arn:aws:sns:us-east-1:111111111111:orders',
    true,
  ],
  ['ArnEquals', 'arn:aws:sns:*:111111111111:ord*', 'arn:aws:sns:eu-west-1:111111111111:orders', true],
  ['ArnLike', 'arn:aws:s3:::bucket', 'arn:aws:s3:::bucket', true],
  ['ArnLike', 'arn:aws:s3:::bucket', 'arn:aws:s3:::bucket2', false],
  [
    'ArnLike',
    'arn:aws:events:us-east-1:000000000000:rule/*',
    'arn:aws:events:us-east-1:000000000000:rule/bus/name',
    true,
  ],
  ['ArnLike', 'arn:aws:execute-api:us-east-1:*', 'arn:aws:execute-api:us-east-1:1:a/b', true],
  ['ArnLike', 'arn:aws:sns:us-east-1:*:orders', 'arn:aws:sns:us-east-1:1:x:orders', false],
  ['ArnLike', 'arn:aws:s3:::bucket', 'not an arn', false],
  ['ArnNotEquals', 'arn:aws:s3:::bucket', 'arn:aws:s3:::other', true],
  ['ArnNotLike', 'arn:aws:s3:::b*', 'arn:aws:s3:::bucket', false],
  ['ArnNotLike', 'arn:aws:s3:::b*', undefined, true],
  ['Null', 'true', undefined, true],
  ['Null', 'true', 'a', false],
  ['Null', 'false', 'a', true],
  ['Null', false, undefined, false],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['x', 'b'], true],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['x', 'y'], false],
  ['ForAnyValue:StringEquals', 'a', undefined, false],
  ['ForAnyValue:StringEqualsIfExists', 'a', undefined, true],
  ['ForAnyValue:StringNotEquals', 'a', ['a', 'b'], true],
  ['ForAnyValue:StringNotEquals', 'a', ['a'], false],
  ['ForAnyValue:StringNotEquals', 'a', undefined, false],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b', 'a'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
  ['ForAllValues:StringEquals', 'a', undefined, true],
  ['ForAllValues:StringLike', 'a*', ['ab', 'ac'], true],
  ['ForAllValues:StringNotEquals', 'a', ['b', 'c'], true],
  ['ForAllValues:StringNotEquals', 'a', ['a', 'b'], false],
  ['ForAllValues:StringEquals', 'a', [], true],
  ['StringSimilar', 'a', 'a', false],
  ['NullIfExists', 'true', undefined, false],
];

describe('a condition', () => {
  for (const [operator, wanted, has, expected] of TABLE)
    it(`${operator} ${JSON.stringify(wanted)} ${expected ? 'holds' : 'does not hold'} for ${has === undefined ? 'an absent key' : JSON.stringify(has)}`, () => {
      assert.equal(holds(operator, 'aws:Key', wanted, { 'aws:Key': has }), expected);
    });

  it('compares key names without regard to case, as AWS writes AWS:SourceArn', () => {
    assert.ok(holds('ArnLike', 'AWS:SourceArn', 'arn:aws:s3:::b', { 'aws:sourcearn': 'arn:aws:s3:::b' }));
  });

  it('needs all operators and all keys', () => {
    const ask = (keys: Keys) =>
      evaluatePolicy(
        {
          Statement: [
            {
              Effect: 'Allow',
              Principal: '*',
              Action: '*',
              Resource: '*',
              Condition: { StringEquals: { a: '1', b: '2' }, Bool: { c: 'true' } },
            },
          ],
        },
        {
          requester: { kind: 'anonymous' },
          action: 'lambda:InvokeFunction',
          resource: FN,
          context: new RequestContext(keys),
        },
      );
    assert.equal(ask({ a: '1', b: '2', c: 'true' }), 'allow');
    assert.equal(ask({ a: '1', b: '2', c: 'false' }), 'implicitDeny');
    assert.equal(ask({ a: '1', c: 'true' }), 'implicitDeny');
  });

  it('reads variables, in policies of 2012-10-17', () => {
    const keys = { 'aws:SourceAccount': '1', 'aws:PrincipalAccount': '1', many: ['1', '2'], star: '*' };
    const source = (wanted: string, operator = 'StringEquals', version?: string) =>
      holds(operator, 'aws:SourceAccount', wanted, keys, version);
    assert.ok(source('${aws:PrincipalAccount}'));
    assert.ok(source('${AWS:principalaccount}', 'StringLike'));
    assert.ok(!source('${aws:PrincipalAccount}', 'StringEquals', '2008-10-17'));
    assert.ok(!source('${aws:userid}'));
    assert.ok(source("${aws:userid, '1'}"));
    assert.ok(!source('${many}'), 'a key with several values is no variable');
    assert.ok(!source('${star}', 'StringLike'), 'a wildcard in a value is text');
    assert.ok(holds('StringLike', 'k', 'a${*}${?}${$}', { k: 'a*?$' }));
    assert.ok(!holds('StringLike', 'k', 'a${*}', { k: 'abc' }));
  });

  it('is done in time with patterns that are made to take long', () => {
    const began = performance.now();
    assert.ok(!holds('StringLike', 'k', `${'*a'.repeat(500)}b`, { k: 'a'.repeat(5_000) }));
    assert.ok(performance.now() - began < 2_000);
  });
});
