import assert from 'node:assert/strict';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { newFunction, openStore, type StoreFixture } from './storeFixture.ts';

describe('aliases in the store', () => {
  let fixture: StoreFixture;
  beforeEach(async () => {
    fixture = await openStore();
    fixture.store.create(newFunction('f'), 'now');
    await fixture.store.versions.publish('f');
    fixture.store.update('f', 'code', {}, 'now');
    await fixture.store.versions.publish('f');
  });
  afterEach(() => fixture.close());

  it('name a version, under a revision of their own for each change', () => {
    const { store, changes } = fixture;
    changes.splice(0);
    const made = store.aliases.put('f', { name: 'live', version: '1', description: 'd' });
    assert.deepEqual(store.aliases.get('f', 'live'), made);
    assert.equal(store.get('f', 'live')?.version, '1');
    const moved = store.aliases.put('f', { name: 'live', version: '2', description: 'd' });
    assert.notEqual(moved.revisionId, made.revisionId);
    assert.deepEqual(fixture.restart().aliases.get('f', 'live'), moved);
    assert.equal(fixture.store.get('f', 'live')?.version, '2');
    assert.equal(fixture.store.get('f', 'dead'), undefined);
    assert.deepEqual(changes, [
      ['f', 'alias'],
      ['f', 'alias'],
    ]);
  });

  it('send their share to a second version, and show the first', () => {
    const { store } = fixture;
    store.aliases.put('f', {
      name: 'live',
      version: '1',
      additional: { version: '2', weight: 0.25 },
      description: '',
    });
    const resolve = (draw: number): string | undefined => store.resolve('f', 'live', () => draw);
    assert.deepEqual([0, 0.2499, 0.25, 0.99].map(resolve), ['2', '2', '1', '1']);
    assert.equal(store.get('f', 'live')?.version, '1');
    const put = (weight: number) =>
      store.aliases.put('f', {
        name: 'live',
        version: '1',
        additional: { version: '2', weight },
        description: '',
      });
    put(0);
    assert.equal(resolve(0), '1');
    put(1);
    assert.equal(resolve(0.999999), '2');
    const never = (): number => assert.fail('nothing to draw');
    assert.equal(store.resolve('f', '2', never), '2');
    assert.equal(store.resolve('f', '$LATEST', never), '$LATEST');
    assert.equal(store.resolve('f', '3', never), undefined);
    assert.equal(store.resolve('f', 'dead', never), undefined);
    assert.equal(store.resolve('gone', 'live', never), undefined);
  });

  it('keep their versions from being deleted', () => {
    const { store } = fixture;
    store.aliases.put('f', { name: 'live', version: '1', description: '' });
    const additional = { version: '1', weight: 0 };
    store.aliases.put('f', { name: 'canary', version: '2', additional, description: '' });
    assert.throws(
      () => store.versions.delete('f', '1'),
      (error: unknown) =>
        error instanceof AwsError &&
        error.status === 409 &&
        error.message ===
          'Unable to delete version because the following aliases reference it: [canary, live]',
    );
    store.aliases.delete('f', 'live');
    store.aliases.delete('f', 'canary');
    store.versions.delete('f', '1');
    assert.equal(store.get('f', '1'), undefined);
  });

  it('take their settings along when they go, but for the URL', () => {
    const { store } = fixture;
    store.aliases.put('f', { name: 'live', version: '1', description: '' });
    store.settings.of('policy').put('f', 'live', 1);
    store.settings.of('event-invoke').put('f', 'live', 2);
    store.settings.of('url').put('f', 'live', 3);
    assert.equal(store.aliases.delete('f', 'live'), true);
    assert.equal(store.aliases.delete('f', 'live'), false);
    assert.equal(store.settings.of('policy').get('f', 'live'), undefined);
    assert.equal(store.settings.of('event-invoke').get('f', 'live'), undefined);
    assert.equal(store.settings.of('url').get('f', 'live'), 3);
  });

  it('are told to clients with the figures of the versions', () => {
    const { store, events } = fixture;
    events.splice(0);
    store.aliases.put('f', {
      name: 'live',
      version: '1',
      additional: { version: '2', weight: 0.1 },
      description: 'd',
    });
    store.aliases.put('f', { name: 'beta', version: '$LATEST', description: '' });
    const [, event] = events;
    assert.ok(event?.type === 'function');
    assert.deepEqual(event.function.versions, { count: 2, highest: 2, current: 2 });
    assert.deepEqual(event.function.aliases, [
      { name: 'beta', version: '$LATEST', description: '' },
      { name: 'live', version: '1', additional: { version: '2', weight: 0.1 }, description: 'd' },
    ]);
    store.create(newFunction('plain'), 'now');
    const [first, second] = store.summaries();
    assert.deepEqual(first, event.function);
    assert.ok(second && !('versions' in second) && !('aliases' in second));
    assert.deepEqual(store.summary(store.get('f')!), first);
  });
});
