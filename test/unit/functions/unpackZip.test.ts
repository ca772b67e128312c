import assert from 'node:assert/strict';
import { lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { leavesTree } from '../../../src/host/files/symlinks.ts';
import { MAX_UNZIPPED_BYTES, type Unpacked, unpackZip } from '../../../src/host/functions/unpackZip.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { FILE, makeZip, SYMLINK, type ZipEntry } from './zipFixture.ts';

const UNREADABLE = 'Could not unzip uploaded file. Please check your file, then try to upload again.';
const EMPTY = 'Uploaded file must be a non-empty zip';
const TOO_BIG = 'Unzipped size must be smaller than 262144000 bytes';

describe('a deployment package', () => {
  let folder: TemporaryFolder;
  /** Where it is unpacked; its neighbours show what escaped. */
  let target: string;

  beforeEach(async () => {
    folder = await temporaryFolder('zip');
    target = path.join(folder.path, 'a', 'b', 'files');
    await mkdir(target, { recursive: true });
  });
  afterEach(() => folder.remove());

  const text = (name: string): Promise<string> => readFile(path.join(target, name), 'utf8');

  async function unpack(zip: Buffer): Promise<Unpacked> {
    const file = path.join(folder.path, 'a', 'package.zip');
    await writeFile(file, zip);
    try {
      return await unpackZip(file, target);
    } finally {
      await rm(file);
    }
  }

  async function refuses(zip: Buffer, message: string): Promise<void> {
    await assert.rejects(unpack(zip), (error: unknown) => {
      assert.ok(error instanceof AwsError, String(error));
      assert.equal(error.code, 'InvalidParameterValueException');
      assert.equal(error.status, 400);
      assert.equal(error.message, message);
      return true;
    });
    // Whatever was unpacked, nothing is beside the folder that it belongs in.
    assert.deepEqual(await readdir(folder.path), ['a']);
    assert.deepEqual(await readdir(path.join(folder.path, 'a')), ['b']);
    assert.deepEqual(await readdir(path.join(folder.path, 'a', 'b')), ['files']);
  }

  const refusesEntries = (...entries: ZipEntry[]): Promise<void> => refuses(makeZip(entries), UNREADABLE);

  describe('that is honest', () => {
    it('is unpacked with its folders, exec bits and relative symlinks', async () => {
      const big = Buffer.alloc(3_000_000, 'big ');
      const { unzippedBytes } = await unpack(
        makeZip([
          { name: 'lib/' },
          { name: 'lib/deep/er/code.js', content: 'code' },
          { name: 'bootstrap', content: '#!/bin/sh', mode: FILE | 0o755 },
          { name: 'stored.txt', content: 'as it is', stored: true },
          { name: 'big.bin', content: big },
          { name: 'lib/current', content: 'deep/er', mode: SYMLINK },
          { name: 'up', content: 'lib/deep/../current/code.js', mode: SYMLINK },
          { name: 'ünï.txt', content: '' },
        ]),
      );
      assert.equal(await text('lib/deep/er/code.js'), 'code');
      assert.equal(await text('stored.txt'), 'as it is');
      assert.deepEqual(await readFile(path.join(target, 'big.bin')), big);
      assert.equal(await text('ünï.txt'), '');
      assert.equal(await readlink(path.join(target, 'lib/current')), 'deep/er');
      assert.equal(await text('up'), 'code');
      const mode = async (name: string): Promise<number> =>
        (await lstat(path.join(target, name))).mode & 0o777;
      assert.equal(await mode('bootstrap'), 0o555);
      assert.equal(await mode('stored.txt'), 0o444);
      assert.equal(unzippedBytes, 4 + 9 + 8 + big.length + 7 + 27);
    });

    it('may come from Windows: no modes, backslashes', async () => {
      await unpack(makeZip([{ name: 'src\\index.js', content: 'w', system: 0, mode: 0 }]));
      assert.equal(await text('src/index.js'), 'w');
    });

    it('may name a file twice: the last wins', async () => {
      await unpack(
        makeZip([
          { name: 'a.js', content: 'first' },
          { name: 'link', content: 'a.js', mode: SYMLINK },
          { name: './a.js', content: 'second' },
          { name: 'link', content: 'a file now' },
        ]),
      );
      assert.equal(await text('a.js'), 'second');
      assert.equal(await text('link'), 'a file now');
      assert.ok((await lstat(path.join(target, 'link'))).isFile());
    });
  });

  describe('that is no package', () => {
    it('is refused when it is empty', async () => {
      await refuses(Buffer.alloc(0), EMPTY);
      await refuses(makeZip([]), EMPTY);
    });

    it('is refused when it is something else or damaged', async () => {
      const good = makeZip([{ name: 'index.js', content: 'exports.handler = 1;'.repeat(50) }]);
      await refuses(Buffer.from('this is not a zip'), UNREADABLE);
      await refuses(good.subarray(0, good.length - 30), UNREADABLE);
      await refuses(good.subarray(0, 40), UNREADABLE);
      const flipped = Buffer.from(good);
      flipped[45] = flipped[45]! ^ 0xff;
      await refuses(flipped, UNREADABLE);
      await refusesEntries({ name: 'a', content: 'x', declaredCrc: 1 });
      await refusesEntries({ name: 'a', content: 'x', encrypted: true });
    });

    it('is refused when its entries are in each other’s way', async () => {
      await refusesEntries({ name: 'a', content: 'file' }, { name: 'a/b', content: 'under a file' });
      await refusesEntries(
        { name: 'd/x', content: 'in a folder' },
        { name: 'd', content: 'elsewhere', mode: SYMLINK },
      );
    });

    it('is refused for devices and pipes', async () => {
      await refusesEntries({ name: 'pipe', mode: 0o010644 });
      await refusesEntries({ name: 'dev', mode: 0o020644 });
    });
  });

  describe('that reaches outside', () => {
    it('by its names, is refused', async () => {
      for (const name of [
        '../evil',
        'x/../../evil',
        'x/../../../../../../../../tmp/evil',
        '..',
        '/evil',
        '//evil',
        'C:\\evil',
        'c:/evil',
        '..\\evil',
        'x\\..\\..\\evil',
        'nul\0byte',
      ])
        await refusesEntries({ name: 'good.js', content: 'x' }, { name, content: 'evil' });
    });

    it('by its links, is refused', async () => {
      for (const content of [
        '/etc/passwd',
        '../evil',
        'x/../../evil',
        '../../../../../../../etc/passwd',
        'C:\\evil',
        '..\\..\\evil',
      ])
        await refusesEntries({ name: 'good.js', content: 'x' }, { name: 'link', content, mode: SYMLINK });
    });

    it('by a chain of links each of which looks harmless, is refused', async () => {
      await refusesEntries(
        { name: 'a/b/c/file', content: 'x' },
        { name: 'a/b/c/up', content: '../../..', mode: SYMLINK },
        { name: 'a/b/c/out', content: 'up/../evil', mode: SYMLINK },
      );
      await refusesEntries(
        { name: 'dir/keep', content: 'x' },
        { name: 'here', content: '.', mode: SYMLINK },
        { name: 'dir/l', content: '../here/../evil', mode: SYMLINK },
      );
    });

    it('by writing through its own link, is refused', async () => {
      await refusesEntries(
        { name: 'link', content: '..', mode: SYMLINK },
        { name: 'link/evil', content: 'evil' },
      );
      await refusesEntries(
        { name: 'link', content: '/tmp', mode: SYMLINK },
        { name: 'link/evil-lamplight', content: 'evil' },
      );
    });

    it('with a target that is no path, is refused', async () => {
      await refusesEntries({ name: 'link', content: '', mode: SYMLINK });
      await refusesEntries({ name: 'link', content: 'a/'.repeat(4_000), mode: SYMLINK });
    });
  });

  describe('that grows', () => {
    it('is refused by what it declares, before anything is inflated', async () => {
      await refuses(
        makeZip([
          { name: 'a', content: 'x', declaredSize: MAX_UNZIPPED_BYTES - 1 },
          { name: 'b', content: 'x', declaredSize: 2 },
        ]),
        TOO_BIG,
      );
      assert.deepEqual(await readdir(target), []);
    });

    it('is refused by what comes out, when it lies about it', async () => {
      const bomb = Buffer.alloc(20_000_000);
      await refuses(makeZip([{ name: 'a', content: bomb, declaredSize: 10 }]), UNREADABLE);
      const files = await readdir(target);
      for (const file of files)
        assert.ok((await lstat(path.join(target, file))).size < 1_000_000, 'it stopped early');
    });

    it('is taken at the limit and refused one byte above it', async function () {
      this.timeout(60_000);
      const half = Buffer.alloc(MAX_UNZIPPED_BYTES / 2);
      const { unzippedBytes } = await unpack(
        makeZip([
          { name: 'a', content: half },
          { name: 'b', content: half },
        ]),
      );
      assert.equal(unzippedBytes, MAX_UNZIPPED_BYTES);
      await refuses(
        makeZip([
          { name: 'c', content: half },
          { name: 'd', content: half },
          { name: 'e', content: 'x' },
        ]),
        TOO_BIG,
      );
    });
  });
});

describe('following a link', () => {
  let folder: TemporaryFolder;
  before(async () => {
    folder = await temporaryFolder('links');
    await writeFile(path.join(folder.path, 'file'), '');
  });
  after(() => folder.remove());

  it('ends in circles and in nothing without leaving', async () => {
    const at = (name: string): string => path.join(folder.path, name);
    await symlink('b', at('a'));
    await symlink('a', at('b'));
    await symlink('nowhere/at/all/../x', at('c'));
    for (const name of ['a', 'b', 'c']) assert.equal(await leavesTree(at(name), folder.path), false, name);
    await symlink('nowhere/../../x', at('d'));
    assert.equal(await leavesTree(at('d'), folder.path), true);
  });
});
