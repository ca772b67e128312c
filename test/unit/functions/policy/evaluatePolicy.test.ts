/** The evaluator, as a table: who asks for what under which conditions, and what the policy says to it. */
import assert from 'node:assert/strict';
import { evaluatePolicy, type Decision } from '../../../../src/host/functions/policy/evaluatePolicy.ts';
import type { PolicyStatement } from '../../../../src/host/functions/policy/policyDocument.ts';
import { RequestContext, type Requester } from '../../../../src/host/functions/policy/requestContext.ts';

const FN = 'arn:aws:lambda:us-east-1:000000000000:function:orders';
const aws = (arn: string): Requester => ({ kind: 'aws', accountId: /\d{12}/.exec(arn)?.[0] ?? '', arn });
const ROOT = aws('arn:aws:iam::111111111111:root');
const ANN = aws('arn:aws:iam::111111111111:user/ann');
const SESSION = aws('arn:aws:sts::111111111111:assumed-role/deployer/build-7');
const OTHER = aws('arn:aws:iam::222222222222:root');
const SNS: Requester = { kind: 'service', service: 'sns.amazonaws.com' };
const NOBODY: Requester = { kind: 'anonymous' };

type Keys = Readonly<Record<string, string | readonly string[] | undefined>>;
interface Ask {
  readonly who?: Requester;
  readonly action?: string;
  readonly resource?: string;
  readonly keys?: Keys;
}

function decide(statements: readonly PolicyStatement[], ask: Ask, Version = '2012-10-17'): Decision {
  return evaluatePolicy(
    { Version, Statement: statements },
    {
      requester: ask.who ?? ROOT,
      action: ask.action ?? 'lambda:InvokeFunction',
      resource: ask.resource ?? FN,
      context: new RequestContext(ask.keys ?? {}),
    },
  );
}

const allow = (change: Partial<PolicyStatement> = {}): PolicyStatement => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 'lambda:InvokeFunction',
  Resource: FN,
  ...change,
});
/** Takes one member away, since Principal and NotPrincipal exclude each other. */
const without = (statement: PolicyStatement, member: keyof PolicyStatement): PolicyStatement =>
  Object.fromEntries(
    Object.entries(statement).filter(([name]) => name !== member),
  ) as unknown as PolicyStatement;

