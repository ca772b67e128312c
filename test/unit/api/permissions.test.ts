/** Policies over the API: statement by statement, and as one document. */
import assert from 'node:assert/strict';
import { ARN, create, onFunction, openApi, type ApiFixture, type ApiRequest } from './apiFixture.ts';

const add = (name: string, body: Readonly<Record<string, unknown>>): ApiRequest =>
  onFunction('POST', name, '/policy', {
    body: { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com', ...body },
  });
const read = (name: string): ApiRequest => onFunction('GET', name, '/policy');
const remove = (name: string, id: string, query: Readonly<Record<string, string>> = {}): ApiRequest =>
  onFunction('DELETE', name, `/policy/${id}`, { query });
const document = (method: string, arn: string, more: Partial<ApiRequest> = {}): ApiRequest => ({
  method,
  path: `/2026-07-09/resource-policy/${encodeURIComponent(arn)}`,
  ...more,
});
const parse = (text: unknown): unknown => JSON.parse(String(text));

describe('AddPermission and its kin', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
    await api.call(create('fn'));
    api.clock.advance(1_000);
  });
  afterEach(() => api.close());

  it('writes statements as AWS does, byte by byte', async () => {
    const added = await api.call(add('fn', { SourceArn: 'arn:aws:s3:::b', SourceAccount: '111111111111' }));
    assert.equal(added.status, 201);
    assert.equal(
      added.json['Statement'],
      `{"Sid":"s","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"${ARN}fn","Condition":{"StringEquals":{"AWS:SourceAccount":"111111111111"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}}`,
    );
    const policy = await api.call(read('fn'));
    assert.equal(
      policy.json['Policy'],
      `{"Version":"2012-10-17","Id":"default","Statement":[${added.json['Statement']}]}`,
    );
  });

  const principals: readonly [string, unknown][] = [
    ['*', '*'],
    ['sns.amazonaws.com', { Service: 'sns.amazonaws.com' }],
    ['logs.us-east-1.amazonaws.com', { Service: 'logs.us-east-1.amazonaws.com' }],
    ['alexa-appkit.amazon.com', { Service: 'alexa-appkit.amazon.com' }],
    ['111111111111', { AWS: 'arn:aws:iam::111111111111:root' }],
    ['arn:aws:iam::111111111111:role/a/b', { AWS: 'arn:aws:iam::111111111111:role/a/b' }],
    ['arn:aws:sts::111111111111:assumed-role/r/s', { AWS: 'arn:aws:sts::111111111111:assumed-role/r/s' }],
  ];
  for (const [given, written] of principals)
    it(`writes the principal ${given} as ${JSON.stringify(written)}`, async () => {
      const { json } = await api.call(add('fn', { Principal: given }));
      assert.deepEqual((parse(json['Statement']) as { Principal: unknown }).Principal, written);
    });
  for (const given of ['bob', 'arn:aws:iam::1:root', 'arn:aws:s3:::b', '11111111111', 'example.com'])
    it(`refuses the principal ${given}`, async () => {
      const error = await api.refused(add('fn', { Principal: given }));
      assert.equal(error.code, 'InvalidParameterValueException');
    });

  it('writes what a function URL needs', async () => {
    const { json } = await api.call(
      add('fn', {
        Principal: '*',
        FunctionUrlAuthType: 'NONE',
        InvokedViaFunctionUrl: true,
        PrincipalOrgID: 'o-0123456789',
        EventSourceToken: 'token',
      }),
    );
    assert.deepEqual((parse(json['Statement']) as { Condition: unknown }).Condition, {
      StringEquals: {
        'lambda:FunctionUrlAuthType': 'NONE',
        'aws:PrincipalOrgID': 'o-0123456789',
        'lambda:EventSourceToken': 'token',
      },
      Bool: { 'lambda:InvokedViaFunctionUrl': 'true' },
    });
  });

  it('has a revision of its own, which every change renews and only the right one passes', async () => {
    const revision = async () => String((await api.call(read('fn'))).json['RevisionId']);
    const ofFunction = api.store.get('fn')?.revisionId;
    await api.call(add('fn', {}));
    const first = await revision();
    assert.notEqual(first, ofFunction);
    assert.equal(api.store.get('fn')?.revisionId, ofFunction, "the function's own stays");
    const stale = await api.refused(add('fn', { StatementId: 't', RevisionId: 'stale' }));
    assert.equal(stale.status, 412);
    assert.equal(
      (await api.refused(add('fn', { RevisionId: 'stale' }))).status,
      409,
      'a taken id comes first',
    );
    await api.call(add('fn', { StatementId: 't', RevisionId: first }));
    const second = await revision();
    assert.notEqual(second, first);
    assert.equal((await api.refused(remove('fn', 't', { RevisionId: first }))).status, 412);
    assert.equal((await api.refused(remove('fn', 'x', { RevisionId: first }))).status, 404);
    assert.equal((await api.call(remove('fn', 't', { RevisionId: second }))).status, 204);
    assert.equal((await api.call(remove('fn', 's'))).status, 204);
    assert.equal((await api.refused(read('fn'))).message, 'The resource you requested does not exist.');
  });

  it('stops at 20,480 bytes', async () => {
    const long = `arn:aws:s3:::${'b'.repeat(9_985)}`;
    await api.call(add('fn', { StatementId: 'a', SourceArn: long }));
    assert.equal((await api.call(add('fn', { StatementId: 'b', SourceArn: long }))).status, 201);
    const error = await api.refused(add('fn', { StatementId: 'c' }));
    assert.equal(error.code, 'PolicyLengthExceededException');
    assert.match(
      error.message,
      /^The final policy size \(20[5-7]\d\d\) is bigger than the limit \(20480\)\.$/,
    );
  });

  it('goes with its function', async () => {
    await api.call(add('fn', {}));
    await api.call(onFunction('DELETE', 'fn'));
    await api.call(create('fn'));
    assert.equal((await api.refused(read('fn'))).status, 404);
  });
});

