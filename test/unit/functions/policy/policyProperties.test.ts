/** The evaluator on random policies: wildcards against a simple reference, and nothing that makes it fail. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evaluatePolicy } from '../../../../src/host/functions/policy/evaluatePolicy.ts';
import { parsePolicy, PolicyError } from '../../../../src/host/functions/policy/parsePolicy.ts';
import type {
  PolicyDocument,
  PolicyStatement,
} from '../../../../src/host/functions/policy/policyDocument.ts';
import { matchesText } from '../../../../src/host/functions/policy/policyPattern.ts';
import { RequestContext, type PolicyRequest } from '../../../../src/host/functions/policy/requestContext.ts';

const FN = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const REQUEST: PolicyRequest = {
  requester: { kind: 'aws', accountId: '111111111111', arn: 'arn:aws:iam::111111111111:user/u' },
  action: 'lambda:InvokeFunction',
  resource: FN,
  context: new RequestContext({ 'aws:SourceArn': 'arn:aws:s3:::b', many: ['a', 'b'] }),
};

const STATEMENT: fc.Arbitrary<PolicyStatement> = fc.record(
  {
    Effect: fc.constantFrom('Allow', 'Deny'),
    Principal: fc.constantFrom(
      '*',
      { AWS: '111111111111' },
      { AWS: '222222222222' },
      { Service: 's3.amazonaws.com' },
    ),
    Action: fc.constantFrom('*', 'lambda:InvokeFunction', 'lambda:Get*', ['lambda:*']),
    Resource: fc.constantFrom('*', FN, `${FN}:*`),
    Condition: fc.dictionary(
      fc.constantFrom(
        'StringEquals',
        'ForAllValues:StringLike',
        'Null',
        'NumericLessThanIfExists',
        'NotIpAddress',
      ),
      fc.dictionary(fc.constantFrom('aws:SourceArn', 'many', '__proto__', 'x'), fc.string()),
    ),
  },
  { requiredKeys: ['Effect', 'Principal', 'Action', 'Resource'] },
) as fc.Arbitrary<PolicyStatement>;

const documentOf = (Statement: readonly PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement,
});

describe('policies of all kinds', () => {
  it('match wildcards as a regular expression does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (wild, value) => {
        const regexp = new RegExp(`^${wild.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`);
        assert.equal(matchesText(wild, value), regexp.test(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('deny what one statement denies, allow what one allows, and are in no order', () => {
    fc.assert(
      fc.property(fc.array(STATEMENT, { maxLength: 5 }), statements => {
        const each = statements.map(statement => evaluatePolicy(documentOf([statement]), REQUEST));
        const expected = each.includes('explicitDeny')
          ? 'explicitDeny'
          : each.includes('allow')
            ? 'allow'
            : 'implicitDeny';
        assert.equal(evaluatePolicy(documentOf(statements), REQUEST), expected);
        assert.equal(evaluatePolicy(documentOf([...statements].reverse()), REQUEST), expected);
      }),
    );
  });

  it('are read or refused, whatever JSON they are', () => {
    const maybePolicy = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({ Version: fc.constant('2012-10-17'), Statement: fc.array(fc.jsonValue()) })
        .map(value => JSON.stringify(value)),
      fc.array(STATEMENT, { minLength: 1 }).map(statements => JSON.stringify(documentOf(statements))),
    );
    fc.assert(
      fc.property(maybePolicy, text => {
        try {
          evaluatePolicy(parsePolicy(text), REQUEST);
        } catch (error) {
          assert.ok(error instanceof PolicyError, String(error));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
