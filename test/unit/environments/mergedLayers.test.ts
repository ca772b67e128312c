import assert from 'node:assert/strict';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import type { EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import { createMergedLayers, type MergedLayers } from '../../../src/host/environments/layers/mergedLayers.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { until } from '../../helpers/until.ts';

type Tree = Readonly<Record<string, string>>;

describe('merged layers', () => {
  let folder: TemporaryFolder;
  let state: string;
  let clock: ManualClock;
  let merged: MergedLayers;
  let inUse: EnvironmentSpec[];
  let warnings: string[];

  const open = (): MergedLayers =>
    createMergedLayers({
      clock,
      stateDir: state,
      inUse: () => inUse,
      warn: message => warnings.push(message),
    });

  beforeEach(async () => {
    folder = await temporaryFolder('layers');
    state = path.join(folder.path, 'state');
    clock = manualClock(Date.now());
    inUse = [];
    warnings = [];
    merged = open();
  });
  afterEach(async () => {
    await merged.close();
    assert.deepEqual(warnings, []);
    await folder.remove();
  });

  async function tree(root: string, files: Tree): Promise<string> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), content);
    }
    return root;
  }
  const live = (name: string, files: Tree): Promise<string> => tree(path.join(folder.path, name), files);
  const fixed = (name: string, files: Tree): Promise<string> =>
    tree(path.join(state, 'code', name, 'files'), files);

  const spec = (...layers: string[]): EnvironmentSpec =>
    ({ functionName: 'f', layers }) as unknown as EnvironmentSpec;

  /** For an environment that is there from now on. */
  async function start(layers: readonly string[], mounted = false): Promise<string> {
    const one = spec(...layers);
    inUse.push(one);
    return (await merged.of(one, { mounted })) ?? assert.fail('no folder');
  }

  const text = (root: string, name: string): Promise<string> => readFile(path.join(root, name), 'utf8');
  const copies = async (): Promise<string[]> =>
    (await readdir(path.join(state, 'layers')).catch(() => [])).sort();

  it('lie over each other in their order, read-only', async () => {
    const one = await live('one', { a: 'one', 'lib/only': 'one', 'was/folder': 'x', was2: 'file' });
    const two = await live('two', { a: 'two', 'lib/more': 'two', was: 'file now', 'was2/folder': 'y' });
    await writeFile(path.join(two, 'tool'), '#!', { mode: 0o755 });
    await symlink('../tool', path.join(two, 'lib/tool'));
    await symlink('gone', path.join(two, 'nowhere'));
    const root = await start([one, two]);
    assert.deepEqual((await readdir(root, { recursive: true })).sort(), [
      'a',
      'lib',
      'lib/more',
      'lib/only',
      'lib/tool',
      'nowhere',
      'tool',
      'was',
      'was2',
      'was2/folder',
    ]);
    assert.deepEqual([await text(root, 'a'), await text(root, 'was')], ['two', 'file now']);
    assert.deepEqual(
      [(await stat(path.join(root, 'tool'))).mode & 0o777, (await stat(path.join(root, 'a'))).mode & 0o777],
      [0o555, 0o444],
    );
    assert.equal(await readlink(path.join(root, 'lib/tool')), '../tool');
    assert.notEqual(await start([two, one]), root, 'another order is another list');
    assert.equal(await merged.of(spec(), { mounted: false }), undefined);
  });

  it('cost one copy, however many environments have them', async () => {
    const megabyte = 'x'.repeat(1024 * 1024);
    const files = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`data/${index}`, megabyte]));
    const one = await live('one', files);
    const two = await live('two', { small: 'y' });
    const roots = await Promise.all(Array.from({ length: 20 }, () => start([one, two])));
    assert.equal(new Set(roots).size, 1);
    const used = await diskUsage(state);
    assert.ok(used > 25 * 1024 * 1024 && used < 26 * 1024 * 1024, `${used} bytes`);
    await live('two', { small: 'changed' });
    const changed = await start([one, two]);
    assert.notEqual(changed, roots[0]);
    assert.ok((await diskUsage(state)) < 26.5 * 1024 * 1024, 'what did not change is not copied again');
  });

  it('that were uploaded cost nothing: one is used where it is, several are linked', async () => {
    const one = await fixed('a', { lib: 'one' });
    const two = await fixed('b', { bin: 'two' });
    assert.equal(await start([one]), one);
    assert.deepEqual(await copies(), []);
    const root = await start([one, two]);
    for (const [name, layer] of [
      ['lib', one],
      ['bin', two],
    ] as const)
      assert.equal((await stat(path.join(root, name))).ino, (await stat(path.join(layer, name))).ino);
  });

  it('of the workspace are mounted where they are, or copied: never linked, never changed', async () => {
    const one = await live('one', { 'python/a.py': 'one' });
    await chmod(path.join(one, 'python/a.py'), 0o640);
    assert.equal(await start([one], true), one);
    const root = await start([one]);
    assert.notEqual(root, one);
    const { mode, nlink } = await stat(path.join(one, 'python/a.py'));
    assert.deepEqual([mode & 0o777, nlink], [0o640, 1]);
    await writeFile(path.join(one, 'python/a.py'), 'saved in place');
    assert.equal(await text(root, 'python/a.py'), 'one');
  });

  it('hold what links that lead out of a folder lead to', async () => {
    const outside = await live('outside', { 'index.js': 'outside' });
    const one = await live('one', { 'nodejs/x': '' });
    await symlink(outside, path.join(one, 'nodejs/linked'));
    const root = await start([one], true);
    assert.notEqual(root, one, 'a container would not find it');
    assert.equal(await text(root, 'nodejs/linked/index.js'), 'outside');
    assert.equal((await lstat(path.join(root, 'nodejs/linked'))).isDirectory(), true);
    await live('outside', { 'index.js': 'outside, changed' });
    assert.equal(await text(await start([one], true), 'nodejs/linked/index.js'), 'outside, changed');
  });

  it('are made anew when a file changes, and the old copy goes with its last environment', async () => {
    const one = await live('one', { a: '1' });
    const first = await start([one]);
    await live('one', { a: '22' });
    const second = await start([one]);
    assert.equal(await text(second, 'a'), '22');
    merged.clean();
    assert.equal(await text(first, 'a'), '1', 'an environment still has it');
    inUse.shift();
    merged.clean();
    clock.advance(1_000);
    await until(async () => (await copies()).length === 1, { what: 'the old copy to go' });
    assert.equal(await text(second, 'a'), '22');
  });

  it('that nobody uses stay for ten minutes', async () => {
    const one = await live('one', { a: '1' });
    const root = await start([one]);
    const { ino } = await stat(path.join(root, 'a'));
    clock.advance(3_600_000);
    inUse = [];
    merged.clean();
    clock.advance(10 * 60_000 - 1);
    assert.equal(await start([one]), root);
    clock.advance(3_600_000);
    assert.equal((await stat(path.join(root, 'a'))).ino, ino, 'in use again');
    inUse = [];
    merged.clean();
    clock.advance(10 * 60_000);
    await until(async () => (await copies()).length === 0, { what: 'the copy to go' });
    assert.equal(await text(await start([one]), 'a'), '1', 'and are made again');
  });

  it('of an earlier host are used again, and removed when it was long ago or left half done', async () => {
    const one = await live('one', { a: '1' });
    const root = await start([one]);
    const old = path.join(state, 'layers', 'f'.repeat(32));
    await mkdir(old);
    await utimes(old, new Date(0), new Date(0));
    await mkdir(`${root}.0000-half`);
    merged = open();
    await merged.sweep();
    assert.deepEqual(await copies(), [path.basename(root)]);
    const { ino } = await stat(path.join(root, 'a'));
    inUse = [];
    assert.equal(await start([one]), root);
    assert.equal((await stat(path.join(root, 'a'))).ino, ino);
  });

  it('that are gone are an error that says which', async () => {
    const one = await live('one', { a: '1' });
    await rm(one, { recursive: true });
    await assert.rejects(start([one]), {
      code: 'ServiceException',
      message: new RegExp(`A layer of f can't be read: ENOENT.*${one}.*Bring its folder back`),
    });
  });
});

/** Bytes on disk, each file once however many names it has. */
async function diskUsage(root: string): Promise<number> {
  const seen = new Map<number, number>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const { ino, blocks } = await stat(path.join(entry.parentPath, entry.name));
    seen.set(ino, blocks * 512);
  }
  return [...seen.values()].reduce((sum, bytes) => sum + bytes, 0);
}
