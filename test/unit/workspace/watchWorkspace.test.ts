import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  watchWorkspace,
  type WatchOptions,
  type WorkspaceWatch,
} from '../../../src/workspace/watch/watchWorkspace.ts';
import { changeBatch } from '../../../src/workspace/watch/changeBatch.ts';
import { removeTempFolders, tempFolder, write, type Files } from './tempFolder.ts';

interface Watched {
  readonly folder: string;
  readonly watch: WorkspaceWatch;
  /** Batches so far, with paths relative to the folder. */
  readonly batches: string[][];
  /** Resolves when each of the paths has been told since the last call. */
  readonly told: (...paths: string[]) => Promise<void>;
}

const watches: WorkspaceWatch[] = [];

async function watched(files: Files, options: WatchOptions = {}): Promise<Watched> {
  const folder = await tempFolder(files);
  const batches: string[][] = [];
  let seen = new Set<string>();
  let wake = (): void => undefined;
  const watch = watchWorkspace(
    folder,
    paths => {
      const relative = paths.map(file => path.relative(folder, file));
      batches.push(relative);
      for (const file of relative) seen.add(file);
      wake();
    },
    options,
  );
  watches.push(watch);
  await watch.ready;
  return {
    folder,
    watch,
    batches,
    async told(...paths) {
      while (!paths.every(file => seen.has(path.normalize(file)))) {
        await new Promise<void>(resolve => (wake = resolve));
      }
      seen = new Set();
    },
  };
}

