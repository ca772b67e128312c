import assert from 'node:assert/strict';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codeChanges } from '../../../src/host/control/codeChanges.ts';
import type { FunctionRecord } from '../../../src/host/functions/functionRecord.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('the difference between the code of two versions', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder('changes');
  });
  afterEach(() => folder.remove());

  async function make(side: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
    await mkdir(path.join(folder.path, side), { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder.path, side, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }

  const changesOf = (from = '1', to = '2') =>
    codeChanges(
      {
        accountId: '000000000000',
        region: 'us-east-1',
        get: (_name, version = '$LATEST') =>
          version === '9'
            ? undefined
            : ({ version, code: { kind: version === '8' ? 'image' : 'folder' } } as FunctionRecord),
        codeRoot: ({ version }) => Promise.resolve(path.join(folder.path, version)),
      },
      'f',
      from,
      to,
      path.join(folder.path, '2/.lamplight'),
    );
  const filesOf = async (): Promise<string[]> =>
    (await changesOf()).files.map(({ path: name, change }) => `${change} ${name}`);

  it('is the files that came, went and changed, by their paths', async () => {
    const big = Buffer.alloc(200_000, 1);
    const almost = Buffer.from(big).fill(2, big.length - 1);
    await make('1', { 'app.js': 'a', 'old.js': '', 'lib/same.js': 'same', 'big.bin': big, 'same.bin': big });
    await make('2', {
      'app.js': 'b',
      'new/x.js': '',
      'lib/same.js': 'same',
      'big.bin': almost,
      'same.bin': big,
    });
    await chmod(path.join(folder.path, '2/lib/same.js'), 0o444);
    assert.deepEqual(await filesOf(), [
      'changed app.js',
      'changed big.bin',
      'added new/x.js',
      'removed old.js',
    ]);
    const { from, to, truncated } = await changesOf();
    assert.deepEqual([from.version, to.version, truncated], ['1', '2', false]);
    assert.equal(from.root, path.join(folder.path, '1'));
  });

  it('is nothing where both are the same, or the very same folder', async () => {
    await make('1', { 'app.js': 'a' });
    await make('2', {
      'app.js': 'a',
      '.git/HEAD': 'ref',
      'venv/pyvenv.cfg': '',
      'venv/x.py': '',
      '.lamplight/db': '',
    });
    assert.deepEqual(await filesOf(), []);
    assert.deepEqual((await changesOf('1', '1')).files, []);
  });

  it('knows links by where they lead, however they are written', async () => {
    await make('1', { 'lib/x.js': 'x', 'kept.js': 'k' });
    await make('2', { 'lib/x.js': 'x', 'kept.js': 'k' });
    const link = (side: string, to: string, name: string): Promise<void> =>
      symlink(to, path.join(folder.path, side, name));
    await link('1', 'lib', 'inside');
    await link('2', path.join(folder.path, '2/lib'), 'inside');
    await link('1', '../outside', 'out');
    await link('2', path.join(folder.path, 'outside'), 'out');
    await link('1', 'lib', 'moved');
    await link('2', 'kept.js', 'moved');
    await link('1', 'nowhere', 'broken');
    await make('2', { broken: 'now a file' });
    assert.deepEqual(await filesOf(), ['changed broken', 'changed moved']);
  });

  it('is refused where a version is not there, or is an image', async () => {
    await make('1', {});
    await assert.rejects(changesOf('1', '9'), /Function not found: .*:f:9/);
    await assert.rejects(changesOf('8', '1'), /code of .*:f:8 is in its image/);
  });
});
