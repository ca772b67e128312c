import assert from 'node:assert/strict';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { ARN, create, onFunction, openApi, ROLE, ZIP, type ApiFixture } from './apiFixture.ts';

describe('the operations of versions and aliases', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.close());

  const settle = (): void => api.clock.advance(TRANSITION_MS);
  const make = async (name = 'f', change: Record<string, unknown> = {}): Promise<void> => {
    await api.call(create(name, change));
    settle();
  };
  const publish = async (body: Record<string, unknown> = {}, name = 'f') =>
    api.call(onFunction('POST', name, '/versions', { body }));
  const configure = async (body: Record<string, unknown>) => {
    const answer = await api.call(onFunction('PUT', 'f', '/configuration', { body }));
    settle();
    return answer.json;
  };
  const get = async (qualifier?: string) => {
    const query = qualifier === undefined ? {} : { Qualifier: qualifier };
    return (await api.call(onFunction('GET', 'f', '/configuration', { query }))).json;
  };
  const putAlias = (body: Record<string, unknown>, name?: string) =>
    name === undefined
      ? onFunction('POST', 'f', '/aliases', { body })
      : onFunction('PUT', 'f', `/aliases/${name}`, { body });

  it('publish: 201 with the version, Active at once and in its own words; $LATEST gets another revision', async () => {
    await make('f', { Description: 'latest', Tags: { k: 'v' } });
    const before = await get();
    const { status, json } = await publish({ Description: 'first' });
    assert.equal(status, 201);
    assert.equal(json['FunctionArn'], `${ARN}f:1`);
    assert.equal(json['Version'], '1');
    assert.equal(json['Description'], 'first');
    assert.equal(json['State'], 'Active');
    assert.equal(json['LastUpdateStatus'], 'Successful');
    assert.equal(json['LastModified'], before['LastModified']);
    const after = await get();
    assert.equal(new Set([json['RevisionId'], before['RevisionId'], after['RevisionId']]).size, 3);
    assert.equal(after['Description'], 'latest');
    assert.deepEqual(await get('1'), json);
    const whole = await api.call(onFunction('GET', 'f', '', { query: { Qualifier: '1' } }));
    assert.deepEqual(whole.json['Configuration'], json);
    assert.ok(!('Tags' in whole.json));
  });

  it('publish: the same version again, and no new revision, until something was updated', async () => {
    await make();
    const first = (await publish()).json;
    const { RevisionId } = await get();
    const again = await publish({ Description: 'other', RevisionId, CodeSha256: first['CodeSha256'] });
    assert.deepEqual([again.status, again.json], [201, first]);
    assert.equal((await get())['RevisionId'], RevisionId);
    await configure({});
    assert.equal((await publish()).json['Version'], '2');
    const code = { ZipFile: ZIP.toString('base64') };
    await api.call(onFunction('PUT', 'f', '/code', { body: code }));
    settle();
    assert.equal((await publish()).json['Version'], '3');
  });

  it('publish: is refused for another revision or hash, also where nothing changed, and while $LATEST is in transition', async () => {
    await api.call(create('f'));
    const pending = await api.refused(onFunction('POST', 'f', '/versions'));
    assert.equal(
      pending.message,
      'The operation cannot be performed at this time. The function is currently in the following state: Pending',
    );
    settle();
    await publish();
    const refused = (body: Record<string, unknown>) =>
      api.refused(onFunction('POST', 'f', '/versions', { body }));
    const both = await refused({ RevisionId: 'wrong', CodeSha256: 'wrong' });
    assert.deepEqual([both.code, both.status], ['PreconditionFailedException', 412]);
    assert.match((await refused({ CodeSha256: 'wrong' })).message, /^CodeSHA256 \(wrong\) is different/);
    await api.call(onFunction('PUT', 'f', '/configuration', { body: {} }));
    assert.match(
      (await refused({})).message,
      /^The operation cannot be performed at this time\. An update is in progress for resource: arn:/,
    );
    const gone = await api.refused(onFunction('POST', 'gone', '/versions'));
    assert.equal(gone.message, `Function not found: ${ARN}gone`);
  });

  it('create with Publish: version 1 in an unqualified ARN, Pending as $LATEST is', async () => {
    const { status, json } = await api.call(create('f', { Publish: true }));
    assert.equal(status, 201);
    assert.equal(json['Version'], '1');
    assert.equal(json['FunctionArn'], `${ARN}f`);
    assert.equal(json['State'], 'Pending');
    assert.equal(json['StateReasonCode'], 'Creating');
    assert.ok(!('LastUpdateStatus' in json));
    settle();
    const version = await get('1');
    const latest = await get();
    assert.deepEqual([version['State'], latest['State']], ['Active', 'Active']);
    assert.equal(version['LastUpdateStatus'], 'Successful');
    assert.equal(new Set([json['RevisionId'], version['RevisionId'], latest['RevisionId']]).size, 3);
    assert.deepEqual((await publish()).json, version);
  });

  it('update the code with Publish: the new version, Pending while $LATEST is InProgress; with DryRun nothing', async () => {
    await make();
    const body = { ZipFile: ZIP.toString('base64'), Publish: true };
    const dry = await api.call(onFunction('PUT', 'f', '/code', { body: { ...body, DryRun: true } }));
    assert.equal(dry.json['Version'], '$LATEST');
    assert.equal(api.store.versions.current('f'), undefined);
    const { status, json } = await api.call(onFunction('PUT', 'f', '/code', { body }));
    assert.equal(status, 200);
    assert.equal(json['FunctionArn'], `${ARN}f:1`);
    assert.equal(json['State'], 'Pending');
    assert.ok(!('LastUpdateStatus' in json));
    assert.deepEqual(await get('1'), json);
    const latest = await get('$LATEST');
    assert.equal(latest['LastUpdateStatus'], 'InProgress');
    assert.notEqual(latest['RevisionId'], json['RevisionId']);
    settle();
    assert.equal((await get('1'))['State'], 'Active');
    assert.equal((await get('1'))['LastUpdateStatus'], 'Successful');
  });

  it('versions and aliases are not updated; $LATEST may be named', async () => {
    await make();
    await publish();
    await api.call(putAlias({ Name: 'live', FunctionVersion: '1' }));
    const said =
      'Current operation does not support versions other than $LATEST. Please set the version to $LATEST or do not set a version in your request.';
    for (const name of ['f:1', 'f:live', `${ARN}f:1`]) {
      const code = { ZipFile: ZIP.toString('base64') };
      for (const [method, rest, body] of [
        ['PUT', '/configuration', {}],
        ['PUT', '/code', code],
        ['POST', '/versions', {}],
      ] as const) {
        const { status, message } = await api.refused(onFunction(method, name, rest, { body }));
        assert.deepEqual([status, message], [400, said], `${name}${rest}`);
      }
    }
    const answer = await api.call(onFunction('PUT', 'f:$LATEST', '/configuration', { body: { Timeout: 9 } }));
    assert.equal(answer.json['Timeout'], 9);
    assert.equal((await get('1'))['Timeout'], 3);
  });

  it('list the versions of a function: $LATEST, then by number, 50 at most, without their states', async () => {
    await make();
    for (let n = 1; n <= 60; n++) {
      api.store.update('f', 'code', {}, 'now');
      await api.store.versions.publish('f');
    }
    const list = async (query: Record<string, string> = {}) =>
      (await api.call(onFunction('GET', 'f', '/versions', { query }))).json as {
        readonly Versions: readonly Record<string, unknown>[];
        readonly NextMarker: string | null;
      };
    const first = await list({ MaxItems: '1000' });
    assert.deepEqual(
      first.Versions.map(version => version['Version']),
      ['$LATEST', ...Array.from({ length: 49 }, (_, index) => String(index + 1))],
    );
    assert.equal(first.Versions[0]?.['FunctionArn'], `${ARN}f:$LATEST`);
    assert.equal(first.Versions[9]?.['FunctionArn'], `${ARN}f:9`);
    assert.ok(!('State' in (first.Versions[1] ?? {})) && !('LastUpdateStatus' in (first.Versions[1] ?? {})));
    api.store.versions.delete('f', '49');
    const rest = await list({ Marker: first.NextMarker ?? '' });
    assert.deepEqual(
      rest.Versions.map(version => version['Version']),
      Array.from({ length: 11 }, (_, index) => String(index + 50)),
    );
    assert.equal(rest.NextMarker, null);
    assert.deepEqual((await list({ MaxItems: '1' })).Versions.length, 1);
    const wrong = await api.refused(
      onFunction('GET', 'f', '/versions', {
        query: { Marker: Buffer.from('after:live').toString('base64url') },
      }),
    );
    assert.match(wrong.message, /^Invalid pagination token: /);
  });

  it('list all versions of all functions, in pages that miss and repeat nothing', async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      await make(name);
      if (name === 'c') continue;
      for (let n = 1; n <= 3; n++) {
        api.store.update(name, 'code', {}, 'now');
        await api.store.versions.publish(name);
      }
    }
    const all = [];
    let marker: string | null = '';
    while (marker !== null) {
      const query: Record<string, string> = { FunctionVersion: 'ALL', MaxItems: '2', Marker: marker };
      const { json } = await api.call({ method: 'GET', path: '/2015-03-31/functions', query });
      for (const { FunctionArn } of json['Functions'] as { FunctionArn: string }[])
        all.push(FunctionArn.slice(ARN.length));
      marker = json['NextMarker'] as string | null;
    }
    const four = (name: string): string[] => ['$LATEST', '1', '2', '3'].map(version => `${name}:${version}`);
    assert.deepEqual(all, [...four('a'), ...four('b'), 'c:$LATEST', ...four('d')]);
    const plain = (await api.call({ method: 'GET', path: '/2015-03-31/functions' })).json;
    assert.equal((plain['Functions'] as unknown[]).length, 4);
  });

  it('delete a version: 204, also where there is none; one that an alias names stays', async () => {
    await make();
    await publish();
    await api.call(putAlias({ Name: 'live', FunctionVersion: '1' }));
    const remove = onFunction('DELETE', 'f', '', { query: { Qualifier: '1' } });
    const used = await api.refused(remove);
    assert.deepEqual(
      [used.status, used.message],
      [409, 'Unable to delete version because the following aliases reference it: [live]'],
    );
    await api.call(onFunction('DELETE', 'f', '/aliases/live'));
    assert.equal((await api.call(remove)).status, 204);
    assert.equal((await api.call(remove)).status, 204);
    const gone = await api.refused(onFunction('GET', 'f', '', { query: { Qualifier: '1' } }));
    assert.equal(gone.message, `Function not found: ${ARN}f:1`);
    assert.equal((await get())['Version'], '$LATEST');
  });

  it('count the code of versions in the account', async () => {
    await make();
    await publish();
    const { json } = await api.call({ method: 'GET', path: '/2016-08-19/account-settings' });
    assert.equal((json['AccountUsage'] as { TotalCodeSize: number }).TotalCodeSize, 2 * ZIP.length);
  });

  describe('aliases', () => {
    beforeEach(async () => {
      await make();
      await publish();
      await configure({ Timeout: 7 });
      await publish();
    });

    it('create and get: all members, and no routing as null', async () => {
      const { status, json } = await api.call(putAlias({ Name: 'live', FunctionVersion: '1' }));
      assert.equal(status, 201);
      const { RevisionId, ...rest } = json;
      assert.match(String(RevisionId), /^[0-9a-f-]{36}$/);
      assert.deepEqual(rest, {
        AliasArn: `${ARN}f:live`,
        Description: '',
        FunctionVersion: '1',
        Name: 'live',
        RoutingConfig: null,
      });
      assert.deepEqual((await api.call(onFunction('GET', 'f', '/aliases/live'))).json, json);
      const latest = await api.call(putAlias({ Name: 'dev', FunctionVersion: '$LATEST' }));
      assert.equal(latest.json['FunctionVersion'], '$LATEST');
    });

    it('get the function by them: their ARN, and the version that gets most', async () => {
      const routing = { AdditionalVersionWeights: { 2: 0.9 } };
      await api.call(putAlias({ Name: 'live', FunctionVersion: '1', RoutingConfig: routing }));
      const byAlias = await get('live');
      assert.equal(byAlias['FunctionArn'], `${ARN}f:live`);
      assert.equal(byAlias['Version'], '1');
      assert.equal(byAlias['Timeout'], 3);
      assert.equal(byAlias['RevisionId'], (await get('1'))['RevisionId']);
    });

    it('update: what is absent stays, an empty routing clears; each success is a revision', async () => {
      const routing = { AdditionalVersionWeights: { 2: 0.25 } };
      const body = { Name: 'live', FunctionVersion: '1', Description: 'd', RoutingConfig: routing };
      const made = (await api.call(putAlias(body))).json;
      const empty = (await api.call(putAlias({}, 'live'))).json;
      assert.deepEqual({ ...empty, RevisionId: 0 }, { ...made, RevisionId: 0 });
      assert.notEqual(empty['RevisionId'], made['RevisionId']);
      const stale = await api.refused(putAlias({ RevisionId: made['RevisionId'] }, 'live'));
      assert.equal(stale.status, 412);
      const fresh = { RevisionId: empty['RevisionId'], Description: '' };
      assert.equal((await api.call(putAlias(fresh, 'live'))).json['Description'], '');
      const overlapping = await api.refused(putAlias({ FunctionVersion: '2' }, 'live'));
      assert.equal(
        overlapping.message,
        'Invalid function version 2. Function version 2 is already included in routing configuration.',
      );
      for (const RoutingConfig of [{}, { AdditionalVersionWeights: {} }]) {
        await api.call(putAlias({ RoutingConfig: routing, FunctionVersion: '1' }, 'live'));
        const moved = (await api.call(putAlias({ FunctionVersion: '2', RoutingConfig }, 'live'))).json;
        assert.deepEqual([moved['FunctionVersion'], moved['RoutingConfig']], ['2', null]);
      }
    });

    it('of two versions: both must be there, with one role and one dead letter target', async () => {
      await configure({ Role: `${ROLE}2` });
      await publish();
      await configure({
        Role: ROLE,
        DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:000000000000:q' },
      });
      await publish();
      await api.call(putAlias({ Name: 'live', FunctionVersion: '1' }));
      const refused = async (version: string, more: Record<string, unknown> = {}) => {
        const RoutingConfig = { AdditionalVersionWeights: { [version]: 0.5 } };
        const error = await api.refused(putAlias({ RoutingConfig, ...more }, 'live'));
        return [error.code, error.status, error.type, error.message];
      };
      const invalid = ['InvalidParameterValueException', 400, undefined];
      assert.deepEqual(await refused('3'), [
        ...invalid,
        'Specified versions must be associated with the same execution role',
      ]);
      assert.deepEqual(await refused('4'), [
        ...invalid,
        'Specified versions must be configured with the same DLQ target',
      ]);
      assert.deepEqual(await refused('2', { FunctionVersion: '$LATEST' }), [
        ...invalid,
        '$LATEST is not supported for an alias pointing to more than 1 version',
      ]);
      assert.deepEqual(await refused('9'), [
        'ResourceNotFoundException',
        404,
        'User',
        `Function not found: ${ARN}f:9`,
      ]);
      for (const weight of [-0.1, 1.1]) {
        const bad = putAlias({ RoutingConfig: { AdditionalVersionWeights: { 2: weight } } }, 'live');
        assert.match(
          (await api.refused(bad)).message,
          new RegExp(
            `Value '{2=${weight}}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value`,
          ),
        );
      }
      const two = { RoutingConfig: { AdditionalVersionWeights: { 1: 0.1, 2: 0.1 } } };
      assert.match((await api.refused(putAlias(two, 'live'))).message, /cannot be greater than 1$/);
      for (const weight of [0, 1, 0.5]) {
        const RoutingConfig = { AdditionalVersionWeights: { 2: weight } };
        assert.deepEqual(
          (await api.call(putAlias({ RoutingConfig }, 'live'))).json['RoutingConfig'],
          RoutingConfig,
        );
      }
    });

    it('list by name, more than 50 at once, filtered by the first version alone', async () => {
      for (let n = 0; n < 53; n++)
        api.store.aliases.put('f', { name: `a${String(n).padStart(2, '0')}`, version: '1', description: '' });
      const RoutingConfig = { AdditionalVersionWeights: { 1: 0.5 } };
      await api.call(putAlias({ Name: 'b', FunctionVersion: '2', RoutingConfig }));
      const list = async (query: Record<string, string> = {}) =>
        (await api.call(onFunction('GET', 'f', '/aliases', { query }))).json as {
          readonly Aliases: readonly Record<string, unknown>[];
          readonly NextMarker: string | null;
        };
      assert.equal((await list()).Aliases.length, 54);
      assert.equal((await list({ FunctionVersion: '1' })).Aliases.length, 53);
      assert.deepEqual(
        (await list({ FunctionVersion: '2' })).Aliases.map(alias => alias['Name']),
        ['b'],
      );
      const first = await list({ MaxItems: '53' });
      assert.equal(first.Aliases.length, 53);
      const rest = await list({ MaxItems: '53', Marker: first.NextMarker ?? '' });
      assert.deepEqual([rest.Aliases.map(alias => alias['Name']), rest.NextMarker], [['b'], null]);
      const gone = await api.refused(onFunction('GET', 'gone', '/aliases'));
      assert.equal(gone.message, `Function not found: ${ARN}gone`);
    });

    it('delete: 204, also where there is none', async () => {
      await api.call(putAlias({ Name: 'live', FunctionVersion: '1' }));
      const remove = onFunction('DELETE', 'f', '/aliases/live');
      assert.equal((await api.call(remove)).status, 204);
      assert.equal((await api.call(remove)).status, 204);
      const gone = await api.refused(onFunction('GET', 'f', '/aliases/live'));
      assert.equal(gone.message, `Cannot find alias arn: ${ARN}f:live`);
      const unknown = await api.refused(putAlias({ Description: 'd' }, 'live'));
      assert.equal(unknown.message, `Alias not found: ${ARN}f:live`);
    });
  });
});
