/** Tags of everything that has them. */
import assert from 'node:assert/strict';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { ARN, create, onFunction, openApi, type ApiFixture, type ApiRequest } from './apiFixture.ts';

const on = (method: string, arn: unknown, more: Partial<ApiRequest> = {}): ApiRequest => ({
  method,
  path: `/2017-03-31/tags/${encodeURIComponent(String(arn))}`,
  ...more,
});
const tag = (arn: unknown, Tags: Readonly<Record<string, string>>): ApiRequest =>
  on('POST', arn, { body: { Tags } });
const untag = (arn: unknown, key: string): ApiRequest => on('DELETE', arn, { query: { tagKeys: key } });

describe('tags', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
    await api.call(create('f', { Tags: { a: '1' } }));
    api.clock.advance(TRANSITION_MS);
  });
  afterEach(() => api.close());
  const tags = async (arn: unknown): Promise<unknown> => (await api.call(on('GET', arn))).json['Tags'];

  it('of a function are added, replaced, taken away and shown', async () => {
    assert.deepEqual(await tags(`${ARN}f`), { a: '1' });
    assert.equal((await api.call(tag(`${ARN}f`, { a: '2', A: '', 'ü/+-@': 'x' }))).status, 204);
    assert.deepEqual(await tags(`${ARN}f`), { a: '2', A: '', 'ü/+-@': 'x' });
    assert.equal((await api.call(untag(`${ARN}f`, 'ü/+-@'))).status, 204);
    assert.equal((await api.call(untag(`${ARN}f`, 'absent'))).status, 204);
    const { json } = await api.call(onFunction('GET', 'f'));
    assert.deepEqual(json['Tags'], { a: '2', A: '' });
    await api.call(untag(`${ARN}f`, 'a'));
    await api.call(untag(`${ARN}f`, 'A'));
    assert.deepEqual(await tags(`${ARN}f`), {});
    assert.equal((await api.call(onFunction('GET', 'f'))).json['Tags'], undefined);
  });

  it('renew a function’s revision and date with every call, but count for no version', async () => {
    const version = await api.store.versions.publish('f');
    const before = api.store.get('f');
    api.clock.advance(5_000);
    await api.call(untag(`${ARN}f`, 'absent'));
    const after = api.store.get('f');
    assert.notEqual(after?.revisionId, before?.revisionId);
    assert.equal(after?.lastModified, api.clock.serviceNow());
    assert.equal((await api.store.versions.publish('f'))?.version, version?.version);
  });

  it('wait for an update of the function', async () => {
    await api.call(onFunction('PUT', 'f', '/configuration', { body: { Timeout: 4 } }));
    const error = await api.refused(tag(`${ARN}f`, { a: '2' }));
    assert.equal(
      error.message,
      `The operation cannot be performed at this time. An update is in progress for resource: ${ARN}f`,
    );
    api.clock.advance(TRANSITION_MS);
    assert.equal((await api.call(tag(`${ARN}f`, { a: '2' }))).status, 204);
    assert.equal(api.store.get('f')?.timeout, 4);
  });

  it('are 50 at most, and none of AWS’s own', async () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
    assert.equal((await api.call(tag(`${ARN}f`, many(49)))).status, 204);
    assert.equal(
      (await api.refused(tag(`${ARN}f`, { more: '' }))).message,
      'Number of tags exceeds resource tag limit.',
    );
    assert.equal((await api.call(tag(`${ARN}f`, many(49)))).status, 204);
    assert.equal((await api.refused(tag(`${ARN}f`, { 'aws:x': '' }))).status, 400);
  });

  it('of mappings and code signing configurations too', async () => {
    const { json: mapping } = await api.call({
      method: 'POST',
      path: '/2015-03-31/event-source-mappings',
      body: { FunctionName: 'f', EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:q', Tags: { a: '1' } },
    });
    const { json: signing } = await api.call({
      method: 'POST',
      path: '/2020-04-22/code-signing-configs',
      body: {
        AllowedPublishers: {
          SigningProfileVersionArns: ['arn:aws:signer:us-east-1:000000000000:/signing-profiles/test'],
        },
        Tags: { a: '1' },
      },
    });
    const { CodeSigningConfigArn } = signing['CodeSigningConfig'] as { CodeSigningConfigArn: string };
    for (const arn of [mapping['EventSourceMappingArn'], CodeSigningConfigArn]) {
      assert.deepEqual(await tags(arn), { a: '1' });
      await api.call(tag(arn, { b: '2' }));
      await api.call(untag(arn, 'a'));
      assert.deepEqual(await tags(arn), { b: '2' });
    }
  });

  it('of nothing are not found, in each kind’s words', async () => {
    const scope = 'arn:aws:lambda:us-east-1:000000000000:';
    const uuid = '00000000-0000-0000-0000-000000000000';
    for (const [arn, kind] of [
      [`${ARN}none`, 'Function'],
      [`${scope}event-source-mapping:${uuid}`, 'Event source mapping'],
      [`${scope}capacity-provider:p`, 'Capacity provider'],
    ] as const)
      for (const request of [on('GET', arn), tag(arn, { a: '1' }), untag(arn, 'a')])
        assert.equal((await api.refused(request)).message, `${kind} not found: ${arn}`);
    const csc = await api.refused(on('GET', `${scope}code-signing-config:csc-0123456789abcdefg`));
    assert.equal(csc.status, 404);
  });
});
