import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startOf } from '../../../src/client/processIdentity.ts';
import { START_LOCK_FILE, takeStartLock } from '../../../src/client/startLock.ts';
import { skipTest } from '../../helpers/skipTest.ts';

describe('start lock', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lamplight-lock-'));
    file = path.join(folder, START_LOCK_FILE);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is held by one, and free again after its release', async () => {
    const first = await takeStartLock(folder);
    assert.ok(first);
    assert.equal(await takeStartLock(folder), undefined);
    await first.release();
    const second = await takeStartLock(folder);
    assert.ok(second);
    // A second release must not take the lock from its new holder.
    await first.release();
    assert.equal(await takeStartLock(folder), undefined);
    await second.release();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is left alone while it is held, and the folder that others watch with it', async () => {
    const held = await takeStartLock(folder);
    assert.ok(held);
    const before = await stat(folder, { bigint: true });
    for (let times = 0; times < 3; times++) assert.equal(await takeStartLock(folder), undefined);
    assert.equal((await stat(folder, { bigint: true })).ctimeNs, before.ctimeNs);
  });

  it('is taken from a holder that died', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await writeFile(file, JSON.stringify({ pid: child.pid }));
    assert.ok(await takeStartLock(folder));
  });

  it('is taken from a holder whose pid is now another process', async function () {
    if ((await startOf(process.pid)) === undefined)
      skipTest(this, 'this platform tells no start time of a process');
    await writeFile(file, JSON.stringify({ pid: process.pid, start: 'another boot:1' }));
    assert.ok(await takeStartLock(folder));
  });

  it('is respected for a minute where the platform tells no start time', async () => {
    await writeFile(file, JSON.stringify({ pid: process.pid }));
    assert.equal(await takeStartLock(folder), undefined);
    const past = new Date(Date.now() - 61_000);
    await utimes(file, past, past);
    assert.ok(await takeStartLock(folder));
  });

  it('is taken where its file says nothing', async () => {
    await writeFile(file, '{');
    const lock = await takeStartLock(folder);
    assert.ok(lock);
    assert.match(await readFile(file, 'utf8'), new RegExp(`"pid":${process.pid}`));
  });

  it('goes to exactly one of many that ask at once', async () => {
    await writeFile(file, '{}');
    const locks = await Promise.all(Array.from({ length: 20 }, () => takeStartLock(folder)));
    assert.ok(locks.filter(lock => lock !== undefined).length <= 1);
    for (const lock of locks) await lock?.release();
    assert.ok(await takeStartLock(folder), 'nobody holds it afterwards');
  });
});
