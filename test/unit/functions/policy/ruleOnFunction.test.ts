/** What AddPermission's statements mean for services and function URLs, who ask with the same evaluator. */
import assert from 'node:assert/strict';
import type { Decision } from '../../../../src/host/functions/policy/evaluatePolicy.ts';
import type { Requester } from '../../../../src/host/functions/policy/requestContext.ts';
import { ruleOnFunction } from '../../../../src/host/functions/policy/ruleOnFunction.ts';
import { create, onFunction, openApi, type ApiFixture } from '../../api/apiFixture.ts';

type Keys = Readonly<Record<string, string | undefined>>;
const service = (name: string): Requester => ({ kind: 'service', service: name });
const S3 = service('s3.amazonaws.com');
const ANYBODY: Requester = { kind: 'anonymous' };
const USER: Requester = { kind: 'aws', accountId: '111111111111', arn: 'arn:aws:iam::111111111111:user/u' };
const BUCKET = { 'aws:SourceArn': 'arn:aws:s3:::b', 'aws:SourceAccount': '000000000000' };

/** Statement, then who asks with which keys, and what the policy says. */
const TABLE: readonly [string, Readonly<Record<string, unknown>>, readonly [Requester, Keys, Decision][]][] =
  [
    [
      'a bucket of an account',
      { Principal: 's3.amazonaws.com', SourceArn: 'arn:aws:s3:::b', SourceAccount: '000000000000' },
      [
        [S3, BUCKET, 'allow'],
        [S3, { ...BUCKET, 'aws:SourceArn': 'arn:aws:s3:::other' }, 'implicitDeny'],
        [S3, { ...BUCKET, 'aws:SourceAccount': '111111111111' }, 'implicitDeny'],
        [S3, { 'aws:SourceArn': 'arn:aws:s3:::b' }, 'implicitDeny'],
        [service('sns.amazonaws.com'), BUCKET, 'implicitDeny'],
        [USER, BUCKET, 'implicitDeny'],
      ],
    ],
    [
      'any rule of a bus',
      { Principal: 'events.amazonaws.com', SourceArn: 'arn:aws:events:us-east-1:000000000000:rule/*' },
      [
        [
          service('events.amazonaws.com'),
          { 'aws:SourceArn': 'arn:aws:events:us-east-1:000000000000:rule/bus/r' },
          'allow',
        ],
        [
          service('events.amazonaws.com'),
          { 'aws:SourceArn': 'arn:aws:events:eu-west-1:000000000000:rule/r' },
          'implicitDeny',
        ],
      ],
    ],
    [
      'a service from anywhere',
      { Principal: 'sns.amazonaws.com' },
      [[service('sns.amazonaws.com'), { 'aws:SourceArn': 'arn:aws:sns:us-east-1:111111111111:t' }, 'allow']],
    ],
    [
      'a skill with its token',
      { Principal: 'alexa-connectedhome.amazon.com', EventSourceToken: 'token' },
      [
        [service('alexa-connectedhome.amazon.com'), { 'lambda:EventSourceToken': 'token' }, 'allow'],
        [service('alexa-connectedhome.amazon.com'), { 'lambda:EventSourceToken': 'other' }, 'implicitDeny'],
        [service('alexa-connectedhome.amazon.com'), {}, 'implicitDeny'],
      ],
    ],
    [
      'everybody, by an open URL',
      { Principal: '*', FunctionUrlAuthType: 'NONE' },
      [
        [ANYBODY, { 'lambda:FunctionUrlAuthType': 'NONE' }, 'allow'],
        [USER, { 'lambda:FunctionUrlAuthType': 'NONE' }, 'allow'],
        [ANYBODY, { 'lambda:FunctionUrlAuthType': 'AWS_IAM' }, 'implicitDeny'],
        [ANYBODY, {}, 'implicitDeny'],
      ],
    ],
    [
      'everybody, by a URL only',
      { Principal: '*', InvokedViaFunctionUrl: true },
      [
        [ANYBODY, { 'lambda:InvokedViaFunctionUrl': 'true' }, 'allow'],
        [ANYBODY, { 'lambda:InvokedViaFunctionUrl': 'false' }, 'implicitDeny'],
        [ANYBODY, {}, 'implicitDeny'],
      ],
    ],
    [
      'an account, by a URL that wants signatures',
      { Principal: '111111111111', FunctionUrlAuthType: 'AWS_IAM' },
      [
        [USER, { 'lambda:FunctionUrlAuthType': 'AWS_IAM' }, 'allow'],
        [ANYBODY, { 'lambda:FunctionUrlAuthType': 'AWS_IAM' }, 'implicitDeny'],
      ],
    ],
    [
      'an organization',
      { Principal: '*', PrincipalOrgID: 'o-0123456789' },
      [
        [USER, { 'aws:PrincipalOrgID': 'o-0123456789' }, 'allow'],
        [USER, { 'aws:PrincipalOrgID': 'o-9876543210' }, 'implicitDeny'],
        [USER, {}, 'implicitDeny'],
      ],
    ],
  ];

describe('a permission', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
    await api.call(create('f'));
  });
  afterEach(() => api.close());
  const scope = { accountId: '000000000000', region: 'us-east-1' };

  for (const [name, statement, rows] of TABLE)
    it(`for ${name}`, async () => {
      const body = { StatementId: 's', Action: 'lambda:InvokeFunction', ...statement };
      await api.call(onFunction('POST', 'f', '/policy', { body }));
      for (const [requester, keys, decision] of rows) {
        const request = { functionName: 'f', action: 'lambda:InvokeFunction', requester, keys };
        assert.equal(ruleOnFunction(api.store, scope, request), decision, JSON.stringify([requester, keys]));
        const url = { ...request, action: 'lambda:InvokeFunctionUrl' };
        assert.equal(ruleOnFunction(api.store, scope, url), 'implicitDeny', 'another action');
        const alias = { ...request, qualifier: 'live' };
        assert.equal(ruleOnFunction(api.store, scope, alias), 'implicitDeny', 'another resource');
      }
    });

  it('for nothing, where there is no function', () => {
    const request = { functionName: 'none', action: 'lambda:InvokeFunction', requester: S3, keys: {} };
    assert.equal(ruleOnFunction(api.store, scope, request), 'implicitDeny');
  });
});