for (const way of ['folders', 'recursive'] as const) {
  describe(`watchWorkspace by ${way}`, () => {
    after(removeTempFolders);
    afterEach(() => {
      for (const watch of watches.splice(0)) watch.dispose();
    });

    it('tells changed, new and removed files, wherever they are', async () => {
      const { folder, told } = await watched({ 'a.ts': '', 'deep/er/b.ts': '' }, { way });
      await writeFile(path.join(folder, 'a.ts'), '1');
      await told('a.ts');
      await writeFile(path.join(folder, 'deep/er/b.ts'), '1');
      await told('deep/er/b.ts');
      await writeFile(path.join(folder, 'deep/c.ts'), '1');
      await told('deep/c.ts');
      await rm(path.join(folder, 'deep/er/b.ts'));
      await told('deep/er/b.ts');
    });

    // Node's recursive watch on Linux, which only stands in for the systems' own here, loses a file that is replaced.
    const replaced = way === 'folders' || process.platform !== 'linux';
    if (replaced)
      it('tells a file that an editor replaces by renaming', async () => {
        const { folder, told } = await watched({ 'a.ts': '' }, { way });
        for (let count = 0; count < 5; count += 1) {
          await writeFile(path.join(folder, '.a.ts.tmp'), String(count));
          await rename(path.join(folder, '.a.ts.tmp'), path.join(folder, 'a.ts'));
          await told('a.ts');
        }
      });

    it('tells files of folders that come with them, and later ones there', async () => {
      const { folder, told } = await watched({}, { way });
      const elsewhere = await tempFolder({ 'moved/x/y/z.ts': '' });
      await write(folder, { 'new/one/a.ts': '', 'new/two/b.ts': '' });
      await told('new/one/a.ts', 'new/two/b.ts');
      await rename(path.join(elsewhere, 'moved'), path.join(folder, 'moved'));
      await told('moved/x/y/z.ts');
      await writeFile(path.join(folder, 'moved/x/y/z.ts'), '1');
      await told('moved/x/y/z.ts');
    });

    it('gathers what comes together', async () => {
      const { folder, told, batches } = await watched({ 'a.ts': '', 'b.ts': '' }, { way });
      // Without giving way: a busy machine may not put a moment of quiet in between.
      for (const name of ['a.ts', 'b.ts', 'a.ts']) writeFileSync(path.join(folder, name), '1');
      await told('a.ts', 'b.ts');
      assert.equal(batches.length, 1);
      assert.deepEqual(batches[0]?.sort(), ['a.ts', 'b.ts']);
    });

    it('leaves packages, version control and virtual environments alone', async () => {
      const { folder, told, batches } = await watched(
        { 'node_modules/p/i.js': '', 'myenv/pyvenv.cfg': '' },
        { way: 'folders' },
      );
      await write(folder, {
        'node_modules/p/i.js': '1',
        '.git/HEAD': '1',
        'myenv/lib/x.py': '',
        'new/node_modules/q/i.js': '',
      });
      await writeFile(path.join(folder, 'last.ts'), '');
      await told('last.ts');
      assert.deepEqual([...new Set(batches.flat())].sort(), ['last.ts', 'new']);
    });

    it('watches further folders on demand, also left out and outside ones', async () => {
      const outside = await tempFolder({ 'lib/a.ts': '' });
      const { folder, told, watch } = await watched({ '.aws-sam/build/Fn/app.js': '' }, { way });
      watch.include({
        trees: [outside, path.join(folder, 'not/there')],
        folders: [path.join(folder, '.aws-sam/build/Fn'), path.join(folder, 'not/there/either')],
      });
      // Included folders are watched a little later: what is written on and on is told at some point.
      const both = told(path.relative(folder, path.join(outside, 'lib/a.ts')), '.aws-sam/build/Fn/app.js');
      const done = new AbortController();
      void both.then(() => done.abort());
      for (let count = 0; !done.signal.aborted; count += 1) {
        await writeFile(path.join(outside, 'lib/a.ts'), String(count));
        await writeFile(path.join(folder, '.aws-sam/build/Fn/app.js'), String(count));
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      await both;
    });

    it('tells nothing after dispose', async () => {
      const { folder, watch, batches } = await watched({ 'a.ts': '' }, { way });
      writeFileSync(path.join(folder, 'a.ts'), '1');
      watch.dispose();
      const other = await watched({ 'b.ts': '' }, { way });
      await writeFile(path.join(folder, 'a.ts'), '2');
      await writeFile(path.join(other.folder, 'b.ts'), '2');
      await other.told('b.ts');
      assert.deepEqual(batches, []);
    });
  });
}

describe('watchWorkspace by folders', () => {
  after(removeTempFolders);
  afterEach(() => {
    for (const watch of watches.splice(0)) watch.dispose();
  });

  it('follows a folder that is removed and made again, moved away and back', async () => {
    const { folder, told } = await watched({ 'src/deep/a.ts': '' }, { way: 'folders' });
    for (let count = 0; count < 5; count += 1) {
      await rm(path.join(folder, 'src'), { recursive: true });
      await write(folder, { 'src/deep/a.ts': String(count) });
      await told('src/deep/a.ts');
      await writeFile(path.join(folder, 'src/deep/a.ts'), 'changed');
      await told('src/deep/a.ts');
    }
    await rename(path.join(folder, 'src'), path.join(folder, 'lib'));
    await told('src', 'lib/deep/a.ts');
    await writeFile(path.join(folder, 'lib/deep/a.ts'), 'moved');
    await told('lib/deep/a.ts');
    await rename(path.join(folder, 'lib'), path.join(folder, 'src'));
    await told('lib', 'src/deep/a.ts');
    await writeFile(path.join(folder, 'src/deep/a.ts'), 'back');
    await told('src/deep/a.ts');
  });

  it("a folder's own attributes are no change of a file", async () => {
    const { folder, told, batches } = await watched({ 'src/a.ts': '' }, { way: 'folders' });
    const now = new Date();
    await utimes(path.join(folder, 'src'), now, now);
    await writeFile(path.join(folder, 'last'), '');
    await told('last');
    assert.equal(batches.flat().includes(path.normalize('src/src')), false);
  });

  it('sees everything that a busy tree does', async () => {
    const { folder, told } = await watched({}, { way: 'folders' });
    const names = Array.from({ length: 300 }, (_, index) => `d${index % 20}/e${index % 7}/f${index}.ts`);
    for (const name of names) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), '');
    }
    await told(...names);
  });

  it('a tree of 2,000 folders is watched quickly', async function () {
    this.timeout(20_000);
    const folder = await tempFolder();
    for (let index = 0; index < 2000; index += 1) {
      await mkdir(path.join(folder, `a${index % 50}`, `b${index}`), { recursive: true });
    }
    const started = performance.now();
    const watch = watchWorkspace(folder, () => undefined);
    watches.push(watch);
    await watch.ready;
    assert.ok(performance.now() - started < 5000, `${performance.now() - started} ms`);
  });
});

describe('changeBatch', () => {
  it('tells in the end even when changes never stop', async () => {
    const batches: number[] = [];
    const started = performance.now();
    let told = (): void => undefined;
    const first = new Promise<void>(resolve => (told = resolve));
    const batch = changeBatch(() => {
      batches.push(performance.now() - started);
      told();
    });
    const timer = setInterval(() => batch.add('a'), 2);
    await first;
    clearInterval(timer);
    batch.dispose();
    assert.ok((batches[0] ?? 0) >= 50 && (batches[0] ?? 0) < 1000, String(batches));
  });
});
