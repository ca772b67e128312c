import assert from 'node:assert/strict';
import { parsePolicy, PolicyError } from '../../../../src/host/functions/policy/parsePolicy.ts';

const STATEMENT = {
  Effect: 'Allow',
  Principal: { AWS: '111111111111' },
  Action: 'lambda:InvokeFunction',
  Resource: 'arn:aws:lambda:us-east-1:000000000000:function:f',
};
const text = (change: object = {}, document: object = {}): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ ...STATEMENT, ...change }], ...document });

describe('a policy document', () => {
  it('is read as it was written; one statement may stand alone', () => {
    assert.deepEqual(parsePolicy(text()).Statement, [STATEMENT]);
    assert.deepEqual(parsePolicy(JSON.stringify({ Statement: STATEMENT })), { Statement: [STATEMENT] });
    for (const change of [
      { Effect: 'Deny', Principal: undefined, NotPrincipal: '*' },
      { Principal: { AWS: ['*'], Service: 'sns.amazonaws.com' }, Action: ['*', 'lambda:Get*'] },
      { Condition: { 'ForAnyValue:StringLikeIfExists': { 'aws:x': ['a', 1, true] } } },
      { Resource: undefined, NotResource: ['*'] },
    ])
      assert.doesNotThrow(() => parsePolicy(text(change)));
  });

  const refused: readonly [string, string, RegExp][] = [
    ['no JSON', '{', /not valid JSON/],
    ['a list', '[]', /must be an object/],
    ['null', 'null', /must be an object/],
    ['unknown members', text({}, { Statements: [] }), /unknown member "Statements"/],
    ['another version', text({}, { Version: '2020-01-01' }), /Version/],
    ['an Id of the wrong type', text({}, { Id: 1 }), /Id must be a string/],
    ['no statement', '{}', /must be an object/],
    ['no statements', text({}, { Statement: [] }), /at least one statement/],
    ['a statement that is text', text({}, { Statement: 'x' }), /Statement 1 must be an object/],
    ['an unknown member of a statement', text({ Actions: '*' }), /unknown member "Actions"/],
    ['another effect', text({ Effect: 'allow' }), /Effect/],
    ['no principal', text({ Principal: undefined }), /either Principal or NotPrincipal/],
    ['both principals', text({ NotPrincipal: '*' }), /either Principal or NotPrincipal/],
    ['a principal that is none', text({ Principal: { AWS: 'bob' } }), /"bob" is invalid/],
    [
      'a principal of a wildcard',
      text({ Principal: { AWS: 'arn:aws:iam::111111111111:user/*' } }),
      /is invalid/,
    ],
    ['an empty principal', text({ Principal: {} }), /must not be empty/],
    ['an unknown kind of principal', text({ Principal: { Aws: '*' } }), /unknown member "Aws"/],
    ['no action', text({ Action: [] }), /Action must be/],
    ['an action of another service', text({ Action: 's3:GetObject' }), /not one of Lambda's/],
    ['a resource that is none', text({ Resource: 'f' }), /must be an ARN/],
    ['an unknown operator', text({ Condition: { StringSimilar: { a: 'b' } } }), /not a condition operator/],
    ['a condition without a value', text({ Condition: { StringEquals: { a: [] } } }), /needs a value/],
    ['a condition with an object', text({ Condition: { StringEquals: { a: {} } } }), /needs a value/],
    ['a condition that is none', text({ Condition: { StringEquals: 'a' } }), /must be an object/],
    [
      'one Sid twice',
      JSON.stringify({
        Statement: [
          { ...STATEMENT, Sid: 'a' },
          { ...STATEMENT, Sid: 'a' },
        ],
      }),
      /a is used twice/,
    ],
  ];
  for (const [name, document, message] of refused)
    it(`is refused: ${name}`, () => {
      assert.throws(
        () => parsePolicy(document),
        (error: unknown) => error instanceof PolicyError && message.test(error.message),
      );
    });
});
