/** What debugpy is told of an environment. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { environmentMark } from '../../../../src/extension/debug/environmentMark.ts';
import { copiedFiles } from '../../../../src/extension/debug/python/copiedFiles.ts';
import { adapterOf, pythonAttach } from '../../../../src/extension/debug/python/pythonAttach.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporaryFolder.ts';

const target = {
  debugId: 'd1',
  language: 'python',
  program: '/usr/bin/python3.13',
  localRoot: '/w/report',
  skipFiles: ['/dist/bootstraps/python/**'],
} as const;
const asItIs = { real: '/w', shown: (file: string): string => file };
const options = { debugpy: '/d/debugpy', justMyCode: true, skipFiles: [], paths: asItIs };

describe('the child session of a Python environment', () => {
  it('listens on loopback, hides the runtime, and needs no mapping where the code runs in place', () => {
    const child = pythonAttach('a 1', target, 'e1', {
      ...options,
      skipFiles: ['**/vendor/**', '<node_internals>/**', '!**/mine.py'],
    });
    assert.deepEqual(child['listen'], { host: '127.0.0.1', port: 0 });
    assert.equal(child['justMyCode'], true);
    assert.deepEqual(child['rules'], [
      { path: '/dist/bootstraps/python/**', include: false },
      { path: '**/vendor/**', include: false },
    ]);
    assert.equal('pathMappings' in child, false);
    assert.deepEqual(adapterOf(child), { program: '/usr/bin/python3.13', debugpy: '/d/debugpy' });
    assert.deepEqual(environmentMark(child), { debugId: 'd1', environmentId: 'e1' });
  });

  it('knows another machine’s paths, and calls files as the editor does', () => {
    const paths = { real: '/w', shown: (file: string) => file.replace(/^\/w/, '/link') };
    const child = pythonAttach('a 1', { ...target, remoteRoot: '/var/task' }, 'e1', { ...options, paths });
    assert.deepEqual(child['pathMappings'], [
      { localRoot: '/link/report/', remoteRoot: '/var/task/' },
      { localRoot: '/link/', remoteRoot: '/w/' },
    ]);
  });

  it('reads no adapter from what is not its own', () => {
    for (const adapter of [undefined, null, 'x', {}, { program: 1, debugpy: 'x' }])
      assert.equal(adapterOf({ __lamplightAdapter: adapter }), undefined);
  });
});

describe('the files of a version', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => (folder = await temporaryFolder('copies')));
  afterEach(() => folder.remove());

  async function write(name: string, text: string): Promise<void> {
    const file = path.join(folder.path, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  it('are the workspace’s where nothing has changed, else only those that are the same', async () => {
    const [workspace, copy] = [path.join(folder.path, 'workspace'), path.join(folder.path, 'copy')];
    for (const root of ['workspace', 'copy']) {
      await write(`${root}/app.py`, 'one');
      await write(`${root}/lib/util.py`, 'two');
    }
    await write('copy/venv/foreign.py', 'only here');
    assert.deepEqual(await copiedFiles(workspace, copy), [
      { localRoot: `${workspace}/`, remoteRoot: `${copy}/` },
    ]);
    await write('workspace/app.py', 'changed');
    assert.deepEqual(await copiedFiles(workspace, copy, '/var/task'), [
      { localRoot: path.join(workspace, 'lib/util.py'), remoteRoot: '/var/task/lib/util.py' },
    ]);
  });
});
