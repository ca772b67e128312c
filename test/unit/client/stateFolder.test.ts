import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, stat, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { stateFolder, stateFolderPath, statePathOf } from '../../../src/client/stateFolder.ts';
import type { Surroundings } from '../../../src/client/userFolders.ts';
import { userCacheFolder, userDataFolder } from '../../../src/client/userFolders.ts';

const linux: Surroundings = { platform: 'linux', env: {}, home: '/home/ada' };

describe('state folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'lamplight-state-')));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lies in the user data folder of each platform', () => {
    assert.equal(userDataFolder(linux), '/home/ada/.local/share/lamplight');
    assert.equal(userDataFolder({ ...linux, env: { XDG_DATA_HOME: '/data' } }), '/data/lamplight');
    assert.equal(
      userDataFolder({ ...linux, env: { XDG_DATA_HOME: 'relative' } }),
      '/home/ada/.local/share/lamplight',
    );
    assert.equal(
      userDataFolder({ ...linux, platform: 'darwin', home: '/Users/ada' }),
      '/Users/ada/Library/Application Support/lamplight',
    );
    assert.equal(userCacheFolder(linux), '/home/ada/.cache/lamplight');
  });

  it('is named by the first 16 hex digits of the sha256 of the real path', () => {
    // printf /home/ada/orders | sha256sum
    assert.equal(statePathOf('/home/ada/orders', linux), '/home/ada/.local/share/lamplight/f5036ac2a3ec1c55');
  });

  it('is one for every way to a folder', async () => {
    await mkdir(path.join(folder, 'real'));
    await symlink(path.join(folder, 'real'), path.join(folder, 'link'));
    const here = { ...linux, env: { XDG_DATA_HOME: folder } };
    assert.equal(
      await stateFolderPath(path.join(folder, 'link'), here),
      await stateFolderPath(path.join(folder, 'real', '..', 'real'), here),
    );
  });

  it('is made for its owner alone', async () => {
    const state = await stateFolder(folder, { ...linux, env: { XDG_DATA_HOME: path.join(folder, 'data') } });
    assert.equal((await stat(state)).mode & 0o777, 0o700);
  });

  it('rejects for a workspace that does not exist', async () => {
    await assert.rejects(stateFolderPath(path.join(folder, 'nowhere'), linux), { code: 'ENOENT' });
  });
});
