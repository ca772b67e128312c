/** scripts/prepare/cache.mjs: what is made once for a machine, and who makes it. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cachedFolder } from '../../../scripts/prepare/cache.mjs';

describe('cachedFolder', () => {
  let root: string;
  const given = process.env['LAMPLIGHT_CACHE'];

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'lamplight-cache-'));
    process.env['LAMPLIGHT_CACHE'] = root;
  });
  afterEach(async () => {
    if (given === undefined) delete process.env['LAMPLIGHT_CACHE'];
    else process.env['LAMPLIGHT_CACHE'] = given;
    await rm(root, { recursive: true, force: true });
  });

  const make = (folder: string): Promise<void> => writeFile(path.join(folder, 'it'), 'made');

  it('is made once, and by one at a time', async () => {
    let times = 0;
    const counted = async (folder: string): Promise<void> => {
      times += 1;
      await make(folder);
    };
    const entries = await Promise.all([cachedFolder('a-1', counted), cachedFolder('a-1', counted)]);
    assert.deepEqual(entries, [path.join(root, 'a-1'), path.join(root, 'a-1')]);
    assert.equal(times, 1);
    assert.deepEqual(await readdir(root), ['a-1']);
  });

  it('takes over from a maker that was killed, also where its pid is another process now', async () => {
    // As left by a container that was ended: in the next one our own pid is that of somebody else.
    await writeFile(path.join(root, 'a-1.lock'), `${process.pid} 1 another-boot`);
    await mkdir(path.join(root, 'a-1.part'));
    await writeFile(path.join(root, 'a-1.part/half'), '');
    const entry = await cachedFolder('a-1', make);
    assert.deepEqual(await readdir(entry), ['it']);
    assert.equal(await readFile(path.join(entry, 'it'), 'utf8'), 'made');
    assert.deepEqual(await readdir(root), ['a-1']);
  });

  it('leaves nothing of a making that failed', async () => {
    await assert.rejects(
      cachedFolder('a-1', () => Promise.reject(new Error('no network'))),
      /no network/,
    );
    await cachedFolder('a-1', make);
    assert.deepEqual(await readdir(root), ['a-1']);
  });
});
