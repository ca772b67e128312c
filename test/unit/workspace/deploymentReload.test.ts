/** Saved code and a saved template reach the host. */
import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { bench, endDeployments, resource, sam, ts } from './deploymentBench.ts';
import { tempFolder, write } from './tempFolder.ts';

describe('startDeployment', function () {
  this.timeout(20_000);
  endDeployments();

  it('a save reloads the functions that the file is part of, and no other', async () => {
    const made = await bench({
      'template.yaml': sam(resource('A'), resource('B'), resource('J')),
      'shared/lib.ts': 'export const shared = "one";\n',
      'a/app.ts': 'import { shared } from "../shared/lib";\nexport const handler = () => shared;\n',
      'b/app.ts': ts('b'),
      'j/app.js': 'exports.handler = async () => 1;\n',
    });
    await made.deployment.settled();
    made.target.calls = [];
    await write(made.folder, { 'shared/lib.ts': 'export const shared = "two";\n' });
    await made.until(() => made.reloads.length === 4);
    assert.match(await made.text('A', 'app.js'), /"two"/);
    assert.deepEqual(new Set(made.target.calls), new Set(['building A', 'deploy A']));
    const reload = made.events.findLast(event => event.type === 'reloaded');
    assert.ok(reload?.type === 'reloaded' && !reload.first && reload.ms < 5000, JSON.stringify(reload));

    made.target.calls = [];
    await write(made.folder, { 'j/helper.js': '' });
    await made.until(() => made.reloads.length === 5);
    assert.deepEqual(new Set(made.target.calls), new Set(['building J', 'deploy J']));
  });

  it('says nothing of a file in the folder that is no code of the function', async () => {
    const made = await bench({ 'app.js': 'exports.handler = async () => 1;\n' });
    await made.deployment.settled();
    const reloads = made.reloads.length;
    await write(made.folder, { 'out.json': '{"n":1}' });
    await made.deployment.sync([path.join(made.folder, 'out.json')]);
    await made.deployment.settled();
    assert.equal(made.reloads.length, reloads);
    await write(made.folder, { 'data.json': '{"n":1}' });
    assert.equal((await made.deployment.sync([path.join(made.folder, 'data.json')])).length, 1);
    await made.until(() => made.reloads.length > reloads);
  });

  it('says that new code is on its way before it builds', async () => {
    const made = await bench({ 'template.yaml': sam(resource('A')), 'a/app.ts': ts('1') });
    await made.deployment.settled();
    made.target.calls = [];
    await write(made.folder, { 'a/app.ts': ts('2') });
    await made.deployment.sync([path.join(made.folder, 'a/app.ts')]);
    assert.deepEqual([made.target.calls[0], made.target.calls.at(-1)], ['building A', 'deploy A']);
  });

  it('sync brings saved code at once and names what it reloaded; nothing new is nothing', async () => {
    const made = await bench({
      'template.yaml': sam(resource('A'), resource('B')),
      'a/app.ts': ts('1'),
      'b/app.ts': ts('b'),
    });
    const file = path.join(made.folder, 'a/app.ts');
    await made.deployment.settled();
    assert.deepEqual(await made.deployment.sync([file]), []);
    for (const value of ['2', '3', '4']) {
      await write(made.folder, { 'a/app.ts': ts(value) });
      assert.deepEqual(await made.deployment.sync([file, path.join(made.folder, 'not-there.ts')]), ['A']);
      assert.match(await made.text('A', 'app.js'), new RegExp(`"${value}"`));
      assert.deepEqual(await made.deployment.sync([file]), []);
    }
    // A file of the same size whose time goes back, as a version control may set it.
    await write(made.folder, { 'a/app.ts': ts('5') });
    utimesSync(file, new Date(0), new Date(0));
    assert.deepEqual(await made.deployment.sync([file]), ['A']);
  });

  it('sync waits for code that the watch has seen just before', async () => {
    const made = await bench({ 'template.yaml': sam(resource('A')), 'a/app.ts': ts('1') });
    await made.deployment.settled();
    for (let value = 2; value < 12; value += 1) {
      await write(made.folder, { 'a/app.ts': ts(String(value)) });
      if (value % 2 === 0) await made.target.until(() => made.target.calls.includes('building A'));
      await made.deployment.sync([path.join(made.folder, 'a/app.ts')]);
      assert.match(await made.text('A', 'app.js'), new RegExp(`"${value}"`));
      made.target.calls = [];
    }
  });

  it('a template change brings new functions, new settings and new code, and leaves the others alone', async () => {
    const made = await bench({
      'template.yaml': sam(resource('A'), resource('B')),
      'a/app.ts': ts('a'),
      'a/other.ts': ts('other'),
      'b/app.ts': ts('b'),
      'c/app.ts': ts('c'),
    });
    await made.deployment.settled();
    const sync = (): Promise<readonly string[]> =>
      made.deployment.sync([path.join(made.folder, 'template.yaml')]);
    made.target.calls = [];
    await write(made.folder, {
      'template.yaml': sam(resource('A', '      Timeout: 9\n'), resource('B'), resource('C')),
    });
    assert.deepEqual(await sync(), ['C']);
    assert.deepEqual(made.target.calls, ['declare A', 'declare C', 'building C', 'deploy C']);
    assert.equal(made.target.held.get('A')?.declared.timeout, 9);

    made.target.calls = [];
    await write(made.folder, {
      'template.yaml': sam(
        resource('A').replace('app.handler', 'other.handler'),
        resource('B'),
        resource('C'),
      ),
    });
    assert.deepEqual(await sync(), ['A']);
    assert.deepEqual(made.target.calls, ['building A', 'declare A', 'building A', 'deploy A']);
    assert.match(await made.text('A', 'other.js'), /"other"/);

    // Comments and moved lines change nothing.
    made.target.calls = [];
    await write(made.folder, {
      'template.yaml': `# moved\n\n${sam(resource('A').replace('app.handler', 'other.handler'), resource('B'), resource('C'))}`,
    });
    assert.deepEqual(await sync(), []);
    assert.deepEqual(made.target.calls, []);
  });

  it('a file that is named through a link to the folder is the same file', async () => {
    const made = await bench({ 'template.yaml': sam(resource('A')), 'a/app.ts': ts('1') });
    await made.deployment.settled();
    const link = path.join(await tempFolder(), 'link');
    await symlink(made.folder, link);
    await write(made.folder, { 'a/app.ts': ts('2') });
    assert.deepEqual(await made.deployment.sync([path.join(link, 'a/app.ts')]), ['A']);
    assert.match(await made.text('A', 'app.js'), /"2"/);
  });

  it('many saves in a row end with the last one, each function built by one build at a time', async () => {
    const files: Record<string, string> = {};
    const ids = Array.from({ length: 8 }, (_, index) => `F${index}`);
    for (const id of ids)
      files[`${id.toLowerCase()}/app.ts`] = 'import { v } from "../v";\nexport const handler = () => v;\n';
    const made = await bench({
      ...files,
      'v.ts': 'export const v = "0";\n',
      'template.yaml': sam(...ids.map(id => resource(id))),
    });
    for (let count = 1; count <= 30; count += 1) {
      await write(made.folder, { 'v.ts': `export const v = "v${count}";\n` });
      if (count % 7 === 0) await new Promise(resolve => setTimeout(resolve, 20));
    }
    await made.deployment.sync([path.join(made.folder, 'v.ts')]);
    for (const id of ids) assert.match(await made.text(id, 'app.js'), /"v30"/);
  });
});
