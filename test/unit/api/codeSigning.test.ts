/** Code signing configurations, and the functions that have one. */
import assert from 'node:assert/strict';
import { ARN, create, openApi, type ApiFixture, type ApiRequest } from './apiFixture.ts';

const PROFILE = 'arn:aws:signer:us-east-1:000000000000:/signing-profiles/test';
const AT = '/2020-04-22/code-signing-configs';
const NONE = 'arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdefg';

const config = (method: string, arn: unknown, body?: unknown): ApiRequest => ({
  method,
  path: `${AT}/${encodeURIComponent(String(arn))}`,
  ...(body === undefined ? {} : { body }),
});
const binding = (method: string, name: string, arn?: unknown): ApiRequest => ({
  method,
  path: `/2020-06-30/functions/${name}/code-signing-config`,
  ...(arn === undefined ? {} : { body: { CodeSigningConfigArn: arn } }),
});

describe('code signing', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
    for (const name of ['f', 'g']) await api.call(create(name));
  });
  afterEach(() => api.close());
  const make = async (more: object = {}): Promise<Readonly<Record<string, unknown>>> => {
    const body = { AllowedPublishers: { SigningProfileVersionArns: [PROFILE] }, ...more };
    const answer = await api.call({ method: 'POST', path: AT, body });
    assert.equal(answer.status, 201);
    return answer.json['CodeSigningConfig'] as Readonly<Record<string, unknown>>;
  };
  const list = async (path: string, query: Record<string, string> = {}) =>
    (await api.call({ method: 'GET', path, query })).json;

  it('has configurations of their own', async () => {
    const made = await make({
      Description: 'd',
      CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' },
    });
    const { CodeSigningConfigArn: arn, CodeSigningConfigId: id, LastModified: at, ...rest } = made;
    assert.match(String(id), /^csc-[a-z0-9]{17}$/);
    assert.equal(arn, `arn:aws:lambda:us-east-1:000000000000:code-signing-config:${String(id)}`);
    assert.match(String(at), /\+0000$/);
    assert.deepEqual(rest, {
      Description: 'd',
      AllowedPublishers: { SigningProfileVersionArns: [PROFILE] },
      CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' },
    });
    assert.deepEqual((await api.call(config('GET', arn))).json, { CodeSigningConfig: made });
    const { json } = await api.call(
      config('PUT', arn, { CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Warn' } }),
    );
    const updated = json['CodeSigningConfig'] as Readonly<Record<string, unknown>>;
    assert.deepEqual(updated['CodeSigningPolicies'], { UntrustedArtifactOnDeployment: 'Warn' });
    assert.equal(updated['Description'], 'd');
    assert.deepEqual((await make())['CodeSigningPolicies'], { UntrustedArtifactOnDeployment: 'Warn' });
    assert.equal((await api.call(config('DELETE', arn))).status, 204);
    assert.equal((await api.refused(config('GET', arn))).status, 404);
  });

  it('is bound to functions, which keep their configuration from being deleted', async () => {
    const { CodeSigningConfigArn: arn } = await make();
    assert.deepEqual((await api.call(binding('GET', 'f'))).json, {});
    assert.deepEqual((await api.call(binding('PUT', 'f', arn))).json, {
      CodeSigningConfigArn: arn,
      FunctionName: 'f',
    });
    await api.call(create('h', { CodeSigningConfigArn: arn }));
    assert.deepEqual((await api.call(binding('GET', 'h'))).json['CodeSigningConfigArn'], arn);
    const functions = `${AT}/${encodeURIComponent(String(arn))}/functions`;
    const first = await list(functions, { MaxItems: '1' });
    const second = await list(functions, { MaxItems: '1', Marker: String(first['NextMarker']) });
    assert.deepEqual([first['FunctionArns'], second['FunctionArns']], [[`${ARN}f`], [`${ARN}h`]]);
    assert.equal((await api.refused(config('DELETE', arn))).code, 'ResourceConflictException');
    await api.call(binding('DELETE', 'f'));
    assert.equal((await api.call(binding('DELETE', 'f'))).status, 204);
    await api.call({ method: 'DELETE', path: '/2015-03-31/functions/h' });
    assert.equal((await api.call(config('DELETE', arn))).status, 204);
  });

  it('is listed page by page', async () => {
    const made = [await make(), await make(), await make()].map(
      ({ CodeSigningConfigId }) => CodeSigningConfigId,
    );
    const ids: unknown[] = [];
    let marker: unknown = '';
    do {
      const page = await list(AT, { MaxItems: '2', Marker: String(marker) });
      ids.push(
        ...(page['CodeSigningConfigs'] as { CodeSigningConfigId: string }[]).map(
          one => one.CodeSigningConfigId,
        ),
      );
      marker = page['NextMarker'];
    } while (marker !== null);
    assert.deepEqual(ids, made.sort());
  });

  it('refuses what is not there, and images', async () => {
    const missing = await api.refused(create('h', { CodeSigningConfigArn: NONE }));
    assert.equal(missing.code, 'CodeSigningConfigNotFoundException');
    assert.equal(api.store.get('h'), undefined);
    const { CodeSigningConfigArn: arn } = await make();
    await api.call(
      create('image', {
        PackageType: 'Image',
        Runtime: undefined,
        Handler: undefined,
        Code: { ImageUri: '000000000000.dkr.ecr.us-east-1.amazonaws.com/i:latest' },
      }),
    );
    const message = 'Code signing is not supported for functions created with container images.';
    assert.equal((await api.refused(binding('GET', 'image'))).message, message);
    assert.equal((await api.refused(binding('PUT', 'image', arn))).message, message);
    const image = {
      PackageType: 'Image',
      Runtime: undefined,
      Handler: undefined,
      Code: { ImageUri: '000000000000.dkr.ecr.us-east-1.amazonaws.com/i:latest' },
      CodeSigningConfigArn: arn,
    };
    assert.equal((await api.refused(create('image2', image))).message, message);
    const elsewhere = String(arn).replace('us-east-1', 'eu-west-1');
    assert.equal((await api.refused(config('GET', elsewhere))).status, 404);
  });
});
