import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KEPT_MS } from '../../../../src/host/functions/keeping.ts';
import { freezeLayers } from '../../../../src/host/functions/layers/attachedLayers.ts';
import { parseLayerVersionArn } from '../../../../src/host/functions/layers/layerArn.ts';
import type { NewLayerVersion } from '../../../../src/host/functions/layers/layerStore.ts';
import { zipOf } from '../../../helpers/zip.ts';
import { newFunction, openStore, type StoreFixture } from '../storeFixture.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:layer:deps';

const fresh = (artifact: string, more: Partial<NewLayerVersion> = {}): NewLayerVersion => ({
  source: 'published',
  description: '',
  content: { kind: 'zip', artifact },
  codeSha256: artifact,
  codeSize: 1,
  ...more,
});

describe('layers', () => {
  let fixture: StoreFixture;
  beforeEach(async () => {
    fixture = await openStore();
  });
  afterEach(() => fixture.close());

  const numbers = (): number[] => fixture.store.layers.versions(ARN).map(({ version }) => version);
  const publish = (artifact = 'a'): number => fixture.store.layers.publish(ARN, fresh(artifact)).version;

  it('count up, never give a number twice, and come back after a kill', () => {
    assert.deepEqual([publish(), publish()], [1, 2]);
    assert.equal(fixture.store.layers.delete(ARN, 2), true);
    assert.equal(fixture.store.layers.delete(ARN, 2), false);
    assert.equal(fixture.store.layers.delete(ARN, 1), true);
    fixture.restart();
    assert.equal(publish(), 3);
    const { layers } = fixture.restart();
    assert.deepEqual(numbers(), [3]);
    assert.equal(layers.find(`${ARN}:3`)?.createdAt, fixture.clock.serviceNow());
    assert.equal(layers.find(`${ARN}:1`), undefined);
    assert.equal(layers.find(ARN), undefined);
    assert.deepEqual(
      fixture.events.flatMap(event =>
        event.type === 'layer'
          ? [event.layer.arn]
          : event.type === 'layerDeleted'
            ? [`gone ${event.arn}`]
            : [],
      ),
      [`${ARN}:1`, `${ARN}:2`, `gone ${ARN}:2`, `gone ${ARN}:1`, `${ARN}:3`],
    );
  });

  it('take an import under its own number, once more in its place', () => {
    const { layers } = fixture.store;
    const foreign = 'arn:aws:lambda:eu-west-1:017000801446:layer:Tools';
    layers.import(foreign, 7, fresh('a', { source: 'imported' }));
    layers.import(foreign, 7, fresh('b', { source: 'imported' }));
    layers.import(foreign, 3, fresh('c', { source: 'imported' }));
    const kept = fixture.restart().layers;
    assert.deepEqual(
      kept.versions(foreign).map(({ version, codeSha256 }) => [version, codeSha256]),
      [
        [7, 'b'],
        [3, 'c'],
      ],
    );
    assert.equal(kept.publish(foreign, fresh('d')).version, 8);
  });

  it('keep their policy until it is taken away', () => {
    publish();
    const policy = { revisionId: 'r', statements: [] };
    fixture.store.layers.setPolicy(ARN, 1, policy);
    assert.deepEqual(fixture.restart().layers.get(ARN, 1)?.policy, policy);
    fixture.store.layers.setPolicy(ARN, 1, undefined);
    assert.equal(fixture.restart().layers.get(ARN, 1)?.policy, undefined);
  });

  it('stay usable for functions that have them after they were deleted, and their zip with them', async () => {
    const { code, layers } = fixture.store;
    const { artifact } = await code.add(await zipOf({ 'lib/a': '1' }));
    const other = await code.add(await zipOf({ 'lib/b': '2' }));
    layers.publish(ARN, fresh(artifact));
    layers.publish(ARN, fresh(other.artifact));
    fixture.store.create(newFunction('f', { layers: [{ arn: `${ARN}:1`, codeSize: 1, artifact }] }), 'now');
    layers.delete(ARN, 1);
    layers.delete(ARN, 2);
    const store = fixture.restart();
    await store.sweep();
    const { folders, missing } = store.layerFolders(store.get('f')!);
    assert.deepEqual([folders, missing], [[store.code.filesOf(artifact)], []]);
    assert.equal(await store.code.unzippedSizeOf(artifact), 1);
    await assert.rejects(store.code.unzippedSizeOf(other.artifact), { code: 'ENOENT' });
  });

  it('that are not there are told, and used as soon as they are', () => {
    const { layers } = fixture.store;
    const foreign = 'arn:aws:lambda:us-east-1:017000801446:layer:Tools:7';
    fixture.store.create(newFunction('f', { layers: [{ arn: foreign, codeSize: 0 }] }), 'now');
    assert.deepEqual(fixture.store.layerFolders(fixture.store.get('f')!), {
      folders: [],
      missing: [foreign],
    });
    fixture.changes.length = 0;
    const { layerArn, version } = parseLayerVersionArn(foreign)!;
    layers.import(layerArn, version, fresh('abc', { source: 'imported', codeSize: 5 }));
    assert.deepEqual(fixture.changes, [['f', 'configuration']], 'its environments end');
    const record = fixture.store.get('f')!;
    assert.deepEqual(record.layers, [{ arn: foreign, codeSize: 5, artifact: 'abc' }]);
    assert.deepEqual(fixture.store.layerFolders(record), {
      folders: [fixture.store.code.filesOf('abc')],
      missing: [],
    });
  });

  it('of a folder are kept as they are for a published version', async () => {
    const { code, layers } = fixture.store;
    const root = path.join(fixture.folder, 'deps');
    await mkdir(root);
    await writeFile(path.join(root, 'a.js'), '1');
    layers.publish(ARN, fresh('', { source: 'workspace', content: { kind: 'folder', root } }));
    const attached = [
      { arn: `${ARN}:1`, codeSize: 1 },
      { arn: `${ARN}:9`, codeSize: 0 },
      { arn: `${ARN}:2`, codeSize: 2, artifact: 'kept' },
    ];
    const [frozen, ...others] = await freezeLayers(attached, layers, folder => code.addTree(folder));
    assert.match(frozen?.artifact ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual(others, attached.slice(1));
  });

  it('of a template that is gone are forgotten after 7 days, but not their number', () => {
    const { layers } = fixture.store;
    const owner = { template: '/ws/template.yaml', logicalId: 'Deps' };
    layers.hide(layers.publish(ARN, fresh('a', { source: 'workspace', owner })));
    assert.deepEqual(numbers(), []);
    fixture.clock.advance(KEPT_MS - 1);
    assert.deepEqual(fixture.restart().layers.artifacts(), ['a']);
    assert.equal(fixture.store.layers.restore(owner, ARN)?.version, 1);
    fixture.store.layers.delete(ARN, 1);
    fixture.clock.advance(KEPT_MS + 1);
    assert.deepEqual(fixture.restart().layers.artifacts(), []);
    assert.equal(fixture.store.layers.restore(owner, ARN), undefined);
    assert.equal(publish(), 2);
  });
});

describe("a layer version's ARN", () => {
  it('is read where it names one version', () => {
    assert.deepEqual(parseLayerVersionArn('arn:aws-cn:lambda:cn-north-1:123456789012:layer:a-b_C:12'), {
      layerArn: 'arn:aws-cn:lambda:cn-north-1:123456789012:layer:a-b_C',
      region: 'cn-north-1',
      accountId: '123456789012',
      name: 'a-b_C',
      version: 12,
    });
    for (const text of [
      ARN,
      `${ARN}:0`,
      `${ARN}:01`,
      `${ARN}:x`,
      `${ARN}:1:1`,
      ` ${ARN}:1`,
      `${ARN}:1\n`,
      '',
    ])
      assert.equal(parseLayerVersionArn(text), undefined, text);
    assert.equal(parseLayerVersionArn('arn:aws:lambda:::awslayer:AmazonLinux1803'), undefined);
  });
});
