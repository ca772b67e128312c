import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KEYS_FILE, openKeys } from '../../../src/host/gateway/keys.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('the keys of a state folder', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(async () => {
    folder = await temporaryFolder('keys');
    file = path.join(folder.path, KEYS_FILE);
  });
  afterEach(() => folder.remove());

  it('are made once, for this user only, and found again', async () => {
    const { owner } = openKeys(folder.path);
    assert.match(owner.accessKeyId, /^AKIA[A-Z2-7]{16}$/);
    assert.match(owner.secretAccessKey, /^[A-Za-z0-9+/]{40}$/);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(openKeys(folder.path).owner, owner);
    const other = await temporaryFolder('keys');
    assert.notDeepEqual(openKeys(other.path).owner, owner);
    await other.remove();
  });

  it('are made anew when others could read them, or when the file is no good', async () => {
    const { owner } = openKeys(folder.path);
    await chmod(file, 0o644);
    const second = openKeys(folder.path).owner;
    assert.notDeepEqual(second, owner);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    for (const content of [
      '',
      '{"accessKeyId":',
      '{}',
      '{"accessKeyId":"AKIA","secretAccessKey":""}',
      'null',
    ]) {
      await writeFile(file, content, { mode: 0o600 });
      const made = openKeys(folder.path).owner;
      assert.match(made.accessKeyId, /^AKIA[A-Z2-7]{16}$/);
      assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), made);
    }
  });

  it('never hold the keys of environments on disk', async () => {
    const keys = openKeys(folder.path);
    const minted = keys.mint('f');
    assert.notEqual(keys.mint('f').accessKeyId, minted.accessKeyId);
    assert.doesNotMatch(await readFile(file, 'utf8'), /ASIA/);
    assert.equal(keys.find(minted.accessKeyId)?.functionName, 'f');
    assert.equal(openKeys(folder.path).find(minted.accessKeyId), undefined);
    minted.revoke();
    assert.equal(keys.find(minted.accessKeyId), undefined);
  });
});
