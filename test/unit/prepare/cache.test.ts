import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { cachedFolder } from '../../../scripts/prepare/cache.mjs';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('the cache of large things', () => {
  const earlier = process.env['LAMPLIGHT_CACHE'];
  let folder: TemporaryFolder;

  beforeEach(async () => {
    folder = await temporaryFolder('cache');
    process.env['LAMPLIGHT_CACHE'] = folder.path;
  });

  afterEach(async () => {
    if (earlier === undefined) delete process.env['LAMPLIGHT_CACHE'];
    else process.env['LAMPLIGHT_CACHE'] = earlier;
    await folder.remove();
  });

  it('makes an entry once, also when two want it at the same time', async () => {
    let made = 0;
    const make = async (part: string): Promise<void> => {
      made++;
      await writeFile(path.join(part, 'content'), 'whole');
    };
    const [one, two] = await Promise.all([cachedFolder('thing-1', make), cachedFolder('thing-1', make)]);
    assert.equal(one, two);
    assert.equal(made, 1);
    assert.equal(await readFile(path.join(one, 'content'), 'utf8'), 'whole');
    assert.deepEqual(await readdir(folder.path), ['thing-1']);
  });

  it('keeps nothing of an attempt that failed', async () => {
    const fail = async (part: string): Promise<void> => {
      await writeFile(path.join(part, 'half'), '');
      throw new Error('no network');
    };
    await assert.rejects(cachedFolder('thing-1', fail), /no network/);
    const entry = await cachedFolder('thing-1', () => Promise.resolve());
    assert.deepEqual(await readdir(entry), []);
  });

  it('takes over from a process that died while it made the entry', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    await writeFile(path.join(folder.path, 'thing-1.lock'), String(pid));
    await cachedFolder('thing-1', () => Promise.resolve());
    assert.deepEqual(await readdir(folder.path), ['thing-1']);
  });
});
