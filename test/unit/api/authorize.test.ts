/** Who may do what: other accounts by policies, the owner's account by policies where they are enforced. */
import assert from 'node:assert/strict';
import type { Caller } from '../../../src/host/gateway/service.ts';
import { ARN, create, onFunction, openApi, type ApiFixture, type ApiRequest } from './apiFixture.ts';

const THEM: Partial<Caller> = {
  accountId: '111111111111',
  accessKeyId: '111111111111',
  arn: 'arn:aws:iam::111111111111:root',
  kind: 'any',
};
const as = (caller: Partial<Caller>, request: ApiRequest): ApiRequest => ({ ...request, caller });
const invoke = (name: string, query: Record<string, string> = {}): ApiRequest =>
  onFunction('POST', name, '/invocations', { body: {}, query });
const allow = (name: string, body: Readonly<Record<string, unknown>>): ApiRequest =>
  onFunction('POST', name, '/policy', {
    body: { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '111111111111', ...body },
  });

describe('another account', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
    await api.call(create('f', { Tags: { team: 'blue' } }));
    await api.store.versions.publish('f');
    api.store.aliases.put('f', { name: 'live', version: '1', description: '' });
  });
  afterEach(() => api.close());
  /** Refused without a word, as AWS refuses. */
  const isDenied = async (request: ApiRequest): Promise<void> => {
    const error = await api.refused(as(THEM, request));
    assert.equal(error.code, 'AccessDeniedException');
    assert.deepEqual(error.members, { Message: null });
  };

  it('invokes what the function’s policy lets it invoke, by the whole ARN', async () => {
    await isDenied(invoke(`${ARN}f`));
    await api.call(allow('f', {}));
    assert.equal((await api.call(as(THEM, invoke(`${ARN}f`)))).status, 200);
    assert.equal((await api.call(as(THEM, invoke('000000000000:function:f')))).status, 200);
    await isDenied(onFunction('GET', `${ARN}f`));
    await isDenied(onFunction('DELETE', `${ARN}f`));
    await api.call(allow('f', { StatementId: 't', Action: 'lambda:Get*' })).catch(() => undefined);
    await api.call(allow('f', { StatementId: 'u', Action: 'lambda:*' }));
    assert.equal((await api.call(as(THEM, onFunction('GET', `${ARN}f`)))).status, 200);
    assert.equal((await api.call(as(THEM, onFunction('GET', `${ARN}f`, '/policy')))).status, 200);
  });

  it('gets at an alias, a version and the function by the policy of each', async () => {
    await api.call(allow('f:live', {}));
    assert.equal((await api.call(as(THEM, invoke(`${ARN}f:live`)))).status, 200);
    assert.equal((await api.call(as(THEM, invoke(`${ARN}f`, { Qualifier: 'live' })))).status, 200);
    for (const name of [`${ARN}f`, `${ARN}f:1`, `${ARN}f:$LATEST`]) await isDenied(invoke(name));
    await api.call(allow('f', {}));
    await isDenied(invoke(`${ARN}f:$LATEST`));
  });

  it('is judged by the conditions of the statement', async () => {
    const put = async (condition: unknown): Promise<void> => {
      const statement = { Effect: 'Allow', Principal: '*', Action: 'lambda:*', Resource: `${ARN}f` };
      const Policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: { ...statement, Condition: condition },
      });
      const path = `/2026-07-09/resource-policy/${encodeURIComponent(`${ARN}f`)}`;
      await api.call({ method: 'PUT', path, body: { Policy } });
    };
    for (const condition of [
      { StringEquals: { 'aws:PrincipalAccount': '111111111111', 'aws:ResourceTag/team': 'blue' } },
      {
        ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:*' },
        Bool: { 'aws:SecureTransport': 'false' },
      },
      { DateLessThan: { 'aws:CurrentTime': '2099-01-01' }, NumericGreaterThan: { 'aws:EpochTime': 0 } },
      { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' }, Null: { 'aws:PrincipalOrgID': 'true' } },
    ]) {
      await put(condition);
      assert.equal((await api.call(as(THEM, invoke(`${ARN}f`)))).status, 200, JSON.stringify(condition));
    }
    for (const condition of [
      { StringEquals: { 'aws:PrincipalOrgID': 'o-0123456789' } },
      { StringEquals: { 'aws:ResourceTag/team': 'red' } },
      { Bool: { 'aws:PrincipalIsAWSService': 'true' } },
    ]) {
      await put(condition);
      await isDenied(invoke(`${ARN}f`));
    }
  });

  it('finds nothing of its own here', async () => {
    const own = await api.refused(as(THEM, invoke('f')));
    assert.equal(own.message, 'Function not found: arn:aws:lambda:us-east-1:111111111111:function:f');
    const named = 'arn:aws:lambda:us-east-1:111111111111:function:f:live';
    assert.equal(
      (await api.refused(as(THEM, onFunction('GET', named)))).message,
      `Function not found: ${named}`,
    );
    await isDenied(onFunction('GET', 'arn:aws:lambda:us-east-1:222222222222:function:f'));
    for (const request of [
      { method: 'GET', path: '/2015-03-31/functions' },
      create('mine'),
      { method: 'GET', path: '/2015-03-31/event-source-mappings' },
      { method: 'GET', path: '/2016-08-19/account-settings' },
    ]) {
      const error = await api.refused(as(THEM, request));
      assert.equal(error.status, 501);
      assert.match(error.message, /this host keeps the functions of 000000000000/);
    }
    assert.equal(api.store.get('mine'), undefined);
  });

  it('reads a version of a layer where the version’s policy lets it', async () => {
    const layerArn = 'arn:aws:lambda:us-east-1:000000000000:layer:l';
    const arn = `${layerArn}:1`;
    api.store.layers.publish(layerArn, {
      source: 'published',
      description: '',
      content: { kind: 'none' },
      codeSha256: '',
      codeSize: 0,
    });
    const reads = [
      { method: 'GET', path: `/2018-10-31/layers/${encodeURIComponent(layerArn)}/versions/1` },
      { method: 'GET', path: '/2018-10-31/layers', query: { find: 'LayerVersion', Arn: arn } },
    ];
    const messageOf = (request: ApiRequest): Promise<string> =>
      api.call(as(THEM, request)).then(
        () => '',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      );
    const denial = `User: arn:aws:iam::111111111111:root is not authorized to perform: lambda:GetLayerVersion on resource: ${arn} because no resource-based policy allows the lambda:GetLayerVersion action`;
    for (const request of reads) assert.equal(await messageOf(request), denial);
    const statement = { Sid: 's', Effect: 'Allow', Action: 'lambda:GetLayerVersion', Resource: arn } as const;
    api.store.layers.setPolicy(layerArn, 1, {
      revisionId: 'r',
      statements: [{ ...statement, Principal: { AWS: 'arn:aws:iam::111111111111:root' } }],
    });
    for (const request of reads) assert.notEqual(await messageOf(request), denial);
  });

  it('is told first what is wrong with its request, and that a region is out of reach', async () => {
    assert.equal((await api.refused(as(THEM, invoke('f!')))).code, 'ValidationException');
    const elsewhere = await api.refused(as(THEM, invoke('arn:aws:lambda:eu-west-1:000000000000:function:f')));
    assert.equal(
      elsewhere.message,
      "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    );
  });

  it('does not learn whether a function exists', async () => {
    await isDenied(invoke(`${ARN}none`));
    await isDenied({ method: 'GET', path: `/2017-03-31/tags/${encodeURIComponent(`${ARN}none`)}` });
    await api.call(allow('f', { Action: 'lambda:ListTags' }));
    const tags = await api.call(
      as(THEM, { method: 'GET', path: `/2017-03-31/tags/${encodeURIComponent(`${ARN}f`)}` }),
    );
    assert.deepEqual(tags.json, { Tags: { team: 'blue' } });
  });
});

