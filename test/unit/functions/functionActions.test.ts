import assert from 'node:assert/strict';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { createFunctionActions } from '../../../src/host/functions/functionActions.ts';
import { KEPT_MS } from '../../../src/host/functions/keeping.ts';
import { newFunction, openStore, type StoreFixture } from './storeFixture.ts';

describe('a function that is deleted and can come back', () => {
  let fixture: StoreFixture;
  beforeEach(async () => {
    fixture = await openStore();
  });
  afterEach(() => fixture.close());
  const actions = () => createFunctionActions(fixture.store);

  it('is gone, and comes back with its alias and settings', () => {
    const { store } = fixture;
    store.create(newFunction('f', { memorySize: 512 }), 'now');
    store.aliases.put('f', { name: 'live', version: '$LATEST', description: 'as it is' });
    assert.equal(actions().delete('f').name, 'f');
    assert.equal(store.get('f'), undefined);
    assert.deepEqual(store.list(), []);
    const restored = actions().restore('f');
    assert.equal(restored.memorySize, 512);
    assert.deepEqual(
      restored.aliases?.map(({ name, description }) => [name, description]),
      [['live', 'as it is']],
    );
  });

  it('does not come back over another one of its name, and then is the one that was deleted last', () => {
    const { store } = fixture;
    store.create(newFunction('f', { memorySize: 512 }), 'now');
    actions().delete('f');
    fixture.clock.advance(1_000);
    store.create(newFunction('f', { memorySize: 1024 }), 'now');
    assert.throws(() => actions().restore('f'), /there is another function of that name/);
    actions().delete('f');
    assert.equal(actions().restore('f').memorySize, 1024);
  });

  it('is kept for 7 days', () => {
    fixture.store.create(newFunction('f'), 'now');
    actions().delete('f');
    fixture.clock.advance(KEPT_MS + 2_000);
    assert.throws(
      () => actions().restore('f'),
      /not among the functions that were deleted in the last 7 days/,
    );
  });

  it('is none that is not there, and none of a workspace', () => {
    const { store } = fixture;
    assert.throws(() => actions().delete('f'), AwsError);
    store.create(newFunction('f', { owner: { template: '/ws/template.yaml', logicalId: 'F' } }), 'now');
    assert.throws(() => actions().delete('f'), /declared by F in \/ws\/template.yaml/);
    store.hide('f');
    assert.throws(() => actions().restore('f'), AwsError);
    assert.notEqual(store.restore({ template: '/ws/template.yaml', logicalId: 'F' }, 'f'), undefined);
  });
});
