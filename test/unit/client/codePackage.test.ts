import assert from 'node:assert/strict';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fromBuffer, type Entry } from 'yauzl';
import { codePackage } from '../../../src/client/codePackage.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

/** Names with their modes, as octal text. */
async function entriesOf(zip: Buffer): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const found: string[] = [];
    fromBuffer(zip, { lazyEntries: false }, (error, file) => {
      if (error !== null) {
        reject(error);
        return;
      }
      file.on('entry', ({ fileName, externalFileAttributes }: Entry) =>
        found.push(`${fileName} ${(externalFileAttributes >>> 16).toString(8)}`),
      );
      file.on('end', () => resolve(found));
      file.on('error', reject);
    });
  });
}

describe('code as the package that Lambda is given', () => {
  let root: TemporaryFolder;
  let code: string;

  beforeEach(async () => {
    root = await temporaryFolder('package');
    code = path.join(root.path, 'code');
    await mkdir(path.join(code, 'lib'), { recursive: true });
    await writeFile(path.join(code, 'index.js'), 'exports.handler = 1');
  });
  afterEach(() => root.remove());

  it('is all of a folder but .git, with programs and links as they are', async () => {
    await mkdir(path.join(code, '.git'));
    await writeFile(path.join(code, '.git/HEAD'), 'x');
    await writeFile(path.join(code, 'lib/tool'), 'x');
    await chmod(path.join(code, 'lib/tool'), 0o755);
    await symlink('lib/tool', path.join(code, 'tool'));
    assert.deepEqual(await entriesOf(await codePackage(code)), [
      'index.js 100644',
      'lib/tool 100755',
      'tool 120777',
    ]);
  });

  it('has what links lead to outside of the folder', async () => {
    await mkdir(path.join(root.path, 'shared'));
    await writeFile(path.join(root.path, 'shared/a.js'), 'x');
    await symlink('../shared', path.join(code, 'shared'));
    assert.deepEqual(await entriesOf(await codePackage(code)), ['index.js 100644', 'shared/a.js 100644']);
  });

  it('is a zip as it is', async () => {
    const zip = await codePackage(code);
    const file = path.join(root.path, 'code.zip');
    await writeFile(file, zip);
    assert.deepEqual(await codePackage(file), zip);
  });

  it('says what can’t be packed', async () => {
    await assert.rejects(codePackage(path.join(root.path, 'nowhere')), /There is nothing at .*nowhere/);
    await assert.rejects(codePackage(path.join(code, 'lib')), /has no files/);
    await symlink('gone', path.join(code, 'link'));
    await assert.rejects(codePackage(code), /link is a link that leads nowhere/);
  });

  it('says where a link leads around', async () => {
    await symlink(root.path, path.join(code, 'lib/all'));
    await assert.rejects(codePackage(code), /leads back to a folder that it lies in/);
  });
});
