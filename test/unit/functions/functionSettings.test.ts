import assert from 'node:assert/strict';
import type { SettingKey, SettingKind } from '../../../src/host/functions/functionSettings.ts';
import { newFunction, openStore, type StoreFixture } from './storeFixture.ts';

describe('what is stored beside a function', () => {
  let fixture: StoreFixture;
  let told: [SettingKind, SettingKey][];
  beforeEach(async () => {
    fixture = await openStore();
    for (const name of ['f', 'g']) fixture.store.create(newFunction(name), 'now');
    told = [];
    fixture.store.settings.onChange((kind, key) => told.push([kind, key]));
  });
  afterEach(() => fixture.close());

  it('has one value for each function, qualifier and kind', () => {
    const { settings } = fixture.store;
    const reserved = settings.of<number>('reserved-concurrency');
    const urls = settings.of<{ id: string }>('url');
    assert.equal(reserved.get('f'), undefined);
    reserved.put('f', '', 5);
    reserved.put('f', '', 7);
    urls.put('f', 'live', { id: 'a' });
    urls.put('g', '', { id: 'b' });
    assert.equal(reserved.get('f'), 7);
    assert.equal(reserved.get('g'), undefined);
    assert.deepEqual(urls.get('f', 'live'), { id: 'a' });
    assert.deepEqual(urls.list(), [
      { functionName: 'f', qualifier: 'live', value: { id: 'a' } },
      { functionName: 'g', qualifier: '', value: { id: 'b' } },
    ]);
    assert.deepEqual(
      urls.list('g').map(({ functionName }) => functionName),
      ['g'],
    );
    assert.equal(urls.delete('f'), false);
    assert.equal(urls.delete('f', 'live'), true);
    assert.equal(urls.get('f', 'live'), undefined);
    assert.deepEqual(told.at(-1), ['url', { functionName: 'f', qualifier: 'live' }]);
    assert.equal(told.length, 5);
  });

  it('goes with a version or alias, but for the kinds that outlive it', () => {
    const { settings } = fixture.store;
    settings.of('policy').put('f', 'live', {});
    settings.of('url').put('f', 'live', {});
    settings.of('policy').put('f', '', {});
    settings.deleteQualifier('f', 'live', ['url']);
    assert.equal(settings.of('policy').get('f', 'live'), undefined);
    assert.deepEqual(settings.of('url').get('f', 'live'), {});
    assert.deepEqual(settings.of('policy').get('f'), {});
  });

  it('goes with its function, and comes back with one that its workspace lost for a while', () => {
    const { store } = fixture;
    const owner = { template: 'template.yaml', logicalId: 'Orders' };
    const reserved = store.settings.of<number>('reserved-concurrency');
    reserved.put('f', '', 1);
    store.delete('f');
    store.create(newFunction('f', { owner }), 'now');
    assert.equal(reserved.get('f'), undefined);
    reserved.put('f', '', 2);
    store.hide('f');
    assert.equal(reserved.get('f'), undefined);
    assert.deepEqual(reserved.list(), []);
    assert.throws(() => reserved.put('f', '', 3), /no function f/);
    store.restore(owner, 'f');
    assert.equal(reserved.get('f'), 2);
  });
});
