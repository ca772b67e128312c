/** Builds by tools that stand in for the real ones: when they run, what is kept, and how they end. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createBuilder } from '../../../src/workspace/build/builder.ts';
import type { BuildFailure } from '../../../src/workspace/build/buildResult.ts';
import { goVariables } from '../../../src/workspace/build/tools/recipes/go.ts';
import { ToolBuilds } from '../../../src/workspace/build/tools/toolBuilds.ts';
import { isRunning } from '../../helpers/isRunning.ts';
import { until } from '../../helpers/until.ts';
import { bench, builders, built, endBuilders, sam } from './builderBench.ts';
import { copyingGo, type FakeTools, installTools, restoreTools } from './fakeTools.ts';
import { tempFolder, write, type Files } from './tempFolder.ts';

const fn = (id: string, runtime = 'provided.al2023', more = ''): string =>
  `  ${id}: { Type: AWS::Serverless::Function, Properties: { Handler: bootstrap, Runtime: ${runtime}, CodeUri: fn${more} } }\n`;

describe('builds by tools', function () {
  this.timeout(20_000);
  endBuilders();
  afterEach(restoreTools);
  let tools: FakeTools;
  const install = async (programs: Readonly<Record<string, string>>): Promise<void> => {
    tools = await installTools(programs);
  };
  const files: Files = { 'template.yaml': sam(fn('A')), 'fn/main.go': 'one\n' };
  type Made = Awaited<ReturnType<typeof bench>>;
  const failed = async ({ builder, functions }: Made, name = 'A'): Promise<BuildFailure> => {
    const result = await builder.build(functions.get(name) ?? assert.fail());
    assert.ok(!result.ok);
    return result;
  };

  it('run once for what the sources hold, also after a restart and on the way back to it', async () => {
    await install({ go: copyingGo });
    const made = await bench(files);
    const first = await built(made, 'A');
    assert.equal(await readFile(path.join(first.root, 'bootstrap'), 'utf8'), 'one\n');
    assert.deepEqual(await built(made, 'A'), first);
    await write(made.folder, { 'fn/main.go': 'two\n' });
    const second = await built(made, 'A');
    assert.notEqual(second.hash, first.hash);
    assert.equal(tools.runs(), 2);
    await write(made.folder, { 'fn/main.go': 'one\n' });
    const again = createBuilder({ folder: made.folder, buildsDir: made.buildsDir });
    builders.push(again);
    assert.deepEqual(await built({ ...made, builder: again }, 'A'), first);
    assert.equal(tools.runs(), 2);
    assert.deepEqual((await readdir(path.join(made.folder, 'fn'))).sort(), ['main.go']);
  });

  it('a change that makes the same program is no new code; tests and events are no sources', async () => {
    await install({ go: copyingGo });
    const made = await bench(files);
    const first = await built(made, 'A');
    await write(made.folder, { 'fn/README.md': 'x' });
    assert.deepEqual(await built(made, 'A'), first);
    assert.equal(tools.runs(), 2);
    await write(made.folder, { 'fn/main_test.go': 'x', 'fn/events/a.json': '{}', 'fn/.git/x': '' });
    await built(made, 'A');
    assert.equal(tools.runs(), 2);
    const { inputs } = await made.builder.build(made.functions.get('A') ?? assert.fail());
    const touched = (name: string): boolean => inputs.touchedBy(path.join(made.folder, name));
    assert.deepEqual(
      ['fn/main.go', 'fn/new/x.go', 'fn/go.mod', 'fn/main_test.go', 'template.yaml', 'other/main.go'].map(
        touched,
      ),
      [true, true, true, false, false, false],
    );
  });

  it('another version of the tool builds anew', async () => {
    await install({ go: copyingGo });
    const made = await bench(files);
    await built(made, 'A');
    await install({ go: copyingGo });
    await tools.version('2');
    await built(made, 'A');
    assert.equal(tools.runs(), 1);
  });

  it('one run serves all functions that it makes the same of', async () => {
    await install({ go: copyingGo });
    const made = await bench({ ...files, 'template.yaml': sam(fn('A') + fn('B')) });
    const [a, b] = await Promise.all([built(made, 'A'), built(made, 'B')]);
    assert.deepEqual(a, b);
    assert.equal(tools.runs(), 1);
  });

  it('a mistake is told at its place, and is tried again', async () => {
    await install({ go: copyingGo });
    const made = await bench({ ...files, 'fn/main.go': 'bad\n' });
    const result = await failed(made);
    assert.deepEqual(
      result.problems.map(({ file, startLine, message }) => [file, startLine, message]),
      [[path.join(made.folder, 'fn/main.go'), 1, 'bad']],
    );
    await write(made.folder, { 'fn/main.go': 'good\n' });
    await built(made, 'A');
    const kept = await readdir(made.buildsDir, { recursive: true });
    assert.deepEqual(
      kept.filter(name => path.basename(name).startsWith('.')),
      ['.tools'],
    );
  });

  it('a newer save ends the tool and all that it has started', async () => {
    const place = await tempFolder();
    await install({ go: `(sleep 600 & echo $! > ${place}/pid.new; mv ${place}/pid.new ${place}/pid; wait)` });
    const made = await bench(files);
    const building = failed(made);
    await until(() => existsSync(path.join(place, 'pid')), { what: 'the tool' });
    const pid = Number(readFileSync(path.join(place, 'pid'), 'utf8'));
    process.kill(pid, 0);
    made.builder.cancel('A');
    const result = await building;
    assert.equal(result.cancelled, true);
    await until(() => !isRunning(pid), { what: 'the end of what the tool has started' });
    await install({ go: copyingGo });
    await built(made, 'A');
  });

  it('a change of the same sources ends it, and a save of what they hold does not', async () => {
    const place = await tempFolder();
    await install({
      go: `${copyingGo}\ntouch ${place}/runs\nwhile [ ! -f ${place}/go ]; do sleep 0.02; done`,
    });
    const made = await bench(files);
    const building = made.builder.build(made.functions.get('A') ?? assert.fail());
    await until(() => existsSync(path.join(place, 'runs')), { what: 'the tool' });
    await write(made.folder, { 'fn/main.go': 'one\n' });
    made.builder.recheck('A');
    await writeFile(path.join(place, 'go'), '');
    assert.ok((await building).ok);
    await rm(path.join(place, 'go'));
    await rm(path.join(place, 'runs'));
    await write(made.folder, { 'fn/main.go': 'two\n' });
    const second = failed(made);
    await until(() => existsSync(path.join(place, 'runs')), { what: 'the tool' });
    await write(made.folder, { 'fn/main.go': 'three\n' });
    made.builder.recheck('A');
    assert.equal((await second).cancelled, true);
  });

  it('what two wait for goes on until neither does', async () => {
    const place = await tempFolder();
    await install({
      go: `${copyingGo}\ntouch ${place}/runs\nwhile [ ! -f ${place}/go ]; do sleep 0.02; done`,
    });
    const made = await bench({ ...files, 'template.yaml': sam(fn('A') + fn('B')) });
    const [a, b] = [failed(made), built(made, 'B')] as const;
    await until(() => existsSync(path.join(place, 'runs')), { what: 'the tool' });
    made.builder.cancel('A');
    assert.equal((await a).cancelled, true);
    await writeFile(path.join(place, 'go'), '');
    await b;
    assert.equal(tools.runs(), 1);
  });

  it('the end of the builder ends them', async () => {
    const place = await tempFolder();
    await install({ go: `echo $$ > ${place}/pid.new; mv ${place}/pid.new ${place}/pid; exec sleep 600` });
    const made = await bench(files);
    const building = failed(made);
    await until(() => existsSync(path.join(place, 'pid')), { what: 'the tool' });
    await made.builder.dispose();
    assert.equal((await building).cancelled, true);
    const pid = Number(readFileSync(path.join(place, 'pid'), 'utf8'));
    await until(() => !isRunning(pid), { what: 'the end of the tool' });
  });

  it('tells of what takes long, and what the tool does meanwhile', async () => {
    const place = await tempFolder();
    await install({ go: `${copyingGo}\nwhile [ ! -f ${place}/go ]; do sleep 0.02; done` });
    const made = await bench(files);
    const told: string[] = [];
    const { folder, buildsDir } = made;
    const tell = (message: string): number => told.push(message);
    const long = new ToolBuilds({ folder, buildsDir, target: 'machine', tell, longMs: 1 });
    const declared = made.functions.get('A') ?? assert.fail();
    assert.equal(declared.code.kind, 'tool');
    const building = long.build(declared, declared.code);
    await until(() => told.length > 0, { what: 'the notice' });
    assert.deepEqual(told, ['Building "A" with go …']);
    await writeFile(path.join(place, 'go'), '');
    assert.ok((await building).ok);
    await long.dispose();
  });

  it('for containers Go compiles for their Linux, whatever this machine is', () => {
    assert.deepEqual(goVariables('lambda', 'arm64'), {
      GOOS: 'linux',
      GOARCH: 'arm64',
      CGO_ENABLED: process.env['CGO_ENABLED'] ?? '0',
    });
    const here = goVariables('machine', 'arm64');
    assert.equal(here['GOARCH'], process.arch === 'x64' ? 'amd64' : process.arch);
    assert.equal(here['CGO_ENABLED'], undefined);
  });

  const missing: readonly [runtime: string, files: Files, name: RegExp][] = [
    [
      'provided.al2023',
      { 'fn/main.go': '' },
      /^go, which builds the Go code of "A".*https:\/\/go\.dev\/dl\//,
    ],
    ['provided.al2023', { 'fn/Cargo.toml': '' }, /^cargo, .*Rust code.*https:\/\/rustup\.rs/],
    ['provided.al2023', { 'fn/Makefile': 'build-A:\n' }, /^make, .*Makefile of "A".*Install GNU make/],
    ['java21', { 'fn/pom.xml': '' }, /^mvn, .*Java code.*https:\/\/maven\.apache\.org/],
    ['java21', { 'fn/build.gradle': '' }, /^gradle, .*https:\/\/gradle\.org.*gradlew/],
    ['ruby3.4', { 'fn/Gemfile': '' }, /^bundle, .*gems of "A".*Ruby/],
    ['dotnet8', { 'fn/A.csproj': '' }, /^dotnet, .*\.NET code.*https:\/\/dotnet\.microsoft\.com/],
  ];
  for (const [runtime, code, message] of missing) {
    it(`${Object.keys(code).join()} without its tool says what to install`, async () => {
      await install({});
      const made = await bench({ 'template.yaml': sam(fn('A', runtime)), ...code });
      const [problem] = (await failed(made)).problems;
      assert.match(problem?.message ?? '', message);
      assert.equal(problem?.file, path.join(made.folder, 'template.yaml'));
    });
  }

  it('Maven builds in a copy: classes at the root, what they need in lib', async () => {
    await install({
      mvn: 'mkdir -p target/classes/a target/dependency\nls src > target/classes/a/App.class\ntouch target/dependency/x.jar',
    });
    const made = await bench({
      'template.yaml': sam(fn('A', 'java21')),
      'fn/pom.xml': '',
      'fn/src/App.java': 'class',
    });
    const { root } = await built(made, 'A');
    assert.deepEqual((await readdir(root, { recursive: true })).sort(), [
      'a',
      'a/App.class',
      'lib',
      'lib/x.jar',
    ]);
    assert.deepEqual((await readdir(path.join(made.folder, 'fn'))).sort(), ['pom.xml', 'src']);
    assert.equal(await readFile(path.join(root, 'a/App.class'), 'utf8'), 'App.java\n');
    // What is no source any more is no part of the copy, and what it made goes with it.
    await rm(path.join(made.folder, 'fn/src/App.java'));
    await write(made.folder, { 'fn/src/B.java': '' });
    const { root: next } = await built(made, 'A');
    assert.equal(await readFile(path.join(next, 'a/App.class'), 'utf8'), 'B.java\n');
  });

  it("Bundler's gems lie beside the code", async () => {
    await install({
      bundle:
        'case "$1" in config) echo "$@" >> config.txt;; install) mkdir -p vendor/bundle; touch vendor/bundle/gem;; esac',
    });
    const made = await bench({
      'template.yaml': sam(fn('A', 'ruby3.4')),
      'fn/Gemfile': '',
      'fn/app.rb': '',
    });
    const { root } = await built(made, 'A');
    assert.deepEqual((await readdir(root)).sort(), ['Gemfile', 'app.rb', 'config.txt', 'vendor']);
    assert.match(
      await readFile(path.join(root, 'config.txt'), 'utf8'),
      /without development:test\n.*path vendor\/bundle/,
    );
  });

  it('.NET and Gradle are told to write elsewhere', async () => {
    const arguments_ = 'for a; do echo "$a"; done > "$(dirname "$0")/arguments"';
    await install({ dotnet: arguments_, gradle: arguments_ });
    const seen = (): Promise<string> => readFile(path.join(tools.folder, 'arguments'), 'utf8');
    const dotnet = await bench({ 'template.yaml': sam(fn('A', 'dotnet8')), 'fn/A.csproj': '' });
    await built(dotnet, 'A');
    const outside = dotnet.buildsDir.replaceAll('.', '\\.');
    assert.match(await seen(), new RegExp(`--output\n${outside}[^]*--artifacts-path\n${outside}`));
    const gradle = await bench({ 'template.yaml': sam(fn('A', 'java21')), 'fn/build.gradle': '' });
    await built(gradle, 'A');
    const there = gradle.buildsDir.replaceAll('.', '\\.');
    assert.match(
      await seen(),
      new RegExp(`--project-cache-dir\n${there}[^]*-Dlamplight\\.out=${there}[^]*lamplightArtifact`),
    );
  });

  it('what nobody has built for long, and what a crash left, is swept at the next start', async () => {
    await install({ go: copyingGo });
    const made = await bench(files);
    const { root } = await built(made, 'A');
    await made.builder.dispose();
    const draft = path.join(root, '..', '.left');
    await mkdir(draft);
    const old = path.join(made.buildsDir, '.tools', 'go-old', 'work');
    await mkdir(old, { recursive: true });
    const next = createBuilder({ folder: made.folder, buildsDir: made.buildsDir });
    builders.push(next);
    await built({ ...made, builder: next }, 'A');
    assert.equal(tools.runs(), 1);
    assert.equal(existsSync(draft), false);
    assert.equal(existsSync(old), false);
  });
});
