import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { extensionFiles, notStartedNotice } from '../../../src/host/environments/engines/extensionFiles.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('the external extensions in layers', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder('extension-files');
    await mkdir(path.join(folder.path, 'extensions', 'library'), { recursive: true });
    for (const name of ['b', 'a']) await writeFile(path.join(folder.path, 'extensions', name), '');
  });
  afterEach(() => folder.remove());

  it('are the files in extensions, not its folders, by name', async () => {
    assert.deepEqual(await extensionFiles(folder.path), { names: ['a', 'b'], disabled: false });
    assert.deepEqual(await extensionFiles(undefined), { names: [], disabled: false });
    assert.deepEqual(await extensionFiles(path.join(folder.path, 'none')), { names: [], disabled: false });
  });

  it('are none where a file turns them off', async () => {
    await writeFile(path.join(folder.path, 'disable-extensions-jwigqn8j'), '');
    assert.deepEqual(await extensionFiles(folder.path), { names: [], disabled: true });
  });

  it('are named where they are not started', () => {
    assert.equal(notStartedNotice('orders', { names: [], disabled: false }), undefined);
    assert.equal(
      notStartedNotice('orders', { names: ['a', 'b'], disabled: false }),
      'The external extensions of orders (a, b) are not started in a container: start the host with --engine process for a function that needs them.',
    );
  });
});
