import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createCodeStore, type CodeStore } from '../../../src/host/functions/codeStore.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { zipOf } from '../../helpers/zip.ts';

describe('the code store', () => {
  let folder: TemporaryFolder;
  let store: CodeStore;
  let source: string;

  beforeEach(async () => {
    folder = await temporaryFolder('code');
    store = createCodeStore(path.join(folder.path, 'state'));
    source = path.join(folder.path, 'source');
    await mkdir(source);
  });
  afterEach(() => folder.remove());

  const stored = (): Promise<string[]> => readdir(path.join(folder.path, 'state', 'code'));

  const inPieces = (zip: Buffer): AsyncIterable<Buffer> =>
    Readable.from(
      Array.from({ length: Math.ceil(zip.length / 7) }, (_, index) => zip.subarray(index * 7, index * 7 + 7)),
    );

  it('stores equal zips once, whether they come whole or in pieces', async () => {
    const zip = await zipOf({ 'index.js': 'one', 'lib/a.js': 'two!' });
    const [whole, again, pieces] = await Promise.all([
      store.add(zip),
      store.add(zip),
      store.addStream(inPieces(zip)),
    ]);
    const hash = createHash('sha256').update(zip);
    assert.deepEqual(whole, {
      artifact: hash.copy().digest('hex'),
      codeSha256: hash.digest('base64'),
      codeSize: zip.length,
      unzippedSize: 7,
    });
    assert.deepEqual(again, whole);
    assert.deepEqual(pieces, whole);
    assert.deepEqual(await stored(), [whole.artifact]);
    assert.deepEqual(await readFile(store.packageOf(whole.artifact)), zip);
    assert.equal(await readFile(path.join(store.filesOf(whole.artifact), 'lib/a.js'), 'utf8'), 'two!');
  });

  it('leaves nothing behind of a zip that is none', async () => {
    const words = { code: 'InvalidParameterValueException' };
    const noZip = Buffer.from('this is no zip at all');
    await assert.rejects(store.add(noZip), words);
    await assert.rejects(store.addStream(inPieces(noZip)), words);
    await assert.rejects(store.addStream(inPieces(Buffer.alloc(0))), {
      message: 'Uploaded file must be a non-empty zip',
    });
    assert.deepEqual(await stored(), []);
  });

  it('knows the size of the files, also after a restart and without a note of it', async () => {
    const { artifact } = await store.add(await zipOf({ a: 'x'.repeat(1000), 'b/c': 'y' }));
    const restarted = createCodeStore(path.join(folder.path, 'state'));
    assert.equal(await restarted.unzippedSizeOf(artifact), 1001);
    await writeFile(path.join(store.filesOf(artifact), '../facts.json'), 'damaged');
    assert.equal(await createCodeStore(path.join(folder.path, 'state')).unzippedSizeOf(artifact), 1001);
  });

  it('keeps what a folder has: programs, links inside, and what links that lead out lead to', async () => {
    await mkdir(path.join(source, 'bin'));
    await writeFile(path.join(source, 'bin/run'), '#!/bin/sh\n');
    await chmod(path.join(source, 'bin/run'), 0o700);
    await writeFile(path.join(source, 'z'), 'last');
    await symlink('../z', path.join(source, 'bin/z'));
    const outside = path.join(folder.path, 'outside');
    await mkdir(path.join(outside, 'lib'), { recursive: true });
    await writeFile(path.join(outside, 'lib/index.js'), 'outside');
    await symlink('lib/index.js', path.join(outside, 'main.js'));
    await symlink(outside, path.join(source, 'linked'));
    const { artifact, unzippedSize } = await store.addFolder(source);
    const files = store.filesOf(artifact);
    assert.equal((await stat(path.join(files, 'bin/run'))).mode & 0o111, 0o111);
    assert.equal((await stat(path.join(files, 'z'))).mode & 0o111, 0);
    assert.equal(await readlink(path.join(files, 'bin/z')), '../z');
    assert.equal(await readlink(path.join(files, 'linked/main.js')), 'lib/index.js');
    assert.equal(await readFile(path.join(files, 'linked/main.js'), 'utf8'), 'outside');
    assert.equal(unzippedSize, 10 + 4 + 7 + 4 + 12, 'links count as the length of their target');
    // Nobody may change it afterwards.
    await writeFile(path.join(source, 'z'), 'changed');
    assert.equal(await readFile(path.join(files, 'z'), 'utf8'), 'last');
  });

  it('makes one zip of equal files, whenever they were written', async () => {
    await writeFile(path.join(source, 'a'), '1');
    const first = await store.addFolder(source);
    await utimes(path.join(source, 'a'), 5, 5);
    assert.deepEqual(await store.addFolder(source), first);
    await writeFile(path.join(source, 'a'), '2');
    assert.notEqual((await store.addFolder(source)).artifact, first.artifact);
  });

  it('says what is wrong with a folder that it can not keep', async () => {
    await assert.rejects(store.addFolder(path.join(source, 'nowhere')), /nowhere can't be read: ENOENT/);
    await assert.rejects(store.addFolder(source), { message: 'Uploaded file must be a non-empty zip' });
    await mkdir(path.join(folder.path, 'loop'));
    await symlink(path.join(folder.path, 'loop'), path.join(source, 'out'));
    await symlink(source, path.join(folder.path, 'loop/back'));
    await assert.rejects(store.addFolder(source), /loop\/back leads back to a folder/);
    assert.deepEqual(await stored(), []);
  });

  it('sweeps what nobody refers to', async () => {
    const kept = await store.add(await zipOf({ a: 'kept' }));
    await store.add(await zipOf({ a: 'gone' }));
    await mkdir(path.join(folder.path, 'state/code/.tmp-half'));
    await store.sweep(new Set([kept.artifact]));
    assert.deepEqual(await stored(), [kept.artifact]);
  });
});
