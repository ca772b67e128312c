/** Which functions there are, under which name, and when one is removed. */
import assert from 'node:assert/strict';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Bench, bench, endDeployments, resource, sam, ts } from './deploymentBench.ts';
import { FakeTarget } from './fakeTarget.ts';
import { tempFolder, write } from './tempFolder.ts';

describe('startDeployment', function () {
  this.timeout(20_000);
  endDeployments();

  it('removes a function only after its template has parsed without it for 10 s', async () => {
    const made = await bench({
      'template.yaml': sam(resource('A'), resource('B')),
      'a/app.ts': ts('a'),
      'b/app.ts': ts('b'),
    });
    await made.deployment.settled();
    const template = async (text: string): Promise<void> => {
      await write(made.folder, { 'template.yaml': text });
      await made.deployment.sync([path.join(made.folder, 'template.yaml')]);
    };
    await template(sam(resource('A')));
    assert.deepEqual(made.timers.pending, [10_000]);
    assert.ok(made.target.held.has('B'));
    // It comes back in time.
    await template(sam(resource('A'), resource('B')));
    assert.deepEqual(made.timers.pending, []);
    // A template that doesn't parse says nothing.
    await template(`${sam(resource('A'))}  Broken: [\n`);
    assert.deepEqual(made.timers.pending, []);
    assert.equal(
      made.problems.some(({ code }) => code === 'template-syntax'),
      true,
    );
    // Nor does one that breaks while the time runs.
    await template(sam(resource('A')));
    await template(`${sam(resource('A'))}  Broken: [\n`);
    assert.deepEqual(made.timers.pending, []);
    await template(sam(resource('A')));
    made.timers.passTenSeconds();
    assert.deepEqual([...made.target.held.keys()], ['A']);
    assert.deepEqual(
      made.target.calls.filter(call => call.startsWith('remove')),
      ['remove B'],
    );
    // And it is a new one when it is declared again.
    await template(sam(resource('A'), resource('B')));
    assert.match(await made.text('B', 'app.js'), /"b"/);
  });

  it('keeps a function whose type is misspelt, and takes nothing from the code meanwhile', async () => {
    const made = await bench({ 'template.yaml': sam(resource('A')), 'a/app.ts': ts('a') });
    await made.deployment.settled();
    const template = async (text: string): Promise<void> => {
      await write(made.folder, { 'template.yaml': text });
      await made.deployment.sync([path.join(made.folder, 'template.yaml')]);
    };
    await template(sam(resource('A')).replace('Function', 'Functin'));
    assert.deepEqual(made.timers.pending, []);
    assert.deepEqual([...made.target.held.keys()], ['A']);
    assert.deepEqual(
      made.problems.map(({ code, severity, startLine }) => [code, severity, startLine]),
      [['unknown-type', 'warning', 3]],
    );
    // Nor is one gone whose section or whose Type has another name.
    await template(sam(resource('A')).replace('Resources', 'Resource'));
    assert.deepEqual(made.timers.pending, []);
    assert.match(made.problems[0]?.message ?? '', /Unknown section "Resource"\. Did you mean Resources/);
    await template(sam(resource('A')).replace('Type:', 'Typ:'));
    assert.deepEqual(made.timers.pending, []);
    assert.deepEqual([...made.target.held.keys()], ['A']);
    // One that is taken out goes.
    await template('Transform: AWS::Serverless-2016-10-31\nResources: {}\n');
    assert.deepEqual(made.timers.pending, [10_000]);
  });

  it('removes all of a template that is deleted after 10 s, and keeps them when it only moves away for a moment', async () => {
    const made = await bench({
      'app/template.yaml': sam(resource('A')),
      'app/a/app.ts': ts('a'),
      'note.txt': '',
    });
    await made.deployment.settled();
    const template = path.join(made.folder, 'app/template.yaml');
    await rename(template, `${template}.bak`);
    await made.deployment.sync([template]);
    assert.deepEqual(made.timers.pending, [10_000]);
    await rename(`${template}.bak`, template);
    await made.deployment.sync([template]);
    assert.deepEqual(made.timers.pending, []);
    assert.ok(made.target.held.has('A'));
    await rm(path.join(made.folder, 'app'), { recursive: true });
    await made.deployment.sync([template]);
    made.timers.passTenSeconds();
    assert.deepEqual([...made.target.held], []);
  });

  it('a name that somebody else has is a problem; it is taken when it is free', async () => {
    const target = new FakeTarget();
    target.taken.add('A');
    const made = await bench(
      { 'template.yaml': sam(resource('A'), resource('B')), 'a/app.ts': ts('a'), 'b/app.ts': ts('b') },
      target,
    );
    await made.deployment.settled();
    assert.deepEqual(
      made.problems.map(({ code, startLine, message }) => [code, startLine, message]),
      [['name-conflict', 2, 'A belongs to somebody else.']],
    );
    assert.equal(target.calls.includes('building A') || target.calls.includes('deploy A'), false);
    target.taken.clear();
    await write(made.folder, { 'template.yaml': `${sam(resource('A'), resource('B'))}# again\n` });
    assert.deepEqual(await made.deployment.sync([path.join(made.folder, 'template.yaml')]), ['A']);
    assert.deepEqual(made.problems, []);
  });

  it("a name that moves to another resource follows after the first owner's 10 s", async () => {
    const named = (id: string): string => resource(id, '      FunctionName: orders\n');
    const made = await bench({ 'template.yaml': sam(named('A')), 'a/app.ts': ts('a'), 'b/app.ts': ts('b') });
    await made.deployment.settled();
    await write(made.folder, { 'template.yaml': sam(named('B')) });
    await made.deployment.sync([path.join(made.folder, 'template.yaml')]);
    assert.deepEqual(
      made.problems.map(({ code }) => code),
      ['name-conflict'],
    );
    assert.match(await made.text('orders', 'app.js'), /"a"/);
    made.timers.passTenSeconds();
    await made.deployment.settled();
    assert.match(await made.text('orders', 'app.js'), /"b"/);
    assert.deepEqual(made.problems, []);
  });

  it('two resources may swap their names', async () => {
    const named = (id: string, name: string): string => resource(id, `      FunctionName: ${name}\n`);
    const made = await bench({
      'template.yaml': sam(named('A', 'one'), named('B', 'two')),
      'a/app.ts': ts('a'),
      'b/app.ts': ts('b'),
    });
    await made.deployment.settled();
    await write(made.folder, { 'template.yaml': sam(named('A', 'new'), named('B', 'one')) });
    await made.deployment.sync([path.join(made.folder, 'template.yaml')]);
    assert.deepEqual([...made.target.held.keys()].sort(), ['new', 'one']);
    assert.match(await made.text('new', 'app.js'), /"a"/);
    assert.match(await made.text('one', 'app.js'), /"b"/);
    assert.deepEqual(made.problems, []);
  });

  it('functions of an earlier run that nothing declares any more are removed; those of elsewhere stay', async () => {
    const target = new FakeTarget();
    const folder = await tempFolder({ 'template.yaml': sam(resource('A')), 'a/app.ts': ts('a') });
    const first = new Bench(folder, path.join(await tempFolder(), 'builds'), target);
    await first.start();
    await first.deployment.settled();
    await first.deployment.dispose();
    const declared = target.held.get('A')?.declared ?? assert.fail();
    target.declare({
      ...declared,
      name: 'Old',
      owner: { template: path.join(folder, 'template.yaml'), logicalId: 'Old' },
    });
    target.declare({
      ...declared,
      name: 'Else',
      owner: { template: '/elsewhere/template.yaml', logicalId: 'Else' },
    });
    target.calls = [];
    const second = new Bench(folder, first.buildsDir, target);
    await second.start();
    // Code of the earlier run must not serve what was saved since.
    assert.ok(target.calls.includes('building A'));
    await second.deployment.settled();
    second.timers.passTenSeconds();
    assert.deepEqual([...target.held.keys()].sort(), ['A', 'Else']);
  });

  it('a function that was deleted by the API comes back with its next code', async () => {
    const made = await bench({ 'template.yaml': sam(resource('A')), 'a/app.ts': ts('1') });
    await made.deployment.settled();
    made.target.held.delete('A');
    await write(made.folder, { 'a/app.ts': ts('2') });
    await made.deployment.sync([path.join(made.folder, 'a/app.ts')]);
    assert.match(await made.text('A', 'app.js'), /"2"/);
  });

  it('without a template, handlers come and go with their files', async () => {
    const made = await bench({ 'one.ts': ts('1') });
    await made.deployment.settled();
    assert.deepEqual([...made.target.held.keys()], ['one']);
    // An editor that invokes a handler right after it was written finds it.
    await write(made.folder, { 'two.ts': ts('2') });
    assert.deepEqual(await made.deployment.sync([path.join(made.folder, 'two.ts')]), ['two']);
    await write(made.folder, { 'three.py': 'def lambda_handler(event, context): return 3\n' });
    await made.target.until(() => made.target.root('three') !== undefined);
    await rm(path.join(made.folder, 'one.ts'));
    await made.timers.untilPending();
    made.timers.passTenSeconds();
    assert.deepEqual([...made.target.held.keys()].sort(), ['three', 'two']);
    assert.deepEqual(made.problems, []);
  });
});
