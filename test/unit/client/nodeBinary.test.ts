import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  findNode,
  hostLaunch,
  isOlder,
  managedNodes,
  ownNodeServes,
} from '../../../src/client/nodeBinary.ts';
import type { Surroundings } from '../../../src/client/userFolders.ts';

describe('the Node that runs the host', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'lamplight-node-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** A program that answers as a Node of that version would. */
  async function node(file: string, answer: string): Promise<string> {
    const absolute = path.join(root, file);
    await mkdir(path.dirname(absolute), { recursive: true });
    await writeFile(absolute, `#!/bin/sh\nprintf '${answer}'\n`);
    await chmod(absolute, 0o755);
    return absolute;
  }
  const here = (env: Record<string, string>): Surroundings => ({
    platform: 'linux',
    env: { PATH: path.join(root, 'bin'), ...env },
    home: path.join(root, 'home'),
  });

  it('compares versions by number', () => {
    assert.equal(isOlder('22.9.0', '22.13.0'), true);
    assert.equal(isOlder('22.13.0', '22.13.0'), false);
    assert.equal(isOlder('24.0.0', '22.13.0'), false);
    assert.equal(isOlder('20.20.2', '22.13.0'), true);
  });

  it('is this one, where it serves', async () => {
    assert.equal(ownNodeServes(), true);
    const launch = await hostLaunch('/ext/dist/cli.js', {
      ...here({ NODE_OPTIONS: '--require x', VSCODE_PID: '1', ELECTRON_RUN_AS_NODE: '1', HOME: '/h' }),
    });
    assert.equal(launch.command, process.execPath);
    assert.deepEqual(launch.args, ['/ext/dist/cli.js']);
    const given = Object.entries(launch.env).filter(([, value]) => value !== undefined);
    assert.deepEqual(given.map(([name]) => name).sort(), ['HOME', 'PATH']);
  });

  it('is the one beside a clone before the one on the PATH', async () => {
    const onPath = await node('bin/node', 'yes 24.1.0');
    assert.deepEqual(await findNode(path.join(root, 'clone/dist'), here({})), {
      command: onPath,
      version: '24.1.0',
    });
    const beside = await node('clone/node_modules/node/bin/node', 'yes 24.0.0');
    assert.equal((await findNode(path.join(root, 'clone/dist'), here({})))?.command, beside);
  });

  it('is not one that is too old, was built without sqlite, or fails', async () => {
    await node('a/node', 'no 23.0.0');
    await node('b/node', 'yes 22.12.0');
    await node('c/node', 'nonsense');
    const good = await node('d/node', 'yes 22.13.0');
    const PATH = ['a', 'b', 'c', 'd'].map(name => path.join(root, name)).join(':');
    assert.equal((await findNode(root, here({ PATH })))?.command, good);
  });

  it("is, last of all, a version manager's newest", async () => {
    const old = await node('home/.nvm/versions/node/v22.9.0/bin/node', 'no 22.9.0');
    const newer = await node('home/.nvm/versions/node/v22.20.0/bin/node', 'yes 22.20.0');
    const newest = await node('home/.asdf/installs/nodejs/24.2.0/bin/node', 'yes 24.2.0');
    await node('home/.nvm/versions/node/system/bin/node', 'yes 99.0.0');
    assert.deepEqual(await managedNodes(here({})), [newest, newer, old]);
  });
});
