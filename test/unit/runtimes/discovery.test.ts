import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { findLaunch } from '../../../src/host/runtimes/processLaunch.ts';
import { findNode } from '../../../src/host/runtimes/nodeDiscovery.ts';
import { findPython } from '../../../src/host/runtimes/pythonDiscovery.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('discovery of languages', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder('discovery');
  });
  afterEach(() => folder.remove());

  async function program(file: string, text: string): Promise<string> {
    const full = path.join(folder.path, file);
    await mkdir(path.dirname(full), { recursive: true });
    await writeFile(full, `#!/bin/sh\n${text}\n`);
    await chmod(full, 0o755);
    return full;
  }
  /** Programs that say they are this version. */
  const node = (file: string, version: string): Promise<string> => program(file, `echo v${version}`);
  const python = (file: string, version: string): Promise<string> =>
    program(file, `echo ${version}; echo "${path.join(folder.path, file)}"`);
  const at = (...names: string[]): string =>
    names.map(name => path.join(folder.path, name)).join(path.delimiter);

  describe('Node.js', () => {
    const find = (major: string, searchPath: string, setting?: string) =>
      findNode({
        major,
        env: { PATH: searchPath },
        home: folder.path,
        ...(setting === undefined ? {} : { setting }),
      });

    it('takes the newest fitting version of a version manager', async () => {
      await node('.nvm/versions/node/v22.9.0/bin/node', '22.9.0');
      const newest = await node('.nvm/versions/node/v22.14.0/bin/node', '22.14.0');
      await node('.nvm/versions/node/v20.1.0/bin/node', '20.1.0');
      assert.deepEqual(await find('22', ''), { command: newest, version: '22.14.0', variables: {} });
    });

    for (const [manager, file] of [
      ['fnm', '.local/share/fnm/node-versions/v21.1.0/installation/bin/node'],
      ['Volta', '.volta/tools/image/node/21.1.0/bin/node'],
      ['asdf', '.asdf/installs/nodejs/21.1.0/bin/node'],
      ['mise', '.local/share/mise/installs/node/21.1.0/bin/node'],
    ] as const) {
      it(`finds those of ${manager}`, async () => {
        const command = await node(file, '21.1.0');
        assert.equal((await find('21', '')).command, command);
      });
    }

    it('takes the fitting one of several on the PATH', async () => {
      await node('a/node', '19.0.0');
      const command = await node('b/node', '21.2.0');
      assert.deepEqual(await find('21', at('a', 'b')), { command, version: '21.2.0', variables: {} });
    });

    it('takes what a setting names first, a folder or a program', async () => {
      await node('.nvm/versions/node/v21.9.0/bin/node', '21.9.0');
      const command = await node('own/bin/node', '21.3.0');
      assert.equal((await find('21', '', path.join(folder.path, 'own'))).command, command);
      assert.equal((await find('21', '', command)).command, command);
    });

    it('takes the PATH’s where none fits, and says so', async () => {
      const command = await node('a/node', '19.4.0');
      const found = await find('21', at('a'));
      assert.equal(found.command, command);
      assert.equal(
        found.notice,
        `Node.js 21 was not found: functions with runtime nodejs21.x run on Node.js 19.4.0 (${command}). Install Node.js 21 to run them on theirs.`,
      );
    });

    it('takes its own where the PATH has none that can run the bootstrap', async () => {
      await node('a/node', '14.21.3');
      const found = await find('21', at('a', 'nowhere'));
      assert.equal(found.command, process.execPath);
      assert.match(found.notice ?? '', /^Node\.js 21 was not found/);
    });

    it('survives a program that can’t run', async () => {
      await program('a/node', 'exit 3');
      assert.equal((await find('21', at('a'))).command, process.execPath);
    });
  });

  describe('Python', () => {
    const find = (minor: string, searchPath: string, virtualEnvironment?: string) =>
      findPython({
        minor,
        env: { PATH: searchPath },
        home: folder.path,
        ...(virtualEnvironment === undefined ? {} : { virtualEnvironment }),
      });

    it('takes the exact version from the PATH', async () => {
      await python('a/python3', '3.10.1');
      const command = await python('a/python3.12', '3.12.4');
      assert.deepEqual(await find('3.12', at('a')), { command, version: '3.12.4', variables: {} });
    });

    it('takes what a version manager installed before its shim, which may stand for nothing', async () => {
      await program('shims/python3.12', 'echo "pyenv: python3.12: command not found" >&2; exit 127');
      const command = await python('.pyenv/versions/3.12.4/bin/python3.12', '3.12.4');
      await python('.pyenv/versions/3.1.2/bin/python3.1', '3.1.2');
      assert.equal((await find('3.12', at('shims'))).command, command);
    });

    it('takes python3 where none fits, and says so', async () => {
      const command = await python('a/python3', '3.11.7');
      const found = await find('3.12', at('a'));
      assert.equal(found.command, command);
      assert.equal(
        found.notice,
        `Python 3.12 was not found. Functions with runtime python3.12 run on Python 3.11.7 (${command}). Install Python 3.12 to run them on theirs.`,
      );
    });

    it('takes the project’s virtual environment whatever its version', async () => {
      await python('a/python3.12', '3.12.4');
      const command = await python('project/.venv/bin/python3', '3.11.7');
      const found = await find('3.12', at('a'), path.join(folder.path, 'project/.venv'));
      assert.equal(found.command, command);
      assert.equal(
        found.notice,
        `Functions with runtime python3.12 run on Python 3.11.7 (${command}): it is the project's virtual environment.`,
      );
    });

    it('says what to install where there is none', async () => {
      await program('a/python3', 'echo 2.7.18');
      await assert.rejects(find('3.12', at('a')), {
        name: 'InvalidRuntimeException',
        message:
          /^Python was not found on this machine, and a function's runtime is python3\.12: install Python 3\.12 /,
      });
    });
  });

  it('finds the virtual environment by its packages’ folder', async () => {
    const command = await python('project/.venv/bin/python3', '3.13.1');
    await writeFile(path.join(folder.path, 'project/.venv/pyvenv.cfg'), 'home = /usr/bin\n');
    const packages = path.join(folder.path, 'project/.venv/lib/python3.13/site-packages');
    await mkdir(packages, { recursive: true });
    const launch = await findLaunch('python3.13', [packages], {
      env: { PATH: '' },
      cacheDirectory: folder.path,
    });
    assert.equal(launch.command, command);
    assert.equal(launch.version, '3.13');
  });
});
