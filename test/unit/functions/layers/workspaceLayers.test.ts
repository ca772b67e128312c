import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DeploymentTarget } from '../../../../src/protocol/deployment.ts';
import type { DeclaredLayer } from '../../../../src/protocol/workspace.ts';
import { createWorkspaceFunctions } from '../../../../src/host/functions/workspaceFunctions.ts';
import { zipOf } from '../../../helpers/zip.ts';
import { declaredFunction, openStore, type StoreFixture } from '../storeFixture.ts';

const template = '/ws/template.yaml';
const owner = { template, logicalId: 'Deps' };
const PREFIX = 'arn:aws:lambda:us-east-1:000000000000:layer:';

const declaredLayer = (change: Partial<DeclaredLayer> = {}): DeclaredLayer => ({
  owner,
  name: 'deps',
  root: '/ws/deps',
  description: 'what we share',
  compatibleRuntimes: ['nodejs22.x'],
  declaration: { file: template, startLine: 1, startColumn: 0, endLine: 1, endColumn: 4 },
  ...change,
});

describe('layers of the workspace', () => {
  let fixture: StoreFixture;
  let target: DeploymentTarget;
  beforeEach(async () => {
    fixture = await openStore();
    target = createWorkspaceFunctions(fixture.store);
  });
  afterEach(() => fixture.close());

  const seen = (): [string, unknown][] =>
    fixture.store.layers.summaries().map(({ arn, root }) => [arn.slice(PREFIX.length), root]);

  const declareFunction = (): void => {
    const { owner: own, ...rest } = declaredFunction('orders');
    target.declare({ ...rest, owner: { ...own, template }, layers: ['Deps'] });
  };
  const attached = (): unknown => fixture.store.get('orders')?.layers;

  it('are one version each, which stays and follows the folder', async () => {
    target.declareLayer(declaredLayer());
    declareFunction();
    assert.deepEqual(attached(), [{ arn: `${PREFIX}deps:1`, codeSize: 0 }]);
    fixture.changes.length = 0;
    await target.deployLayer(owner, { kind: 'folder', root: '/ws/deps', hash: 'ab'.repeat(32), size: 77 });
    assert.deepEqual(attached(), [{ arn: `${PREFIX}deps:1`, codeSize: 77 }]);
    assert.deepEqual(fixture.changes, [['orders', 'configuration']], 'environments of the old one end');
    assert.deepEqual(fixture.store.layerFolders(fixture.store.get('orders')!).folders, ['/ws/deps']);
    // The same once more is nothing new.
    await target.deployLayer(owner, { kind: 'folder', root: '/ws/deps', hash: 'ab'.repeat(32), size: 77 });
    target.declareLayer(declaredLayer());
    assert.equal(fixture.changes.length, 1);
    target.declareLayer(declaredLayer({ description: 'another' }));
    assert.deepEqual(seen(), [['deps:1', '/ws/deps']]);
    assert.equal(fixture.store.layers.ofOwner(owner)?.description, 'another');
  });

  it('stand beside what others publish under their name', () => {
    fixture.store.layers.publish(`${PREFIX}deps`, {
      source: 'published',
      description: '',
      content: { kind: 'zip', artifact: 'a' },
      codeSha256: 'a',
      codeSize: 1,
    });
    target.declareLayer(declaredLayer());
    target.declareLayer(declaredLayer({ owner: { template, logicalId: 'Second' }, root: '/ws/second' }));
    assert.deepEqual(seen(), [
      ['deps:1', undefined],
      ['deps:2', '/ws/deps'],
      ['deps:3', '/ws/second'],
    ]);
  });

  it('are another layer under another name, and come back under their number', () => {
    target.declareLayer(declaredLayer());
    declareFunction();
    target.declareLayer(declaredLayer({ name: 'other' }));
    assert.deepEqual(seen(), [['other:1', '/ws/deps']]);
    declareFunction();
    assert.deepEqual(attached(), [{ arn: `${PREFIX}other:1`, codeSize: 0 }]);
    target.declareLayer(declaredLayer());
    assert.deepEqual(seen(), [['deps:1', '/ws/deps']]);
  });

  it('go with their owner and come back with it, for their functions too', () => {
    target.declareLayer(declaredLayer());
    declareFunction();
    assert.deepEqual(target.ownedLayers(), [owner]);
    target.remove(owner);
    assert.deepEqual([seen(), target.ownedLayers()], [[], []]);
    assert.deepEqual(target.missingLayers('orders'), [`${PREFIX}deps:1`]);
    let told = 0;
    const end = target.onLayersChanged(() => told++);
    target.declareLayer(declaredLayer());
    end();
    assert.deepEqual(target.missingLayers('orders'), []);
    assert.equal(told, 1);
  });

  it('come from a zip, and keep the last good one', async () => {
    const zip = path.join(fixture.folder, 'deps.zip');
    const { root: _root, ...declared } = declaredLayer({ zip });
    target.declareLayer(declared);
    declareFunction();
    assert.deepEqual(target.missingLayers('orders'), [`${PREFIX}deps:1`]);
    await writeFile(zip, await zipOf({ 'nodejs/node_modules/a/index.js': '1' }));
    await target.deployLayer(owner, { kind: 'zip', file: zip });
    const { folders } = fixture.store.layerFolders(fixture.store.get('orders')!);
    assert.equal(folders.length, 1);
    assert.ok(fixture.store.layers.ofOwner(owner)!.codeSize > 0);
    await writeFile(zip, 'no zip');
    await assert.rejects(target.deployLayer(owner, { kind: 'zip', file: zip }), /Could not unzip/);
    target.declareLayer(declared);
    assert.deepEqual(fixture.store.layerFolders(fixture.store.get('orders')!).folders, folders);
  });

  it('that somebody deleted by the API come back with their next save', () => {
    target.declareLayer(declaredLayer());
    fixture.store.layers.delete(`${PREFIX}deps`, 1);
    assert.deepEqual(target.ownedLayers(), []);
    target.declareLayer(declaredLayer());
    assert.deepEqual(seen(), [['deps:1', '/ws/deps']]);
  });

  it('of other templates and accounts are named by their ARN', () => {
    const arn = 'arn:aws:lambda:us-east-1:017000801446:layer:Tools:7';
    const { owner: own, ...rest } = declaredFunction('orders');
    target.declare({ ...rest, owner: own, layers: [arn] });
    assert.deepEqual(attached(), [{ arn, codeSize: 0 }]);
    assert.deepEqual(target.missingLayers('orders'), [arn]);
  });
});
