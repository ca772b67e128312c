import assert from 'node:assert/strict';
import { layerArnMistake, layerNameMistake, shortLayerName } from '../../../src/extension/layers/layerArn.ts';
import { ENTRIES_SHOWN, LayerContents } from '../../../src/extension/layers/layerContents.ts';
import { layerEntries } from '../../../src/extension/layers/layerEntries.ts';
import type { LayerEntry } from '../../../src/extension/layers/layerEntries.ts';
import { withLayer } from '../../../src/extension/layers/layerOrder.ts';
import { layerFileRow, layerRow, layerVersionRow } from '../../../src/extension/layers/layerRows.ts';
import { ProjectStore } from '../../../src/extension/project/projectStore.ts';
import type { FunctionSummary, LayerFolder, LayerVersionSummary } from '../../../src/protocol/model.ts';
import type { DeclaredLayer } from '../../../src/protocol/workspace.ts';
import { declaredFunction, functionSummary, workspaceModel } from './builders.ts';

const SCOPE = { accountId: '000000000000', region: 'us-east-1' };
const own = (name: string, version: number): string =>
  `arn:aws:lambda:us-east-1:000000000000:layer:${name}:${version}`;
const FOREIGN = 'arn:aws:lambda:us-east-1:111122223333:layer:theirs:4';

function layer(arn: string, over: Partial<LayerVersionSummary> = {}): LayerVersionSummary {
  const [name = '', version = ''] = shortLayerName(arn).split(':');
  return {
    arn,
    name,
    version: Number(version),
    source: 'published',
    description: '',
    compatibleRuntimes: [],
    compatibleArchitectures: [],
    createdDate: '2026-09-15T11:53:23.648+0000',
    codeSize: 2048,
    ...over,
  };
}

const tools: DeclaredLayer = {
  owner: { template: '/w/template.yaml', logicalId: 'Tools' },
  name: 'tools',
  root: '/w/tools',
  description: '',
  compatibleRuntimes: ['nodejs22.x'],
  declaration: { file: '/w/template.yaml', startLine: 0, startColumn: 0, endLine: 1, endColumn: 0 },
};

function folder(): ProjectStore {
  const store = new ProjectStore();
  store.setModel({
    ...workspaceModel([declaredFunction('greet', { layers: ['Tools', FOREIGN] }), declaredFunction('plain')]),
    layers: [tools],
  });
  return store;
}

function connect(
  store: ProjectStore,
  layers: readonly LayerVersionSummary[],
  functions: readonly FunctionSummary[],
): void {
  store.apply({
    type: 'snapshot',
    functions,
    layers,
    environments: [],
    invocations: [],
    problems: [],
    clock: { serviceTime: 0, wallTime: 0, speed: 1, frozen: false, waiting: 0 },
  });
}

const told = (entries: readonly LayerEntry[]): unknown =>
  entries.map(({ key, own: isOwn, versions, users }) => [
    key,
    isOwn,
    versions.map(({ version, summary, users: its }) => [version, summary !== undefined, its]),
    users,
  ]);

describe('the layers of a folder', () => {
  it('are what it declares and what functions name, as long as no host is there', () => {
    assert.deepEqual(told(layerEntries(folder(), undefined)), [
      ['tools', true, [], ['greet']],
      ['arn:aws:lambda:us-east-1:111122223333:layer:theirs', false, [[4, false, ['greet']]], []],
    ]);
  });

  it('have all versions of the host, newest first, with who uses them and what is not here', () => {
    const store = folder();
    connect(
      store,
      [
        layer(own('tools', 1), { source: 'workspace', owner: tools.owner }),
        layer(own('tools', 10)),
        layer(own('tools', 2)),
        layer(own('alone', 1)),
      ],
      [
        functionSummary('greet', { layers: [own('tools', 1), FOREIGN] }),
        functionSummary('plain', { layers: [own('tools', 1), own('alone', 7)] }),
      ],
    );
    assert.deepEqual(told(layerEntries(store, SCOPE)), [
      [
        'tools',
        true,
        [
          [10, true, []],
          [2, true, []],
          [1, true, ['greet', 'plain']],
        ],
        [],
      ],
      [
        'alone',
        true,
        [
          [7, false, ['plain']],
          [1, true, []],
        ],
        [],
      ],
      ['arn:aws:lambda:us-east-1:111122223333:layer:theirs', false, [[4, false, ['greet']]], []],
    ]);
  });

  it('are not shown twice where the layer of a template was deleted, or its name is declared twice', () => {
    const store = folder();
    store.setModel({
      ...workspaceModel([]),
      layers: [tools, { ...tools, owner: { template: '/w/other.yaml', logicalId: 'Tools' } }],
    });
    connect(store, [layer(own('tools', 2))], []);
    assert.deepEqual(told(layerEntries(store, SCOPE)), [['tools', true, [[2, true, []]], []]]);
  });

  it('change with the host’s news, and go with it', () => {
    const store = folder();
    connect(store, [], []);
    const changes: string[] = [];
    store.onChange.add(({ kind }) => changes.push(kind));
    store.apply({ type: 'layer', layer: layer(own('new', 1)) });
    assert.equal(store.layerVersion(own('new', 1))?.name, 'new');
    store.apply({ type: 'layerDeleted', arn: own('new', 1) });
    assert.deepEqual(store.layerVersions(), []);
    assert.deepEqual(changes, ['layers', 'layers']);
    store.apply({ type: 'layer', layer: layer(own('new', 1)) });
    store.disconnected();
    assert.deepEqual(store.layerVersions(), []);
  });
});

