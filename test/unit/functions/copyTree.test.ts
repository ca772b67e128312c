import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { copyTree } from '../../../src/host/functions/copyTree.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('the copy of a folder', () => {
  let folder: TemporaryFolder;
  let root: string;
  beforeEach(async () => {
    folder = await temporaryFolder('copy');
    root = path.join(folder.path, 'app');
    await mkdir(path.join(root, 'lib'), { recursive: true });
    await writeFile(path.join(root, 'app.js'), 'app');
    await writeFile(path.join(root, 'lib', 'lib.js'), 'lib');
  });
  afterEach(() => folder.remove());

  let copies = 0;
  const copy = async (): Promise<{ hash: string; target: string }> => {
    const target = path.join(folder.path, `copy-${copies++}`);
    await mkdir(target);
    return { hash: await copyTree(root, target, path.join(root, 'state')), target };
  };

  it('has one hash for the same names, modes and contents, whatever the order and the times', async () => {
    const { hash } = await copy();
    assert.match(hash, /^[0-9a-f]{64}$/);
    await rm(path.join(root, 'lib'), { recursive: true });
    await rm(path.join(root, 'app.js'));
    await mkdir(path.join(root, 'lib'));
    await writeFile(path.join(root, 'lib', 'lib.js'), 'lib');
    await writeFile(path.join(root, 'app.js'), 'app');
    assert.equal((await copy()).hash, hash);
    const others = new Set([hash]);
    for (const change of [
      () => writeFile(path.join(root, 'app.js'), 'other'),
      () => mkdir(path.join(root, 'empty')),
      () => writeFile(path.join(root, 'more.js'), ''),
      () => rm(path.join(root, 'lib', 'lib.js')),
      () => writeFile(path.join(root, 'run'), '', { mode: 0o755 }),
    ]) {
      await change();
      others.add((await copy()).hash);
    }
    assert.equal(others.size, 6);
  });

  it('leaves the state folder alone where that lies in the folder', async () => {
    await mkdir(path.join(root, 'state'));
    await writeFile(path.join(root, 'state', 'lamplight.db'), 'x');
    const { target } = await copy();
    assert.deepEqual((await readdir(target)).sort(), ['app.js', 'lib']);
  });

  it('has large files whole', async () => {
    const large = Buffer.alloc(3 * 1024 * 1024, 'large');
    await writeFile(path.join(root, 'large.bin'), large);
    const { target } = await copy();
    assert.deepEqual(await readFile(path.join(target, 'large.bin')), large);
  });

  it('is refused over the size that AWS takes, in its words', async () => {
    await writeFile(path.join(root, 'huge.bin'), '');
    // Sparse: it takes no room on the disk.
    await truncate(path.join(root, 'huge.bin'), 262_144_001);
    await assert.rejects(
      copy(),
      (error: unknown) =>
        error instanceof AwsError &&
        error.status === 400 &&
        error.message === 'Unzipped size must be smaller than 262144000 bytes',
    );
  });
});
