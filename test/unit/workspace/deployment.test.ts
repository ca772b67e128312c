import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { readFile, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { startDeployment, type Deployment } from '../../../src/cli/deployment.ts';
import type { DeploymentTimers } from '../../../src/cli/deployTimers.ts';
import type { HostEvent } from '../../../src/protocol/control.ts';
import type { WorkspaceProblem } from '../../../src/protocol/model.ts';
import { FakeTarget } from './fakeTarget.ts';
import { removeTempFolders, tempFolder, write, type Files } from './tempFolder.ts';

/** Long waits (the 10 s of ownership) end when the test says so. */
class TestTimers implements DeploymentTimers {
  private long: { run: () => void; ms: number }[] = [];

  now(): number {
    return Date.now();
  }

  after(ms: number, run: () => void): { cancel(): void } {
    if (ms < 5000) {
      const timer = setTimeout(run, ms);
      return { cancel: () => clearTimeout(timer) };
    }
    const entry = { run, ms };
    this.long.push(entry);
    this.wake();
    return { cancel: () => (this.long = this.long.filter(other => other !== entry)) };
  }

  private wake = (): void => undefined;

  /** Resolves when somebody waits for long. */
  async untilPending(): Promise<void> {
    while (this.long.length === 0) await new Promise<void>(resolve => (this.wake = resolve));
  }

  get pending(): number[] {
    return this.long.map(({ ms }) => ms);
  }

  passTenSeconds(): void {
    for (const { run } of this.long.splice(0)) run();
  }
}

class Bench {
  readonly target: FakeTarget;
  readonly timers = new TestTimers();
  readonly events: HostEvent[] = [];
  readonly folder: string;
  readonly buildsDir: string;
  deployment!: Deployment;
  private waiting: { when: () => boolean; go: () => void }[] = [];

  constructor(folder: string, buildsDir: string, target: FakeTarget) {
    this.folder = folder;
    this.buildsDir = buildsDir;
    this.target = target;
  }

  async start(): Promise<void> {
    this.deployment = await startDeployment({
      folder: this.folder,
      target: this.target,
      buildsDir: this.buildsDir,
      region: 'us-east-1',
      accountId: '000000000000',
      timers: this.timers,
      publish: event => {
        this.events.push(event);
        for (const entry of [...this.waiting]) {
          if (!entry.when()) continue;
          this.waiting = this.waiting.filter(other => other !== entry);
          entry.go();
        }
      },
    });
    open.push(this.deployment);
  }

  get problems(): readonly WorkspaceProblem[] {
    const told = this.events.findLast(event => event.type === 'problems');
    return told?.type === 'problems' ? told.problems : [];
  }

  get reloads(): string[] {
    return this.events.flatMap(event => (event.type === 'reloaded' ? [event.functionName] : []));
  }

  /** Resolves when an event came after which `when` holds. */
  until(when: () => boolean): Promise<void> {
    return when() ? Promise.resolve() : new Promise(go => this.waiting.push({ when, go }));
  }

  async text(name: string, file: string): Promise<string> {
    return readFile(path.join(this.target.root(name) ?? assert.fail(`no code of ${name}`), file), 'utf8');
  }
}

const open: Deployment[] = [];

async function bench(files: Files, target = new FakeTarget()): Promise<Bench> {
  const folder = await tempFolder(files);
  // As files are that somebody opens a folder with: written long ago.
  const longAgo = new Date(Date.now() - 3_600_000);
  for (const name of Object.keys(files)) utimesSync(path.join(folder, name), longAgo, longAgo);
  const made = new Bench(folder, path.join(await tempFolder(), 'builds'), target);
  await made.start();
  return made;
}

const ts = (value: string): string => `export const handler = async () => ${JSON.stringify(value)};\n`;
const resource = (id: string, more = '', runtime = 'nodejs22.x'): string =>
  `  ${id}:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: app.handler\n      Runtime: ${runtime}\n      CodeUri: ${id.toLowerCase()}\n${more}`;
const sam = (...resources: string[]): string =>
  `Transform: AWS::Serverless-2016-10-31\nResources:\n${resources.join('')}`;

describe('startDeployment', function () {
  this.timeout(20_000);
  after(removeTempFolders);
  afterEach(async () => {
    await Promise.all(open.splice(0).map(deployment => deployment.dispose()));
  });

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

  it('a broken template at start still brings what can be read', async () => {
    const made = await bench({ 'template.yaml': `${sam(resource('A'))}  Broken: [\n`, 'a/app.ts': ts('a') });
    await made.deployment.settled();
    assert.match(await made.text('A', 'app.js'), /"a"/);
    assert.deepEqual(
      made.problems.map(({ code }) => code),
      ['template-syntax'],
    );
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
