/** From nothing to deployed, and what stands in the way. */
import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { startDeployment } from '../../../src/cli/deployment.ts';
import { bench, endDeployments, resource, sam, ts } from './deploymentBench.ts';
import { FakeTarget } from './fakeTarget.ts';
import { write } from './tempFolder.ts';

describe('startDeployment', function () {
  this.timeout(20_000);
  endDeployments();

  it('declares all functions before it is ready, then builds and deploys them', async () => {
    const made = await bench({
      'template.yaml': sam(resource('A'), resource('B'), resource('C', '', 'python3.12')),
      'a/app.ts': ts('a'),
      'b/app.js': 'exports.handler = async () => 1;\n',
      'c/app.py': 'def handler(event, context): return 1\n',
    });
    assert.deepEqual(
      made.target.calls.filter(call => call.startsWith('declare')),
      ['declare A', 'declare B', 'declare C'],
    );
    assert.ok(['A', 'B', 'C'].every(name => made.target.held.get(name)?.building));
    await made.deployment.settled();
    assert.match(await made.text('A', 'app.js'), /"a"/);
    assert.equal(made.target.root('B'), path.join(made.folder, 'b'));
    assert.equal(made.target.root('C'), path.join(made.folder, 'c'));
    assert.deepEqual(made.problems, []);
    const firsts = made.events.map(event => event.type === 'reloaded' && event.first);
    assert.deepEqual(firsts, [true, true, true]);
  });

  it('a build error is a problem and a message; the last good code keeps serving until the next', async () => {
    const made = await bench({ 'template.yaml': sam(resource('A')), 'a/app.ts': ts('good') });
    const file = path.join(made.folder, 'a/app.ts');
    await made.deployment.settled();
    const good = made.target.root('A');
    await write(made.folder, { 'a/app.ts': 'export const handler = async () => {;\n' });
    assert.deepEqual(await made.deployment.sync([file]), []);
    assert.equal(made.target.root('A'), good);
    assert.match(
      made.target.held.get('A')?.error ?? '',
      /doesn't build.*app\.ts:2:1: Unexpected end of file/s,
    );
    assert.deepEqual(
      made.problems.map(problem => [problem.file, problem.startLine, problem.severity]),
      [[file, 1, 'error']],
    );
    await write(made.folder, { 'a/app.ts': ts('better') });
    assert.deepEqual(await made.deployment.sync([file]), ['A']);
    assert.deepEqual(made.problems, []);
    assert.equal(made.target.held.get('A')?.error, undefined);
    // Back to the code that serves: nobody waits for more.
    await write(made.folder, { 'a/app.ts': 'export const' });
    await made.deployment.sync([file]);
    await write(made.folder, { 'a/app.ts': ts('better') });
    assert.deepEqual(await made.deployment.sync([file]), ['A']);
    assert.deepEqual(
      [made.target.held.get('A')?.error, made.target.held.get('A')?.building, made.problems],
      [undefined, false, []],
    );
  });

  it('a broken template at start still brings what can be read', async () => {
    const made = await bench({ 'template.yaml': `${sam(resource('A'))}  Broken: [\n`, 'a/app.ts': ts('a') });
    await made.deployment.settled();
    assert.match(await made.text('A', 'app.js'), /"a"/);
    assert.deepEqual(
      made.problems.map(({ code }) => code),
      ['template-syntax'],
    );
  });

  it('code that the host refuses is a problem at the function', async () => {
    const made = await bench({
      'template.yaml': sam(resource('Z').replace('CodeUri: z', 'CodeUri: z.zip')),
      'z.zip': 'not a zip',
    });
    await made.deployment.settled();
    assert.deepEqual(
      made.problems.map(({ message, startLine }) => [message, startLine]),
      [['Could not unzip uploaded file.', 2]],
    );
    await write(made.folder, { 'z.zip': 'PK fine' });
    assert.deepEqual(await made.deployment.sync([path.join(made.folder, 'z.zip')]), ['Z']);
    assert.deepEqual(made.problems, []);
  });

  it('missing code is told once, at the path, and comes alive when the folder is made', async () => {
    const made = await bench({ 'template.yaml': sam(resource('A')) });
    await made.deployment.settled();
    assert.deepEqual(
      made.problems.map(({ code, startLine }) => [code, startLine]),
      [['missing-code', 7]],
    );
    assert.match(made.target.held.get('A')?.error ?? '', /isn't there/);
    await write(made.folder, { 'a/app.ts': ts('made') });
    await made.target.until(
      () => made.target.root('A') !== undefined && made.target.root('A') !== path.join(made.folder, 'a'),
    );
    assert.match(await made.text('A', 'app.js'), /"made"/);
    await made.until(() => made.problems.length === 0);
  });

  it('a function that was never built keeps nobody waiting when its configuration changes', async () => {
    const made = await bench({ 'template.yaml': sam(resource('A')) });
    await made.deployment.settled();
    const held = (): unknown => {
      const { building, error } = made.target.held.get('A') ?? {};
      return [building, error !== undefined];
    };
    assert.deepEqual(held(), [false, true]);
    const file = path.join(made.folder, 'template.yaml');
    await write(made.folder, { 'template.yaml': sam(resource('A', '      Timeout: 9\n')) });
    await made.deployment.sync([file]);
    assert.equal(made.target.calls.filter(call => call === 'declare A').length, 2);
    assert.deepEqual(held(), [false, true]);
    // Gone by the API, it comes back without its code.
    made.target.held.delete('A');
    await write(made.folder, {
      'template.yaml': sam(resource('A', '      Timeout: 10\n')),
      'a/app.ts': ts('a'),
    });
    await made.deployment.sync([file]);
    assert.deepEqual(held(), [false, false]);
  });

  it('a folder that is moved away and back as a whole takes its functions along', async () => {
    const made = await bench({
      'template.yaml': sam(resource('A'), resource('J')),
      'a/app.ts': 'import { v } from "../shared/deep/v";\nexport const handler = () => v;\n',
      'shared/deep/v.ts': 'export const v = "1";\n',
      'j/app.js': 'exports.handler = async () => 1;\n',
    });
    await made.deployment.settled();
    const at = (name: string): string => path.join(made.folder, name);
    await rename(at('shared'), at('elsewhere'));
    await rename(at('j'), at('k'));
    await made.target.until(() => made.target.held.get('A')?.error !== undefined);
    await made.target.until(() => made.target.held.get('J')?.error !== undefined);
    await rename(at('elsewhere'), at('shared'));
    await rename(at('k'), at('j'));
    const isWell = (name: string): boolean => {
      const held = made.target.held.get(name);
      return held?.error === undefined && held?.building === false;
    };
    await made.target.until(() => isWell('A') && isWell('J'));
    assert.match(await made.text('A', 'app.js'), /"1"/);
  });

  it('a handler that is renamed in the code becomes a problem, and none again', async () => {
    const made = await bench({ 'template.yaml': sam(resource('A')), 'a/app.ts': ts('1') });
    await made.deployment.settled();
    await write(made.folder, { 'a/app.ts': ts('1').replace('handler', 'main') });
    await made.until(() => made.problems.length === 1);
    assert.match(made.problems[0]?.message ?? '', /exports no "handler".*It exports main/);
    await write(made.folder, { 'a/app.ts': ts('1') });
    await made.until(() => made.problems.length === 0);
  });

  it('after dispose nothing reaches the host, also of what was under way', async () => {
    const made = await bench({ 'template.yaml': sam(resource('A')), 'a/app.ts': ts('1') });
    const disposed = made.deployment.dispose();
    await disposed;
    await made.deployment.dispose();
    const before = made.target.calls.length;
    await write(made.folder, { 'a/app.ts': ts('2') });
    assert.deepEqual(await made.deployment.sync([path.join(made.folder, 'a/app.ts')]), []);
    assert.equal(made.target.calls.length, before);
  });

  it('a folder that is not there is refused', async () => {
    await assert.rejects(
      startDeployment({
        folder: '/nowhere/at/all',
        target: new FakeTarget(),
        buildsDir: '/nowhere/builds',
        region: 'us-east-1',
        accountId: '000000000000',
        publish: () => undefined,
      }),
      /ENOENT/,
    );
  });
});
