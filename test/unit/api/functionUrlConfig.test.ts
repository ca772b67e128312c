/** Function URL configuration: id and port stay, changes are merged, aliases have their own. */
import assert from 'node:assert/strict';
import { ARN, create, openApi, type ApiFixture, type ApiRequest } from './apiFixture.ts';

const on = (
  method: string,
  name: string,
  body?: unknown,
  query: Record<string, string> = {},
): ApiRequest => ({
  method,
  path: `/2021-10-31/functions/${encodeURIComponent(name)}/url`,
  query,
  ...(body === undefined ? {} : { body }),
});

describe('function URL configuration', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
    await api.call(create('f'));
    await api.store.versions.publish('f');
    api.store.aliases.put('f', { name: 'live', version: '1', description: '' });
  });
  afterEach(() => api.close());

  it('is made with an address on this machine', async () => {
    const { status, json } = await api.call(on('POST', 'f', { AuthType: 'NONE' }));
    const { FunctionUrl, CreationTime, ...rest } = json;
    assert.equal(status, 201);
    assert.deepEqual(rest, { FunctionArn: `${ARN}f`, AuthType: 'NONE' });
    assert.match(String(FunctionUrl), /^http:\/\/[a-z0-9]{32}\.lambda-url\.us-east-1\.localhost:20001\/$/);
    assert.match(String(CreationTime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    assert.deepEqual((await api.call(on('GET', 'f'))).json, {
      ...json,
      LastModifiedTime: CreationTime,
      InvokeMode: 'BUFFERED',
    });
  });

  it('keeps what an update leaves out, and loses what it empties', async () => {
    const Cors = { AllowOrigins: ['*'], MaxAge: 5, AllowCredentials: false };
    const { json: made } = await api.call(on('POST', 'f', { AuthType: 'NONE', Cors }));
    api.clock.advance(1_000);
    const { json: updated } = await api.call(on('PUT', 'f', { AuthType: 'AWS_IAM' }));
    assert.equal(updated['AuthType'], 'AWS_IAM');
    assert.deepEqual(updated['Cors'], Cors);
    assert.equal(updated['FunctionUrl'], made['FunctionUrl']);
    assert.equal(updated['CreationTime'], made['CreationTime']);
    assert.notEqual(updated['LastModifiedTime'], made['CreationTime']);
    assert.equal('InvokeMode' in updated, false, 'as recorded');
    const { json: cleared } = await api.call(on('PUT', 'f', { Cors: {}, InvokeMode: 'RESPONSE_STREAM' }));
    assert.equal('Cors' in cleared, false);
    assert.equal(cleared['InvokeMode'], 'RESPONSE_STREAM');
    assert.equal((await api.call(on('GET', 'f'))).json['InvokeMode'], 'RESPONSE_STREAM');
  });

  it('is one for the function and one for each alias', async () => {
    const first = (await api.call(on('POST', 'f', { AuthType: 'NONE' }))).json['FunctionUrl'];
    const second = (await api.call(on('POST', 'f:live', { AuthType: 'NONE' }))).json;
    assert.equal(second['FunctionArn'], `${ARN}f:live`);
    assert.notEqual(second['FunctionUrl'], first);
    const twice = await api.refused(on('POST', 'f', { AuthType: 'NONE' }, { Qualifier: 'live' }));
    assert.equal(
      twice.message,
      `Failed to create function url config for [functionArn = ${ARN}f:live]. Error message:  FunctionUrlConfig exists for this Lambda function`,
    );
    const list = async (query: Record<string, string>) => {
      const { json } = await api.call({ method: 'GET', path: '/2021-10-31/functions/f/urls', query });
      return json as { FunctionUrlConfigs: { FunctionArn: string }[]; NextMarker: string | null };
    };
    const page = await list({ MaxItems: '1' });
    const next = await list({ MaxItems: '1', Marker: page.NextMarker ?? '' });
    assert.deepEqual(
      [page, next].map(({ FunctionUrlConfigs: [one] }) => one?.FunctionArn),
      [`${ARN}f`, `${ARN}f:live`],
    );
    assert.equal((await api.call(on('DELETE', 'f'))).status, 204);
    assert.equal((await api.refused(on('DELETE', 'f'))).status, 404);
    const again = (await api.call(on('POST', 'f', { AuthType: 'NONE' }))).json['FunctionUrl'];
    assert.notEqual(again, first);
  });

  it('of an alias outlives it, unusable, and is that of the next of its name', async () => {
    const { json } = await api.call(on('POST', 'f:live', { AuthType: 'NONE' }));
    api.store.aliases.delete('f', 'live');
    const gone = await api.refused(on('GET', 'f:live'));
    assert.equal(gone.message, 'The resource you requested does not exist.');
    api.store.aliases.put('f', { name: 'live', version: '1', description: '' });
    assert.equal((await api.call(on('GET', 'f:live'))).json['FunctionUrl'], json['FunctionUrl']);
  });

  it('is never that of a version, however it is named', async () => {
    for (const name of ['f:1', 'f:$LATEST', `${ARN}f:1`]) {
      const error = await api.refused(on('POST', name, { AuthType: 'NONE' }));
      assert.equal(error.code, 'ValidationException');
    }
  });

  it('gives its port up when two are made at once', async () => {
    const both = await Promise.allSettled([
      api.call(on('POST', 'f', { AuthType: 'NONE' })),
      api.call(on('POST', 'f', { AuthType: 'NONE' })),
    ]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal(api.released.length, 1);
  });
});
