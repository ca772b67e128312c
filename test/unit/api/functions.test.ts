import assert from 'node:assert/strict';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { newFunction } from '../functions/storeFixture.ts';
import { ARN, create, onFunction, openApi, ZIP, type ApiFixture } from './apiFixture.ts';

describe('the function operations', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.close());

  const get = async (name: string, query: Record<string, string> = {}) =>
    (await api.call(onFunction('GET', name, '', { query }))).json;
  const settle = (): void => api.clock.advance(TRANSITION_MS);
  const configure = (name: string, body: Record<string, unknown>) =>
    api.call(onFunction('PUT', name, '/configuration', { body }));

  it('get: echo the qualifier, and tags only without one', async () => {
    await api.call(create('f', { Tags: { k: 'v' } }));
    settle();
    const plain = (await get('f')) as { Configuration: Record<string, unknown>; Tags?: unknown };
    assert.equal(plain.Configuration['FunctionArn'], `${ARN}f`);
    assert.equal(plain.Configuration['State'], 'Active');
    assert.equal(plain.Configuration['LastUpdateStatus'], 'Successful');
    assert.ok(!('StateReason' in plain.Configuration));
    assert.deepEqual(plain.Tags, { k: 'v' });
    const qualified = (await get('f', { Qualifier: '$LATEST' })) as typeof plain;
    assert.equal(qualified.Configuration['FunctionArn'], `${ARN}f:$LATEST`);
    assert.ok(!('Tags' in qualified));
    for (const name of [
      'f',
      'function:f',
      '000000000000:function:f',
      `${ARN}f`,
      `${ARN}f:$LATEST`,
      'f:$LATEST',
    ]) {
      const answer = await api.call(onFunction('GET', name, '/configuration'));
      assert.equal(answer.json['FunctionName'], 'f', name);
    }
  });

  it('get: a link to the package where there is one', async () => {
    await api.call(create('zip'));
    const { Code } = (await get('zip')) as { Code: { RepositoryType: string; Location: string } };
    assert.equal(Code.RepositoryType, 'S3');
    const link = new URL(Code.Location);
    assert.equal(link.host, '127.0.0.1:1', 'the address that the caller uses');
    assert.match(link.pathname, /^\/lamplight-code\/[0-9a-f]{64}$/);
    assert.equal(link.searchParams.get('X-Amz-Expires'), '600');
    assert.doesNotMatch(Code.Location, /secret/);
    api.store.create(newFunction('folder', { code: { kind: 'folder', root: '/ws/src' } }), 'now');
    assert.deepEqual(((await get('folder')) as { Code: unknown }).Code, { RepositoryType: 'S3' });
    const gone = await api.refused({ method: 'GET', path: `/lamplight-code/${'0'.repeat(64)}` });
    assert.equal(gone.message, 'The code of this link has been removed.');
  });

  it('list: 50 at most, in pages that miss and repeat nothing while functions come and go', async () => {
    assert.deepEqual((await api.call({ method: 'GET', path: '/2015-03-31/functions' })).json, {
      NextMarker: null,
      Functions: [],
    });
    const names = Array.from({ length: 55 }, (_, index) => `f${String(index).padStart(2, '0')}`);
    for (const name of names) await api.call(create(name));
    const list = async (query: Record<string, string>) =>
      (await api.call({ method: 'GET', path: '/2015-03-31/functions/', query })).json as {
        NextMarker: string | null;
        Functions: Record<string, unknown>[];
      };
    const first = await list({ MaxItems: '1000' });
    assert.equal(first.Functions.length, 50);
    assert.ok(first.NextMarker !== null && !first.NextMarker.includes('f49'), 'opaque');
    await api.call(onFunction('DELETE', 'f49'));
    await api.call(create('f495'));
    const second = await list({ Marker: first.NextMarker });
    assert.deepEqual(
      second.Functions.map(item => item['FunctionName']),
      ['f495', ...names.slice(50)],
    );
    assert.equal(second.NextMarker, null);
    const [item] = (await list({ MaxItems: '1', FunctionVersion: 'ALL' })).Functions;
    assert.equal(item?.['FunctionArn'], `${ARN}f00:$LATEST`);
    for (const absent of ['State', 'StateReason', 'LastUpdateStatus', 'RuntimeVersionConfig'])
      assert.ok(!(absent in item), absent);
    const bad = await api.refused({
      method: 'GET',
      path: '/2015-03-31/functions',
      query: { MaxItems: '0' },
    });
    assert.match(bad.message, /Value '0' at 'maxItems' .* greater than or equal to 1$/);
    const marker = await api.refused({
      method: 'GET',
      path: '/2015-03-31/functions',
      query: { Marker: 'made up' },
    });
    assert.equal(marker.code, 'InvalidParameterValueException');
  });

  it('update configuration: keep what is absent, replace what is there', async () => {
    await api.call(
      create('f', {
        Environment: { Variables: { AB: 'c' } },
        Description: 'before',
        DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:000000000000:dlq' },
        LoggingConfig: { LogFormat: 'JSON', LogGroup: '/my/group' },
      }),
    );
    settle();
    const updated = await configure('f', { MemorySize: 256 });
    assert.equal(updated.json['LastUpdateStatus'], 'InProgress');
    assert.equal(updated.json['LastUpdateStatusReasonCode'], 'Creating');
    assert.equal(updated.json['State'], 'Active');
    assert.deepEqual(updated.json['Environment'], { Variables: { AB: 'c' } });
    assert.equal(updated.json['Description'], 'before');
    settle();
    const cleared = await configure('f', {
      Environment: {},
      DeadLetterConfig: {},
      LoggingConfig: { LogGroup: '/other' },
      RevisionId: ((await get('f')) as { Configuration: { RevisionId: string } }).Configuration.RevisionId,
    });
    assert.ok(!('Environment' in cleared.json));
    assert.deepEqual(cleared.json['DeadLetterConfig'], {
      TargetArn: 'arn:aws:sqs:us-east-1:000000000000:dlq',
    });
    assert.deepEqual(cleared.json['LoggingConfig'], { LogFormat: 'Text', LogGroup: '/other' });
    settle();
    const last = await configure('f', { DeadLetterConfig: { TargetArn: '' } });
    assert.ok(!('DeadLetterConfig' in last.json));
  });

  it('send dead letters to standard queues and topics that are there', async () => {
    const arn = (service: string, name: string): string =>
      `arn:aws:${service}:us-east-1:000000000000:${name}`;
    api.standings.set(arn('sqs', 'gone'), 'missing').set(arn('sqs', 'dlq'), {});
    const to = (TargetArn: string) => ({ DeadLetterConfig: { TargetArn } });
    const kind = 'Invalid dead letter queue ARN: ARNs must be of a standard SQS queue or SNS topic:';
    for (const [target, words] of [
      [arn('sqs', 'q.fifo'), kind],
      [arn('sns', 't.fifo'), kind],
      [arn('lambda', 'function:g'), kind],
      [arn('sqs', 'gone'), 'Invalid dead letter queue ARN: There is no such resource:'],
    ] as const) {
      const refused = await api.refused(create('f', to(target)));
      assert.deepEqual([refused.code, refused.message], ['InvalidParameterValueException', words + target]);
    }
    await api.call(create('f', to(arn('sqs', 'dlq'))));
    settle();
    const request = onFunction('PUT', 'f', '/configuration', { body: to(arn('sqs', 'gone')) });
    assert.match((await api.refused(request)).message, /There is no such resource/);
    const { json } = await configure('f', to(arn('sns', 'topic')));
    assert.deepEqual(json['DeadLetterConfig'], { TargetArn: arn('sns', 'topic') });
    settle();
    // What it has is not looked up again for another change.
    api.standings.set(arn('sns', 'topic'), 'missing');
    assert.equal((await configure('f', { MemorySize: 256 })).status, 200);
  });

  it('change the revision with every call and again when it is done, same values or not', async () => {
    const revision = async (): Promise<string> =>
      ((await get('f')) as { Configuration: { RevisionId: string } }).Configuration.RevisionId;
    const seen: string[] = [];
    await api.call(create('f'));
    seen.push(await revision());
    settle();
    seen.push(await revision());
    await configure('f', {});
    seen.push(await revision());
    settle();
    seen.push(await revision());
    assert.equal(new Set(seen).size, 4);
  });

  it('update code: with DryRun only say what would be', async () => {
    await api.call(create('f'));
    settle();
    const before = await get('f');
    const other = Buffer.from(ZIP);
    other[ZIP.length - 1] = 0;
    const dry = await api.call(
      onFunction('PUT', 'f', '/code', {
        body: { ZipFile: ZIP.toString('base64'), Architectures: ['arm64'], DryRun: true },
      }),
    );
    assert.deepEqual(dry.json['Architectures'], ['arm64']);
    const strip = (json: Record<string, unknown>) => ({ ...json, Code: undefined });
    assert.deepEqual(strip(await get('f')), strip(before));
    const real = await api.call(
      onFunction('PUT', 'f', '/code', {
        body: { ZipFile: ZIP.toString('base64'), Architectures: ['arm64'] },
      }),
    );
    assert.deepEqual(real.json['Architectures'], ['arm64']);
    assert.equal(
      (await api.refused(onFunction('PUT', 'f', '/code', { body: { Architectures: ['arm64'] } }))).code,
      'ResourceConflictException',
    );
    settle();
    assert.equal(
      (await api.refused(onFunction('PUT', 'f', '/code', { body: { Architectures: ['arm64'] } }))).message,
      'Please provide a source for function code.',
    );
  });

  it('that come at the same moment are made one after the other: the first wins', async () => {
    const settled = await Promise.allSettled([1, 2, 3].map(() => api.call(create('f'))));
    assert.deepEqual(settled.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
    for (const outcome of settled)
      if (outcome.status === 'rejected')
        assert.equal((outcome.reason as Error).message, 'Function already exist: f');
    settle();
    const update = () =>
      api.call(onFunction('PUT', 'f', '/code', { body: { ZipFile: ZIP.toString('base64') } }));
    const updates = await Promise.allSettled([update(), update()]);
    assert.deepEqual(updates.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    settle();
    const [gone] = await Promise.allSettled([update(), api.call(onFunction('DELETE', 'f'))]);
    assert.equal(gone.status, 'rejected');
    assert.equal(api.store.get('f'), undefined);
  });

  it('delete: 204 without a body, and the name is free again', async () => {
    await api.call(create('f'));
    const answer = await api.call(onFunction('DELETE', 'f'));
    assert.equal(answer.status, 204);
    assert.equal(answer.body, '');
    assert.equal((await api.call(create('f'))).status, 201);
    assert.equal((await api.call(onFunction('DELETE', 'f', '', { query: { Qualifier: '7' } }))).status, 204);
    assert.equal((await get('f'))['Configuration'] === undefined, false);
  });
});
