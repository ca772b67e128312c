/** Packages that a template wants installed (BuildMethod), by the real npm and pip, from files of the workspace: no network. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { sync } from '../../../src/client/controlCalls.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { startTestHost, type TestHost } from '../../helpers/testHost.ts';
import { zipOf } from '../../helpers/zip.ts';

const run = promisify(execFile);

const resource = (id: string, runtime: string, folder: string, file = 'app', method = runtime): string =>
  `  ${id}:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: ${method} }
    Properties: { FunctionName: ${id.toLowerCase()}, CodeUri: ${folder}, Runtime: ${runtime}, Handler: ${file}.handler, Timeout: 30 }
`;

const manifest =
  '{ "dependencies": { "lamp-dep": "file:./lamp-dep.tgz" }, "scripts": { "prepare": "missing-program" } }';
const template = [
  resource('Cjs', 'nodejs24.x', 'js', 'one'),
  resource('Esm', 'nodejs24.x', 'js', 'two'),
  resource('Ts', 'nodejs24.x', 'ts', 'app', 'esbuild'),
  resource('Py', 'python3.13', 'py'),
];
const files = {
  'template.yaml': `Transform: AWS::Serverless-2016-10-31\nResources:\n${template.join('')}`,
  'js/package.json': manifest,
  'js/one.js': "exports.handler = async () => require('lamp-dep').name;\n",
  'js/two.mjs': "import { name } from 'lamp-dep';\nexport const handler = async () => name;\n",
  'ts/package.json': manifest,
  'ts/app.ts':
    "import { name } from 'lamp-dep';\nexport const handler = async (): Promise<string> => name;\n",
  'py/requirements.txt': './lamp_dep-1.0-py3-none-any.whl\n',
  'py/app.py': 'import lamp_dep\ndef handler(event, context):\n    return lamp_dep.name\n',
};

/** Writes the workspace, with a package for each language. */
async function workspaceIn(folder: string): Promise<void> {
  const dependency = path.join(folder, '..', 'package');
  await mkdir(dependency);
  await writeFile(path.join(dependency, 'package.json'), '{ "name": "lamp-dep", "version": "1.0.0" }');
  await writeFile(path.join(dependency, 'index.js'), "exports.name = 'from npm';\n");
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  for (const name of ['js', 'ts']) {
    const tarball = path.join(folder, name, 'lamp-dep.tgz');
    await run('tar', ['-czf', tarball, '-C', path.dirname(dependency), 'package']);
  }
  const wheel = await zipOf({
    'lamp_dep.py': "name = 'from pip'\n",
    'lamp_dep-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: lamp-dep\nVersion: 1.0\n',
    'lamp_dep-1.0.dist-info/WHEEL':
      'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    'lamp_dep-1.0.dist-info/RECORD':
      'lamp_dep.py,,\nlamp_dep-1.0.dist-info/METADATA,,\nlamp_dep-1.0.dist-info/WHEEL,,\nlamp_dep-1.0.dist-info/RECORD,,\n',
  });
  await writeFile(path.join(folder, 'py', 'lamp_dep-1.0-py3-none-any.whl'), wheel);
}

describe('packages that a build installs', function () {
  this.timeout(120_000);
  let root: TemporaryFolder;
  let host: TestHost;
  let client: HostClient;
  let treeBefore: string[];

  const invoke = async (name: string): Promise<unknown> => {
    const { Payload } = await host.client.send(new InvokeCommand({ FunctionName: name }));
    return JSON.parse(Buffer.from(Payload ?? []).toString()) as unknown;
  };
  const tree = async (): Promise<string[]> => (await readdir(host.workspace!, { recursive: true })).sort();

  before(async () => {
    root = await temporaryFolder('packages');
    const workspace = path.join(root.path, 'source');
    await mkdir(workspace);
    await workspaceIn(workspace);
    host = await startTestHost({ folder: workspace });
    client = new HostClient(host.ready);
    treeBefore = await tree();
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.log(host.output().slice(-4_000));
  });
  after(async () => {
    client.close();
    await host.stop();
    await root.remove();
  });

  it('are found by require, by import, in a bundle and by Python; nothing was written into the tree', async () => {
    const answers = await Promise.all(['cjs', 'esm', 'ts', 'py'].map(invoke));
    assert.deepEqual(answers, ['from npm', 'from npm', 'from npm', 'from pip']);
    assert.deepEqual(await tree(), treeBefore);
  });

  it('one that there is none of is told at its line, and the last good code answers', async () => {
    const requirements = path.join(host.workspace!, 'py/requirements.txt');
    await writeFile(requirements, '--no-index\n./lamp_dep-1.0-py3-none-any.whl\nno-such-lamp==1\n');
    await sync(client, [requirements]);
    assert.equal(await invoke('py'), 'from pip');
    const { buildError } = host
      .messages()
      .map(message => (message as { function?: { name: string; buildError?: string } }).function ?? {})
      .findLast(summary => 'name' in summary && summary.name === 'py') as { buildError?: string };
    assert.match(buildError ?? '', /py\/requirements\.txt:3:1: pip install failed[^]*no-such-lamp==1/);
  });

  it("the project's own installed packages count, as they are", async () => {
    const own = path.join(host.workspace!, 'js/node_modules/lamp-dep');
    await mkdir(own, { recursive: true });
    await writeFile(path.join(own, 'index.js'), "exports.name = 'from the project';\n");
    const manifestFile = path.join(host.workspace!, 'js/package.json');
    await writeFile(manifestFile, `${await readFile(manifestFile, 'utf8')}\n`);
    await sync(client, [manifestFile]);
    assert.equal(await invoke('cjs'), 'from the project');
  });
});