describe('the owner’s account', () => {
  const deny = (api: ApiFixture) => {
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 'lambda:InvokeFunction',
      Resource: `${ARN}f`,
      Condition: { StringNotEquals: { 'aws:PrincipalType': 'AssumedRole' } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statement });
    const path = `/2026-07-09/resource-policy/${encodeURIComponent(`${ARN}f`)}`;
    return api.call({ method: 'PUT', path, body: { Policy } });
  };
  const SESSION: Partial<Caller> = {
    kind: 'environment',
    arn: 'arn:aws:sts::000000000000:assumed-role/lamplight-execution-role/g',
    functionName: 'g',
  };

  for (const enforcePolicies of [false, true])
    it(`is ${enforcePolicies ? '' : 'not '}denied what policies deny where they are ${enforcePolicies ? '' : 'not '}enforced`, async () => {
      const api = await openApi({ enforcePolicies });
      await api.call(create('f'));
      await deny(api);
      if (enforcePolicies)
        assert.equal(
          (await api.refused(invoke('f'))).message,
          `User: arn:aws:iam::000000000000:root is not authorized to perform: lambda:InvokeFunction on resource: ${ARN}f with an explicit deny in a resource-based policy`,
        );
      else assert.equal((await api.call(invoke('f'))).status, 200);
      assert.equal((await api.call(as(SESSION, invoke('f')))).status, 200, 'the condition leaves it out');
      assert.equal((await api.call(onFunction('GET', 'f'))).status, 200);
      const path = `/2026-07-09/resource-policy/${encodeURIComponent(`${ARN}f`)}`;
      assert.equal((await api.call({ method: 'DELETE', path })).status, 204);
      assert.equal((await api.call(invoke('f'))).status, 200);
      await api.close();
    });

  it('is not denied what no policy mentions, where they are enforced', async () => {
    const api = await openApi({ enforcePolicies: true });
    await api.call(create('f'));
    for (const request of [
      invoke('f'),
      onFunction('GET', 'f'),
      { method: 'GET', path: '/2015-03-31/functions' },
    ])
      assert.equal((await api.call(request)).status, 200);
    await api.close();
  });
});
