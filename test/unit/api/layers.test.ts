import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { makeZip, SYMLINK, type ZipEntry } from '../functions/zipFixture.ts';
import { create, onFunction, openApi, type ApiFixture, type ApiRequest } from './apiFixture.ts';

const LAYER = 'arn:aws:lambda:us-east-1:000000000000:layer:';
const FOREIGN = 'arn:aws:lambda:us-east-1:017000801446:layer:Tools:7';
const OTHER = { accountId: '111111111111', arn: 'arn:aws:iam::111111111111:user/u', kind: 'any' } as const;
const ZIP = makeZip([{ name: 'nodejs/node_modules/a/index.js', content: 'module.exports = 1' }]);

const publish = (name: string, more: Readonly<Record<string, unknown>> = {}, zip = ZIP): ApiRequest => ({
  method: 'POST',
  path: `/2018-10-31/layers/${encodeURIComponent(name)}/versions`,
  body: { Content: { ZipFile: zip.toString('base64') }, ...more },
});
const onVersion = (method: string, name: string, version: number | string, rest = ''): ApiRequest => ({
  method,
  path: `/2018-10-31/layers/${encodeURIComponent(name)}/versions/${version}${rest}`,
});
const versionsOf = (name: string, query: Record<string, string> = {}): ApiRequest => ({
  method: 'GET',
  path: `/2018-10-31/layers/${encodeURIComponent(name)}/versions`,
  query,
});
const list = (query: Record<string, string> = {}): ApiRequest => ({
  method: 'GET',
  path: '/2018-10-31/layers',
  query,
});
const byArn = (arn: string): ApiRequest => list({ find: 'LayerVersion', Arn: arn });
const configure = (name: string, layers: readonly string[]): ApiRequest =>
  onFunction('PUT', name, '/configuration', { body: { Layers: layers } });

