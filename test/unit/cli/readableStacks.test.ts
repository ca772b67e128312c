import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readableStacks } from '../../../src/cli/readableStacks.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('a stack on the command line', () => {
  let folder: TemporaryFolder;
  let build: string;
  const options = () => ({
    cwd: folder.path,
    codeRoot: (): Promise<string | undefined> => Promise.resolve(build),
  });

  before(async () => {
    folder = await temporaryFolder('stacks');
    build = path.join(folder.path, 'build');
    await mkdir(path.join(folder.path, 'src'));
    await mkdir(build);
    await writeFile(path.join(folder.path, 'src', 'app.ts'), '');
    const sources = ['app.ts', 'gone.ts'].map(
      name => pathToFileURL(path.join(folder.path, 'src', name)).href,
    );
    // Line 1 is line 41 of app.ts, line 2 is line 41 of what is not there any more.
    const map = { version: 3, sources, names: [], mappings: 'AAwCA;ACAA' };
    await writeFile(path.join(build, 'app.js'), '');
    await writeFile(path.join(build, 'app.js.map'), JSON.stringify(map));
    await writeFile(path.join(build, 'plain.js'), '');
  });
  after(() => folder.remove());

  it('names the sources of what was built, relative to the current folder', async () => {
    const built = path.join(build, 'app.js');
    const text = `at f (${built}:1:1)\n"at g (${pathToFileURL(built).href}:1:1)"\nat h (/var/task/app.js:1:1)`;
    assert.equal(
      await readableStacks(text, options()),
      'at f (src/app.ts:41:1)\n"at g (src/app.ts:41:1)"\nat h (src/app.ts:41:1)',
    );
    assert.match(
      await readableStacks(text, { ...options(), cwd: build }),
      /^at f \(\/.*\/src\/app\.ts:41:1\)/,
    );
  });

  it('leaves what it knows nothing better for', async () => {
    const text = [
      `at f (${build}/app.js:2:1)`,
      `at g (${build}/plain.js:3:4)`,
      'at h (node:internal/process:1:2)',
      'File "/var/task/app.py", line 3',
      'http://host/a.js:1:2',
    ].join('\n');
    assert.equal(await readableStacks(text, options()), text);
  });

  it('does not ask where the code is unless a text names it', async () => {
    const asked = { cwd: folder.path, codeRoot: () => Promise.reject(new Error('asked')) };
    assert.equal(await readableStacks('at f (/tmp/x.js:1:1)', asked), 'at f (/tmp/x.js:1:1)');
    await assert.rejects(readableStacks('at f (/var/task/x.js:1:1)', asked), /asked/);
  });
});
