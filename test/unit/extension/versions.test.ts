import assert from 'node:assert/strict';
import type { FunctionVersion } from '../../../src/client/versions.ts';
import { ProjectStore } from '../../../src/extension/project/projectStore.ts';
import { VersionLists, VERSIONS_SHOWN } from '../../../src/extension/project/versionLists.ts';
import { calledName } from '../../../src/extension/versions/latest.ts';
import { aliasRow, versionRow } from '../../../src/extension/views/versionRows.ts';
import { functionSummary } from './builders.ts';

const version = (number: number, over: Partial<FunctionVersion> = {}): FunctionVersion => ({
  FunctionName: 'a',
  FunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:a:${number}`,
  Version: String(number),
  ...over,
});

describe('the list of a function’s versions', () => {
  function fixture() {
    const store = new ProjectStore();
    const answers: (readonly FunctionVersion[] | Error)[] = [];
    const asked: string[] = [];
    const lists = new VersionLists(store, name => {
      asked.push(name);
      const answer = answers.shift() ?? [];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    });
    const tell = (versions?: { count: number; highest: number; current?: number }): void =>
      store.apply({
        type: 'function',
        function: functionSummary('a', versions === undefined ? {} : { versions }),
      });
    return { lists, answers, asked, tell };
  }
  const numbers = async (lists: VersionLists): Promise<string[]> =>
    (await lists.of('a')).map(({ Version }) => Version);

  it('is read when somebody looks, newest first, and once for as long as the figures stay', async () => {
    const { lists, answers, asked, tell } = fixture();
    tell({ count: 2, highest: 2 });
    assert.deepEqual(asked, []);
    answers.push([version(1), version(2)]);
    assert.deepEqual(await numbers(lists), ['2', '1']);
    tell({ count: 2, highest: 2 });
    assert.deepEqual(await numbers(lists), ['2', '1']);
    assert.deepEqual(asked, ['a']);
  });

  it('is read again when the figures change, and after a reading that failed', async () => {
    const { lists, answers, asked, tell } = fixture();
    tell({ count: 1, highest: 1 });
    answers.push(new Error('no answer'));
    await assert.rejects(lists.of('a'), /no answer/);
    answers.push([version(1)]);
    assert.deepEqual(await numbers(lists), ['1']);
    tell({ count: 1, highest: 2 });
    answers.push([version(2)]);
    assert.deepEqual(await numbers(lists), ['2']);
    assert.equal(asked.length, 3);
  });

  it('asks nobody where there are none', async () => {
    const { lists, asked, tell } = fixture();
    assert.deepEqual(await numbers(lists), []);
    tell();
    assert.deepEqual(await numbers(lists), []);
    assert.deepEqual(asked, []);
  });

  it('forgets what another host said', async () => {
    const { lists, answers, tell } = fixture();
    tell({ count: 1, highest: 1 });
    answers.push([version(1, { Description: 'before' })], [version(1, { Description: 'now' })]);
    await lists.of('a');
    lists.clear();
    assert.equal((await lists.of('a'))[0]?.Description, 'now');
  });

  it('shows twice as many each time', () => {
    const { lists } = fixture();
    assert.equal(lists.shown('a'), VERSIONS_SHOWN);
    lists.showMore('a');
    lists.showMore('a');
    assert.equal(lists.shown('a'), VERSIONS_SHOWN * 4);
    assert.equal(lists.shown('b'), VERSIONS_SHOWN);
  });
});

describe('rows of versions and aliases', () => {
  const canary = {
    name: 'canary',
    version: '3',
    additional: { version: '4', weight: 0.1 },
    description: 'a tenth',
  };
  const live = functionSummary('a', {
    versions: { count: 4, highest: 4, current: 4 },
    aliases: [canary, { name: 'live', version: '3', description: '' }],
  });

  it('say of a version what it is and who sends invocations to it', () => {
    const newest = versionRow(version(4, { Description: 'faster', Runtime: 'nodejs22.x' }), live);
    assert.equal(newest.label, '4');
    assert.equal(newest.description, 'faster · same as $LATEST · canary 10 %');
    assert.equal(newest.spoken, 'Version 4 of a, faster, same as $LATEST, canary 10 %');
    assert.equal(newest.context, 'version+debuggable');
    const older = versionRow(version(3, { Runtime: 'ruby3.4', State: 'Pending' }), live);
    assert.equal(older.description, 'canary 90 % · live · Pending');
    assert.equal(older.context, 'version');
    assert.equal(versionRow(version(1), live).description, '');
  });

  it('show when a version was published, and its settings', () => {
    const { tooltip } = versionRow(
      version(1, {
        LastModified: '2026-09-15T11:53:23.648+0000',
        MemorySize: 512,
        Timeout: 9,
        CodeSize: 2048,
      }),
      live,
    );
    assert.match(tooltip!, /Published: 2026\\-09\\-15 11:53:23 UTC/);
    assert.match(tooltip!, /Memory: 512 MB {2}\nTimeout: 9 s {2}\nCode size: 2\\\.0 KB/);
  });

  it('say where an alias points', () => {
    const row = aliasRow(canary, 'a', true);
    assert.equal(row.label, 'canary');
    assert.equal(row.description, '90 % v3 · 10 % v4 · a tenth');
    assert.equal(row.spoken, 'Alias canary of a, 90 percent to version 3, 10 percent to version 4, a tenth');
    assert.equal(row.context, 'alias+debuggable');
    assert.equal(aliasRow({ ...canary, description: '<b>' }, 'a', false).tooltip!.includes('<b>'), false);
  });

  it('name what is invoked', () => {
    assert.equal(calledName('a', undefined), 'a');
    assert.equal(calledName('a', '$LATEST'), 'a');
    assert.equal(calledName('a', 'live'), 'a:live');
  });
});