describe('a policy', () => {
  describe('names principals', () => {
    const table: readonly [
      string,
      PolicyStatement['Principal'],
      readonly Requester[],
      readonly Requester[],
    ][] = [
      ['everyone', '*', [ROOT, ANN, SESSION, OTHER, SNS, NOBODY], []],
      ['everyone, as AWS', { AWS: '*' }, [ROOT, ANN, OTHER, NOBODY], []],
      ['an account by number', { AWS: '111111111111' }, [ROOT, ANN, SESSION], [OTHER, SNS, NOBODY]],
      ['an account by its root', { AWS: 'arn:aws:iam::111111111111:root' }, [ROOT, ANN, SESSION], [OTHER]],
      ['a user', { AWS: 'arn:aws:iam::111111111111:user/ann' }, [ANN], [ROOT, SESSION, OTHER]],
      ['a role', { AWS: 'arn:aws:iam::111111111111:role/deployer' }, [SESSION], [ROOT, ANN]],
      ['a role with a path', { AWS: 'arn:aws:iam::111111111111:role/ci/deployer' }, [SESSION], [ANN]],
      ['a role of another account', { AWS: 'arn:aws:iam::222222222222:role/deployer' }, [], [SESSION, OTHER]],
      ['a session', { AWS: 'arn:aws:sts::111111111111:assumed-role/deployer/build-7' }, [SESSION], [ROOT]],
      ['another session', { AWS: 'arn:aws:sts::111111111111:assumed-role/deployer/build-8' }, [], [SESSION]],
      [
        'several',
        { AWS: ['222222222222', 'arn:aws:iam::111111111111:user/ann'] },
        [OTHER, ANN],
        [ROOT, SESSION],
      ],
      ['a service', { Service: 'sns.amazonaws.com' }, [SNS], [ROOT, NOBODY]],
      ['services', { Service: ['s3.amazonaws.com', 'sns.amazonaws.com'] }, [SNS], [ROOT]],
      ['another service', { Service: 's3.amazonaws.com' }, [], [SNS]],
      ['any service', { Service: '*' }, [SNS], [ROOT, NOBODY]],
      ['a federation', { Federated: 'cognito-identity.amazonaws.com' }, [], [ROOT, ANN, SNS, NOBODY]],
      ['a canonical user', { CanonicalUser: '79a59d' }, [], [ROOT, ANN, SNS, NOBODY]],
      [
        'a service or an account',
        { Service: 'sns.amazonaws.com', AWS: '222222222222' },
        [SNS, OTHER],
        [ROOT],
      ],
      ['an ARN with a wildcard', { AWS: 'arn:aws:iam::111111111111:*' }, [], [ROOT, ANN]],
    ];
    for (const [name, Principal, meant, others] of table)
      it(name, () => {
        const statement = { ...allow(), Principal } as PolicyStatement;
        for (const who of meant) assert.equal(decide([statement], { who }), 'allow', JSON.stringify(who));
        for (const who of others)
          assert.equal(decide([statement], { who }), 'implicitDeny', JSON.stringify(who));
      });

    it('nobody, where there is none', () => {
      assert.equal(decide([without(allow(), 'Principal')], {}), 'implicitDeny');
    });

    it('all but some: who is left out must be named with all that it belongs to', () => {
      const deny = (NotPrincipal: PolicyStatement['Principal']): PolicyStatement =>
        ({ ...without(allow(), 'Principal'), Effect: 'Deny', NotPrincipal }) as PolicyStatement;
      const ann = { AWS: ['arn:aws:iam::111111111111:user/ann', 'arn:aws:iam::111111111111:root'] };
      const role = {
        AWS: [
          'arn:aws:sts::111111111111:assumed-role/deployer/build-7',
          'arn:aws:iam::111111111111:role/deployer',
          '111111111111',
        ],
      };
      const rows: readonly [PolicyStatement['Principal'], Requester, Decision][] = [
        [ann, ANN, 'implicitDeny'],
        [ann, ROOT, 'implicitDeny'],
        [ann, SESSION, 'explicitDeny'],
        [ann, OTHER, 'explicitDeny'],
        [ann, SNS, 'explicitDeny'],
        [{ AWS: 'arn:aws:iam::111111111111:user/ann' }, ANN, 'explicitDeny'],
        [role, SESSION, 'implicitDeny'],
        [{ AWS: role.AWS.slice(1) }, SESSION, 'explicitDeny'],
        [{ Service: 'sns.amazonaws.com' }, SNS, 'implicitDeny'],
        [{ Service: 'sns.amazonaws.com' }, NOBODY, 'explicitDeny'],
        ['*', ANN, 'implicitDeny'],
        [{ AWS: '*' }, ANN, 'implicitDeny'],
      ];
      for (const [principal, who, decision] of rows)
        assert.equal(decide([deny(principal)], { who }), decision, JSON.stringify([principal, who]));
    });
  });

  describe('names actions and resources', () => {
    const actions: readonly [string | readonly string[], string, boolean][] = [
      ['lambda:InvokeFunction', 'lambda:InvokeFunction', true],
      ['LAMBDA:invokefunction', 'lambda:InvokeFunction', true],
      ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl', false],
      ['lambda:Invoke*', 'lambda:InvokeFunctionUrl', true],
      ['lambda:Get?olicy', 'lambda:GetPolicy', true],
      ['lambda:*', 'lambda:GetPolicy', true],
      ['*', 'lambda:GetPolicy', true],
      ['s3:*', 'lambda:GetPolicy', false],
      [['lambda:GetPolicy', 'lambda:GetFunction'], 'lambda:GetFunction', true],
      [[], 'lambda:GetFunction', false],
    ];
    for (const [Action, action, is] of actions)
      it(`${JSON.stringify(Action)} and ${action}`, () => {
        assert.equal(decide([allow({ Action })], { action }), is ? 'allow' : 'implicitDeny');
        const not = { ...without(allow(), 'Action'), NotAction: Action };
        assert.equal(decide([not], { action }), is ? 'implicitDeny' : 'allow');
      });

    const resources: readonly [string | readonly string[], string, boolean][] = [
      [FN, FN, true],
      [FN, `${FN}:live`, false],
      [`${FN}:live`, FN, false],
      [`${FN}:*`, `${FN}:live`, true],
      [`${FN}:*`, FN, false],
      [`${FN}*`, `${FN}:live`, true],
      ['arn:aws:lambda:*:000000000000:function:orders', FN, true],
      ['arn:aws:lambda:us-east-?:*:function:ord*', FN, true],
      ['arn:aws:lambda:*:function:orders', FN, false],
      ['arn:aws:lambda:*', FN, true],
      ['arn:aws:lambda:us-east-1', FN, false],
      ['arn:aws:lambda:us-east-1:000000000000:function:ORDERS', FN, false],
      ['*', FN, true],
      [['arn:aws:s3:::b', FN], FN, true],
    ];
    for (const [Resource, resource, is] of resources)
      it(`${JSON.stringify(Resource)} and ${resource}`, () => {
        assert.equal(decide([allow({ Resource })], { resource }), is ? 'allow' : 'implicitDeny');
        const not = { ...without(allow(), 'Resource'), NotResource: Resource };
        assert.equal(decide([not], { resource }), is ? 'implicitDeny' : 'allow');
      });

    it('nothing, where there are none', () => {
      assert.equal(decide([without(allow(), 'Action')], {}), 'implicitDeny');
      assert.equal(decide([without(allow(), 'Resource')], {}), 'implicitDeny');
    });
  });

  it('denies before it allows, in whatever order', () => {
    const deny = allow({ Effect: 'Deny', Principal: { AWS: '222222222222' } });
    for (const statements of [
      [deny, allow()],
      [allow(), deny],
    ]) {
      assert.equal(decide(statements, { who: OTHER }), 'explicitDeny');
      assert.equal(decide(statements, { who: ROOT }), 'allow');
    }
    assert.equal(decide([], {}), 'implicitDeny');
    assert.equal(
      evaluatePolicy(undefined, {
        requester: ROOT,
        action: 'lambda:InvokeFunction',
        resource: FN,
        context: new RequestContext({}),
      }),
      'implicitDeny',
    );
  });
});