describe('layers over the API', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.close());

  /** A function that is Active. */
  async function fn(name: string, change: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await api.call(create(name, change));
    api.clock.advance(1_000);
  }

  it('are published with what was given, and nothing else', async () => {
    const { status, json } = await api.call(publish('deps'));
    assert.equal(status, 201);
    const { Content: content, ...rest } = json as { Content: Record<string, unknown> };
    assert.deepEqual(rest, {
      LayerArn: `${LAYER}deps`,
      LayerVersionArn: `${LAYER}deps:1`,
      Description: '',
      CreatedDate: '2026-11-22T12:00:00.000+0000',
      Version: 1,
    });
    assert.equal(content['CodeSha256'], createHash('sha256').update(ZIP).digest('base64'));
    assert.equal(content['CodeSize'], ZIP.length);
    assert.match(
      String(content['Location']),
      /^http:\/\/127\.0\.0\.1:1\/lamplight-code\/[0-9a-f]{64}\?X-Amz/,
    );
    const all = {
      Description: 'd',
      CompatibleRuntimes: ['python3.13', 'nodejs22.x'],
      CompatibleArchitectures: ['arm64'],
      LicenseInfo: 'MIT',
    };
    const second = await api.call(publish(`${LAYER}deps`, all));
    assert.equal(second.json['Version'], 2, 'equal bytes are another version');
    const read = await api.call(onVersion('GET', 'deps', 2));
    assert.equal(read.status, 200);
    assert.deepEqual(Object.fromEntries(Object.keys(all).map(key => [key, read.json[key]])), all);
    const { json: byItsArn } = await api.call(byArn(`${LAYER}deps:2`));
    assert.deepEqual({ ...byItsArn, Content: {} }, { ...read.json, Content: {} });
  });

  it('are listed by their newest version, filtered, in pages', async () => {
    for (const name of ['b', 'a', 'c']) await api.call(publish(name, { CompatibleRuntimes: ['nodejs22.x'] }));
    await api.call(publish('b', { CompatibleArchitectures: ['arm64'] }));
    const names = async (query: Record<string, string> = {}): Promise<unknown> =>
      ((await api.call(list(query))).json['Layers'] as { LayerName: string }[]).map(each => each.LayerName);
    assert.deepEqual(await names(), ['a', 'b', 'c']);
    assert.deepEqual(await names({ CompatibleRuntime: 'nodejs22.x' }), ['a', 'c'], 'only b:1 had it');
    assert.deepEqual(await names({ CompatibleArchitecture: 'arm64', CompatibleRuntime: 'nodejs22.x' }), []);
    const { json } = await api.call(list({ MaxItems: '2' }));
    assert.equal((json['Layers'] as unknown[]).length, 2);
    assert.deepEqual(await names({ Marker: String(json['NextMarker']) }), ['c']);
    assert.deepEqual((json['Layers'] as unknown[])[1], {
      LayerName: 'b',
      LayerArn: `${LAYER}b`,
      LatestMatchingVersion: {
        LayerVersionArn: `${LAYER}b:2`,
        Version: 2,
        Description: '',
        CreatedDate: '2026-11-22T12:00:00.000+0000',
        CompatibleArchitectures: ['arm64'],
      },
    });
  });

  it('have versions, the newest first, whose numbers are never given twice', async () => {
    for (let count = 0; count < 12; count++) await api.call(publish('deps'));
    for (const version of [12, 3, 99]) {
      const { status, body } = await api.call(onVersion('DELETE', 'deps', version));
      assert.deepEqual([status, body], [204, '']);
    }
    const pages: number[][] = [];
    let marker: string | undefined;
    do {
      const { json } = await api.call(
        versionsOf('deps', { MaxItems: '4', ...(marker === undefined ? {} : { Marker: marker }) }),
      );
      pages.push((json['LayerVersions'] as { Version: number }[]).map(each => each.Version));
      marker = (json['NextMarker'] as string | null) ?? undefined;
    } while (marker !== undefined);
    assert.deepEqual(pages, [
      [11, 10, 9, 8],
      [7, 6, 5, 4],
      [2, 1],
    ]);
    assert.equal((await api.call(publish('deps'))).json['Version'], 13);
    assert.deepEqual((await api.call(versionsOf('nobody'))).json, { NextMarker: null, LayerVersions: [] });
  });

  it('are on functions, whose answers name them', async () => {
    const size = (await api.call(publish('one'))).json['Content'] as { CodeSize: number };
    await api.call(publish('two'));
    const { json } = await api.call(create('f', { Layers: [`${LAYER}one:1`, `${LAYER}two:1`] }));
    assert.deepEqual(json['Layers'], [
      { Arn: `${LAYER}one:1`, CodeSize: size.CodeSize },
      { Arn: `${LAYER}two:1`, CodeSize: size.CodeSize },
    ]);
    api.clock.advance(1_000);
    const { json: changed } = await api.call(configure('f', [`${LAYER}two:1`]));
    assert.deepEqual(changed['Layers'], [{ Arn: `${LAYER}two:1`, CodeSize: size.CodeSize }]);
    api.clock.advance(1_000);
    const { json: untouched } = await api.call(
      onFunction('PUT', 'f', '/configuration', { body: { Timeout: 9 } }),
    );
    assert.deepEqual(untouched['Layers'], changed['Layers']);
    api.clock.advance(1_000);
    assert.equal((await api.call(configure('f', []))).json['Layers'], undefined);
  });

  it('that were deleted stay with their functions and versions, and go to no other one', async () => {
    await api.call(publish('one'));
    await fn('f', { Layers: [`${LAYER}one:1`], Publish: true });
    await api.call(onVersion('DELETE', 'one', 1));
    const { json } = await api.call(onFunction('PUT', 'f', '/configuration', { body: { Timeout: 9 } }));
    assert.equal((json['Layers'] as { Arn: string }[])[0]?.Arn, `${LAYER}one:1`);
    api.clock.advance(1_000);
    const { store } = api;
    for (const version of ['$LATEST', '1'])
      assert.equal(store.layerFolders(store.get('f', version)!).folders.length, 1, version);
    const words = `Layer version ${LAYER}one:1 does not exist.`;
    assert.equal((await api.refused(configure('f', [`${LAYER}one:1`]))).message, words);
    assert.equal((await api.refused(create('g', { Layers: [`${LAYER}one:1`] }))).message, words);
  });

  it('are counted with the code', async function () {
    // 400 MB of files go to the disk, which others may be using.
    this.timeout(30_000);
    const half = makeZip([{ name: 'data', content: Buffer.alloc(131_072_000) }]);
    const code = makeZip([{ name: 'index.js', content: 'x' }]);
    await api.call(publish('one', {}, half));
    await api.call(publish('two', {}, half));
    const layers = { Layers: [`${LAYER}one:1`, `${LAYER}two:1`] };
    const words =
      'Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144001 bytes.';
    const tooBig = await api.refused(create('f', { Code: { ZipFile: code.toString('base64') }, ...layers }));
    assert.deepEqual([tooBig.code, tooBig.message], ['InvalidParameterValueException', words]);
    await fn('f', { Code: { ZipFile: code.toString('base64') } });
    assert.equal((await api.refused(configure('f', layers.Layers))).message, words);
    await api.call(configure('f', [`${LAYER}one:1`]));
    api.clock.advance(1_000);
    const bigger = makeZip([{ name: 'data', content: Buffer.alloc(131_072_001) }]);
    const update = onFunction('PUT', 'f', '/code', { body: { ZipFile: bigger.toString('base64') } });
    assert.match((await api.refused(update)).message, /The actual size is 262144001 bytes\.$/);
  });

  it('of AWS and other accounts say how they get here, and are used when they are', async () => {
    await fn('f');
    const refusal = await api.refused(configure('f', [FOREIGN]));
    assert.deepEqual([refusal.code, refusal.status], ['InvalidParameterValueException', 400]);
    assert.match(
      refusal.message,
      /^Layer version .*:Tools:7 does not exist\. .* lamplight layers import .*Tools:7/,
    );
    assert.match((await api.refused(byArn(FOREIGN))).message, /^The resource .* does not exist\. .*import/);
    const { artifact, codeSha256, codeSize } = await api.store.code.add(ZIP);
    api.store.layers.import(FOREIGN.slice(0, -2), 7, {
      source: 'imported',
      description: '',
      content: { kind: 'zip', artifact },
      codeSha256,
      codeSize,
    });
    const { json } = await api.call(configure('f', [FOREIGN]));
    assert.deepEqual(json['Layers'], [{ Arn: FOREIGN, CodeSize: codeSize }]);
    assert.equal((await api.call(byArn(FOREIGN))).json['Version'], 7);
    assert.equal((await api.call(onVersion('GET', FOREIGN.slice(0, -2), 7))).json['Version'], 7);
    assert.deepEqual((await api.call(list())).json['Layers'], [], 'a list has one’s own');
    assert.equal((await api.call(onVersion('DELETE', FOREIGN.slice(0, -2), 7))).status, 204);
  });

  it('are shared with other accounts by their policy', async () => {
    const { json } = await api.call({ ...publish('shared'), caller: OTHER });
    const arn = String(json['LayerVersionArn']);
    assert.equal(arn, 'arn:aws:lambda:us-east-1:111111111111:layer:shared:1');
    await fn('f');
    const denied =
      'User: arn:aws:iam::000000000000:root is not authorized to perform: lambda:GetLayerVersion on resource: ' +
      `${arn} because no resource-based policy allows the lambda:GetLayerVersion action`;
    assert.equal((await api.refused(configure('f', [arn]))).message, denied);
    assert.equal((await api.refused(byArn(arn))).message, denied);
    const permit = (principal: string): ApiRequest => ({
      ...onVersion('POST', 'shared', 1, '/policy'),
      body: { StatementId: 's', Action: 'lambda:GetLayerVersion', Principal: principal },
      caller: OTHER,
    });
    const { status, json: added } = await api.call(permit('000000000000'));
    assert.equal(status, 201);
    assert.deepEqual(JSON.parse(String(added['Statement'])), {
      Sid: 's',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::000000000000:root' },
      Action: 'lambda:GetLayerVersion',
      Resource: arn,
    });
    assert.equal((await api.call(configure('f', [arn]))).status, 200);
    await api.call({ ...onVersion('DELETE', 'shared', 1, '/policy/s'), caller: OTHER });
    assert.equal((await api.refused(byArn(arn))).message, denied);
    await api.call(permit('*'));
    assert.equal((await api.call(byArn(arn))).json['Version'], 1);
  });

  it('have a policy whose revision guards it', async () => {
    await api.call(publish('deps'));
    const policy = onVersion('GET', 'deps', 1, '/policy');
    const add = (sid: string, query: Record<string, string> = {}, more: object = {}): ApiRequest => ({
      ...onVersion('POST', 'deps', 1, '/policy'),
      query,
      body: { StatementId: sid, Action: 'lambda:GetLayerVersion', Principal: '*', ...more },
    });
    const { json: first } = await api.call(add('s1', {}, { OrganizationId: 'o-abcdefghij' }));
    const { json: read } = await api.call(policy);
    assert.equal(read['RevisionId'], first['RevisionId']);
    assert.deepEqual(JSON.parse(String(read['Policy'])), {
      Version: '2012-10-17',
      Id: 'default',
      Statement: [
        {
          Sid: 's1',
          Effect: 'Allow',
          Principal: '*',
          Action: 'lambda:GetLayerVersion',
          Resource: `${LAYER}deps:1`,
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
        },
      ],
    });
    assert.equal((await api.refused(add('s2', { RevisionId: 'stale' }))).status, 412);
    const { json: second } = await api.call(add('s2', { RevisionId: String(first['RevisionId']) }));
    assert.notEqual(second['RevisionId'], first['RevisionId']);
    const remove = (sid: string, query: Record<string, string> = {}): ApiRequest => ({
      ...onVersion('DELETE', 'deps', 1, `/policy/${sid}`),
      query,
    });
    assert.equal((await api.refused(remove('s1', { RevisionId: 'stale' }))).status, 412);
    assert.equal((await api.call(remove('s1'))).status, 204);
    assert.equal((await api.call(remove('s2'))).status, 204);
    assert.match((await api.refused(policy)).message, /^No policy is associated/);
    for (let count = 0; count < 200; count++) {
      const answer = await api.call(add(`s${count}`)).catch((error: unknown) => error as Error);
      if (!(answer instanceof Error)) continue;
      assert.equal(answer.name, 'PolicyLengthExceededException');
      return;
    }
    assert.fail('the policy grew without end');
  });

  it('belong to their account: others neither change nor delete them', async () => {
    await api.call(publish('deps'));
    const layer = `${LAYER}deps`;
    for (const request of [
      publish(layer),
      onVersion('DELETE', layer, 1),
      onVersion('GET', layer, 1, '/policy'),
    ])
      assert.equal((await api.refused({ ...request, caller: OTHER })).code, 'AccessDeniedException');
    assert.equal((await api.call({ ...list(), caller: OTHER })).body, '{"NextMarker":null,"Layers":[]}');
    const environment = { kind: 'environment' } as const;
    const refused = await api.refused({ ...publish('deps'), caller: environment });
    assert.equal(refused.code, 'AccessDeniedException');
  });

  for (const [what, entries, words] of [
    ['that is empty', [], 'Uploaded file must be a non-empty zip'],
    ['that reaches outside', [{ name: '../evil', content: 'x' }], undefined],
    ['that reaches to the root', [{ name: '/etc/evil', content: 'x' }], undefined],
    ['that links to outside', [{ name: 'l', content: '../../x', mode: SYMLINK }], undefined],
    ['that links to the root', [{ name: 'l', content: '/etc', mode: SYMLINK }], undefined],
    [
      'that is a bomb',
      [{ name: 'bomb', content: 'x', declaredSize: 262_144_001 }],
      'Unzipped size must be smaller than 262144000 bytes',
    ],
  ] as readonly (readonly [string, readonly ZipEntry[], string | undefined])[]) {
    it(`are not published from a zip ${what}`, async () => {
      const refused = await api.refused(publish('bad', {}, makeZip(entries)));
      assert.deepEqual(
        [refused.code, refused.status, refused.message],
        [
          'InvalidParameterValueException',
          400,
          words ?? 'Could not unzip uploaded file. Please check your file, then try to upload again.',
        ],
      );
      assert.deepEqual((await api.call(list())).json['Layers'], []);
    });
  }

  it('are not published from what is no zip, too large a zip, or nothing', async () => {
    const content = (value: object): ApiRequest => publish('bad', { Content: value });
    const noZip = await api.refused(publish('bad', {}, Buffer.from('nothing of the kind')));
    assert.match(noZip.message, /^Could not unzip uploaded file/);
    const large = await api.refused(publish('bad', {}, Buffer.alloc(52_428_801)));
    assert.deepEqual([large.status, large.message], [413, 'Zipped size must be smaller than 52428800 bytes']);
    assert.equal((await api.refused(content({}))).code, 'InvalidParameterValueException');
    assert.equal((await api.refused(content({ S3Bucket: 'bkt' }))).code, 'InvalidParameterValueException');
    const both = { ZipFile: ZIP.toString('base64'), S3Bucket: 'bkt', S3Key: 'k' };
    assert.match((await api.refused(content(both))).message, /other FunctionCode parameters/);
    const reference = { S3Bucket: 'bkt', S3Key: 'k', S3ObjectStorageMode: 'REFERENCE' };
    assert.equal((await api.refused(content(reference))).status, 501);
  });

  it('and functions come from S3, too', async () => {
    api.objects.set('bucket/deps.zip', ZIP);
    const source = { S3Bucket: 'bucket', S3Key: 'deps.zip' };
    const { json } = await api.call(publish('deps', { Content: source }));
    const { CodeSha256, CodeSize } = json['Content'] as { CodeSha256: string; CodeSize: number };
    assert.deepEqual([CodeSha256, CodeSize], [createHash('sha256').update(ZIP).digest('base64'), ZIP.length]);
    assert.equal((await api.call(create('f', { Code: source }))).json['CodeSha256'], CodeSha256);
    const missing = await api.refused(create('g', { Code: { ...source, S3Key: 'none' } }));
    assert.deepEqual(
      [missing.code, missing.message],
      [
        'InvalidParameterValueException',
        'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
      ],
    );
    api.objects.set('bucket/bad.zip', Buffer.from('no zip'));
    const bad = await api.refused(create('g', { Code: { ...source, S3Key: 'bad.zip' } }));
    assert.match(bad.message, /^Could not unzip uploaded file/);
  });
});
