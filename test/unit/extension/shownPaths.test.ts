import assert from 'node:assert/strict';
import { mkdir, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';
import { ShownPaths } from '../../../src/extension/project/shownPaths.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('the paths that the editor shows', () => {
  it('are the link’s for what is in the folder, and as they are for the rest', async () => {
    const root = await temporaryFolder('shown');
    try {
      const real = path.join(await realpath(root.path), 'real');
      const link = path.join(root.path, 'link');
      await mkdir(real);
      await symlink(real, link);
      const paths = new ShownPaths(link);
      assert.equal(paths.real, real);
      assert.equal(paths.shown(path.join(real, 'src/a.ts')), path.join(link, 'src/a.ts'));
      assert.equal(paths.shown(real), link);
      assert.equal(paths.shown(path.join(real, '..name')), path.join(link, '..name'));
      assert.equal(paths.shown(`${real}-other/a.ts`), `${real}-other/a.ts`);
      assert.equal(paths.shown(path.join(link, 'src/a.ts')), path.join(link, 'src/a.ts'));
      assert.equal(new ShownPaths(real).shown(path.join(real, 'a.ts')), path.join(real, 'a.ts'));
    } finally {
      await root.remove();
    }
  });

  it('are as they are while the folder is not there', () => {
    const paths = new ShownPaths('/no/such/folder');
    assert.equal(paths.shown('/elsewhere/a.ts'), '/elsewhere/a.ts');
    assert.equal(paths.shown('/no/such/folder/a.ts'), '/no/such/folder/a.ts');
  });
});
