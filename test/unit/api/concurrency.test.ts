/** Reserved and provisioned concurrency, and the account's arithmetic of both. */
import assert from 'node:assert/strict';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { create, openApi, type ApiAnswer, type ApiFixture, type ApiRequest } from './apiFixture.ts';

const reserved = (method: string, name: string, amount?: unknown): ApiRequest => ({
  method,
  path: `/${method === 'GET' ? '2019-09-30' : '2017-10-31'}/functions/${name}/concurrency`,
  ...(amount === undefined ? {} : { body: { ReservedConcurrentExecutions: amount } }),
});
const provisioned = (method: string, name: string, qualifier: string, amount?: number): ApiRequest => ({
  method,
  path: `/2019-09-30/functions/${name}/provisioned-concurrency`,
  query: { Qualifier: qualifier },
  ...(amount === undefined ? {} : { body: { ProvisionedConcurrentExecutions: amount } }),
});

describe('concurrency', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
    for (const name of ['f', 'g']) await api.call(create(name));
    api.clock.advance(TRANSITION_MS);
  });
  afterEach(() => api.close());

  const unreserved = async (): Promise<unknown> => {
    const { json } = await api.call({ method: 'GET', path: '/2016-08-19/account-settings' });
    return (json['AccountLimit'] as { UnreservedConcurrentExecutions: number })
      .UnreservedConcurrentExecutions;
  };
  /** Versions of `f`, `1` and more. */
  const publish = async (times: number): Promise<void> => {
    for (let index = 0; index < times; index++) {
      api.store.update('f', 'configuration', { description: `${index}` }, 'now');
      await api.store.versions.publish('f');
    }
  };

  it('is reserved, shown and given back; each change is a new revision of the function', async () => {
    const revision = (): string | undefined => api.store.get('f')?.revisionId;
    const shown = async () =>
      (await api.call({ method: 'GET', path: '/2015-03-31/functions/f' })).json['Concurrency'];
    assert.deepEqual((await api.call(reserved('GET', 'f'))).json, {});
    const first = revision();
    const put = await api.call(reserved('PUT', 'f', 5));
    assert.deepEqual([put.status, put.json], [200, { ReservedConcurrentExecutions: 5 }]);
    const second = revision();
    assert.notEqual(second, first);
    assert.deepEqual((await api.call(reserved('GET', 'f'))).json, { ReservedConcurrentExecutions: 5 });
    assert.deepEqual(await shown(), { ReservedConcurrentExecutions: 5 });
    assert.equal(
      (await api.call({ method: 'GET', path: '/2015-03-31/functions/f', query: { Qualifier: '$LATEST' } }))
        .json['Concurrency'],
      undefined,
    );
    assert.equal(await unreserved(), 995);
    assert.equal((await api.call(reserved('DELETE', 'f'))).status, 204);
    assert.notEqual(revision(), second);
    assert.equal((await api.call(reserved('DELETE', 'f'))).status, 204);
    assert.equal(await shown(), undefined);
    assert.equal(await unreserved(), 1_000);
  });

  it('leaves the account 100, its own old reservation not counted', async () => {
    await api.call(reserved('PUT', 'g', 100));
    assert.equal((await api.call(reserved('PUT', 'f', 800))).status, 200);
    assert.equal((await api.call(reserved('PUT', 'f', 799))).status, 200);
    const error = await api.refused(reserved('PUT', 'f', 801));
    assert.equal(
      error.message,
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    );
    assert.equal(error.type, undefined);
    assert.equal((await api.call(reserved('PUT', 'f', 0))).status, 200);
  });

  it('is provisioned for versions and aliases, in progress with nothing allocated', async () => {
    await publish(1);
    const put = await api.call(provisioned('PUT', 'f', '1', 3));
    const shown = {
      RequestedProvisionedConcurrentExecutions: 3,
      AllocatedProvisionedConcurrentExecutions: 0,
      AvailableProvisionedConcurrentExecutions: 0,
      Status: 'IN_PROGRESS',
    };
    const { LastModified, ...rest } = put.json;
    assert.equal(put.status, 202);
    assert.deepEqual(rest, shown);
    assert.match(String(LastModified), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/);
    assert.deepEqual((await api.call(provisioned('GET', 'f', '1'))).json, put.json);
    assert.equal(await unreserved(), 997);
    await api.call(reserved('PUT', 'f', 10));
    assert.equal(await unreserved(), 990, 'a reservation covers it');
    assert.equal((await api.call(provisioned('DELETE', 'f', '1'))).status, 204);
    assert.equal((await api.call(provisioned('DELETE', 'f', '1'))).status, 204);
    const none = await api.refused(provisioned('GET', 'f', '1'));
    assert.equal(none.code, 'ProvisionedConcurrencyConfigNotFoundException');
  });

  it('is provisioned within the reservation, or within the account', async () => {
    await publish(2);
    assert.match(
      (await api.refused(provisioned('PUT', 'f', '1', 1_001))).message,
      /unreserved concurrency \[1000\]/,
    );
    assert.match((await api.refused(provisioned('PUT', 'f', '1', 901))).message, /minimum value of \[100\]/);
    assert.equal((await api.call(provisioned('PUT', 'f', '1', 900))).status, 202);
    assert.equal((await api.call(provisioned('PUT', 'f', '1', 899))).status, 202, 'in place of its own');
    assert.match(
      (await api.refused(provisioned('PUT', 'f', '2', 102))).message,
      /unreserved concurrency \[101\]/,
    );
    await api.call(provisioned('PUT', 'f', '1', 2));
    const low = await api.refused(reserved('PUT', 'f', 1));
    assert.equal(
      low.message,
      " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency [2].",
    );
    await api.call(reserved('PUT', 'f', 2));
    for (const [qualifier, amount] of [
      ['1', 3],
      ['2', 1],
    ] as const)
      assert.equal(
        (await api.refused(provisioned('PUT', 'f', qualifier, amount))).message,
        'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
      );
  });

  it('is of a version or of its alias', async () => {
    await publish(2);
    const alias = (name: string, version: string): void => {
      api.store.aliases.put('f', { name, version, description: '' });
    };
    alias('live', '1');
    await api.call(provisioned('PUT', 'f', '1', 1));
    assert.equal(
      (await api.refused(provisioned('PUT', 'f', 'live', 1))).message,
      "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
    );
    alias('live', '2');
    await api.call(provisioned('PUT', 'f', 'live', 1));
    assert.equal(
      (await api.refused(provisioned('PUT', 'f', '2', 1))).message,
      'Version is pointed by a Provisioned Concurrency alias',
    );
    const list = async (query: Readonly<Record<string, string>>): Promise<ApiAnswer> =>
      api.call({
        method: 'GET',
        path: '/2019-09-30/functions/f/provisioned-concurrency',
        query: { List: 'ALL', ...query },
      });
    const first = (await list({ MaxItems: '1' })).json;
    const second = (await list({ MaxItems: '1', Marker: String(first['NextMarker']) })).json;
    const arns = [first, second].flatMap(({ ProvisionedConcurrencyConfigs: configs }) =>
      (configs as { FunctionArn: string }[]).map(({ FunctionArn }) => FunctionArn.split(':').at(-1)),
    );
    assert.deepEqual(arns, ['1', 'live']);
    assert.equal(second['NextMarker'], null);
    api.store.aliases.delete('f', 'live');
    assert.equal((await list({})).json['NextMarker'], null);
    assert.equal(((await list({})).json['ProvisionedConcurrencyConfigs'] as unknown[]).length, 1);
  });
});