describe('PutResourcePolicy and its kin', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
    await api.call(create('fn'));
  });
  afterEach(() => api.close());

  const statement = {
    Sid: 'deny',
    Effect: 'Deny',
    NotPrincipal: { AWS: '111111111111' },
    NotAction: 'lambda:Get*',
    Resource: `${ARN}fn`,
  };
  const body = { Policy: JSON.stringify({ Version: '2012-10-17', Statement: statement }) };

  it('replaces what AddPermission wrote, and is added to by it', async () => {
    await api.call(add('fn', { StatementId: 'old' }));
    const put = await api.call(document('PUT', `${ARN}fn`, { body }));
    assert.equal(put.status, 200);
    assert.deepEqual(parse(put.json['Policy']), { Version: '2012-10-17', Statement: [statement] });
    assert.deepEqual((await api.call(document('GET', `${ARN}fn`))).json, put.json);
    assert.deepEqual((await api.call(read('fn'))).json, put.json);
    await api.call(add('fn', { StatementId: 'new' }));
    const { Statement } = parse((await api.call(read('fn'))).json['Policy']) as {
      Statement: { Sid: string }[];
    };
    assert.deepEqual(
      Statement.map(({ Sid }) => Sid),
      ['deny', 'new'],
    );
  });

  it('minds revisions, and is deleted', async () => {
    const other = '00000000-0000-0000-0000-000000000000';
    const early = await api.refused(document('PUT', `${ARN}fn`, { body: { ...body, RevisionId: other } }));
    assert.equal(early.status, 412);
    const { json } = await api.call(document('PUT', `${ARN}fn`, { body }));
    const query = { RevisionId: other };
    assert.equal((await api.refused(document('DELETE', `${ARN}fn`, { query }))).status, 412);
    const right = { RevisionId: String(json['RevisionId']) };
    assert.equal((await api.call(document('DELETE', `${ARN}fn`, { query: right }))).status, 204);
    assert.equal((await api.refused(document('DELETE', `${ARN}fn`))).status, 404);
    assert.equal((await api.refused(document('GET', `${ARN}fn`))).status, 404);
  });

  it('says what is wrong with a document, and where there is nothing', async () => {
    const bad = await api.refused(document('PUT', `${ARN}fn`, { body: { Policy: '{' } }));
    assert.equal(bad.code, 'InvalidParameterValueException');
    for (const arn of [`${ARN}none`, `${ARN}fn:live`, `${ARN}fn:7`])
      assert.equal((await api.refused(document('PUT', arn, { body }))).message, `Function not found: ${arn}`);
    const latest = await api.refused(document('PUT', `${ARN}fn:$LATEST`, { body }));
    assert.equal(latest.message, 'We currently do not support adding policies for $LATEST.');
    const runtime = 'arn:aws:lambda:us-east-1:000000000000:runtime/mine';
    assert.equal((await api.refused(document('GET', runtime))).status, 501);
  });
});