describe('rows of layers', () => {
  it('say what a layer is for, and whose', () => {
    const store = folder();
    connect(store, [], [functionSummary('greet', { layers: [FOREIGN] })]);
    const [declared, foreign] = layerEntries(store, SCOPE);
    const row = layerRow(declared!);
    assert.deepEqual(
      [row.label, row.description, row.spoken, row.context],
      ['tools', 'nodejs22.x', 'Layer tools, nodejs22.x', 'layer+own+declared'],
    );
    const other = layerRow(foreign!, 'backend');
    assert.equal(other.description, 'backend · account 111122223333 · not declared in this folder');
    assert.equal(other.context, 'layer');
  });

  it('say of a version what it holds, and what can be done with it', () => {
    const arn = own('tools', 3);
    const version = (over: Partial<LayerVersionSummary>, users: readonly string[] = []) =>
      layerVersionRow({ arn, version: 3, summary: layer(arn, over), users }, true);
    const published = version({ description: 'says [hello](x)' }, ['a', 'b']);
    assert.equal(published.description, 'says [hello](x) · 2.0 KB · used by 2 functions');
    assert.equal(published.spoken, 'Version 3 of layer tools, says [hello](x), 2.0 KB, used by 2 functions');
    assert.equal(published.context, 'layerVersion+here+deletable');
    assert.match(published.tooltip!, /says \\\[hello\\\]\\\(x\\\)/);
    assert.equal(version({ source: 'workspace' }).context, 'layerVersion+here+template');
    assert.equal(version({ source: 'imported' }).description, '2.0 KB · imported');
    const missing = layerVersionRow({ arn, version: 3, users: ['a'] }, true);
    assert.deepEqual(
      [missing.description, missing.context],
      ['not here · used by 1 function', 'layerVersion+missing'],
    );
    assert.equal(layerVersionRow({ arn, version: 3, users: [] }, false).context, 'layerVersion');
  });

  it('say of a file how large it is, and of a link where it leads', () => {
    assert.equal(layerFileRow({ name: 'a', kind: 'file', size: 3 }).description, '3 B');
    assert.equal(layerFileRow({ name: 'b', kind: 'link', target: '../a' }).spoken, 'Link b to ../a');
  });
});

describe('contents of layers', () => {
  it('are read once for as long as layers stay, and again where that failed', async () => {
    const asked: string[] = [];
    const answers: (LayerFolder | Error)[] = [
      new Error('gone'),
      { entries: [{ name: 'a', kind: 'file', size: 1 }], truncated: false },
    ];
    const contents = new LayerContents((arn, path) => {
      asked.push(`${arn}/${path}`);
      const answer = answers.shift() ?? { entries: [], truncated: false };
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    });
    await assert.rejects(contents.folder('x', ''), /gone/);
    assert.deepEqual(await contents.entry('x', 'a'), { name: 'a', kind: 'file', size: 1 });
    assert.equal(await contents.entry('x', 'b'), undefined);
    assert.equal(await contents.entry('x', 'bin/b'), undefined);
    assert.deepEqual(asked, ['x/', 'x/', 'x/bin']);
    contents.clear();
    assert.equal(await contents.entry('x', 'a'), undefined);
    assert.equal(asked.length, 4);
  });

  it('are shown a part at a time', () => {
    const contents = new LayerContents(() => Promise.reject(new Error('unused')));
    assert.equal(contents.shown('x', 'a'), ENTRIES_SHOWN);
    contents.showMore('x', 'a');
    assert.equal(contents.shown('x', 'a'), ENTRIES_SHOWN * 4);
    assert.equal(contents.shown('x', 'b'), ENTRIES_SHOWN);
  });
});

describe('layers of a function', () => {
  it('come last, or in the place of another version of the same layer', () => {
    assert.deepEqual(withLayer([own('a', 1)], own('b', 1)), { arns: [own('a', 1), own('b', 1)] });
    assert.deepEqual(withLayer([own('a', 1), FOREIGN], own('a', 2)), {
      arns: [own('a', 2), FOREIGN],
      replaced: own('a', 1),
    });
    assert.equal(withLayer([own('a', 1)], own('a', 1)).replaced, own('a', 1));
  });

  it('have names and ARNs that Lambda takes', () => {
    assert.equal(layerNameMistake('my-layer_2'), undefined);
    assert.match(layerNameMistake('my layer')!, /letters, digits/);
    assert.match(layerNameMistake('x'.repeat(141))!, /140/);
    assert.match(layerNameMistake('')!, /A name, please/);
    assert.equal(layerArnMistake(FOREIGN), undefined);
    for (const wrong of ['', 'tools', FOREIGN.slice(0, -2), `${FOREIGN}x`])
      assert.match(layerArnMistake(wrong)!, /arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION/);
    assert.equal(shortLayerName('no arn'), 'no arn');
  });
});
