/** Versions of functions that the workspace declares: what was built, or the folder as it was. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  CreateAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { fromBufferPromise } from 'yauzl';
import { functionCode, functionSummaries, sync } from '../../../src/client/controlCalls.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { useTestHost } from '../../helpers/testHost.ts';

const resource = (id: string, runtime: string, handler: string): string =>
  `  ${id}:\n    Type: AWS::Serverless::Function\n    Properties: { FunctionName: ${id.toLowerCase()}, CodeUri: ${id.toLowerCase()}, Runtime: ${runtime}, Handler: ${handler} }\n`;

/** Names of the files in a zip, and in a folder. */
async function namesIn(zip: Buffer): Promise<string[]> {
  const archive = await fromBufferPromise(zip, { lazyEntries: true });
  const names: string[] = [];
  for await (const entry of archive.eachEntry()) names.push(entry.fileName);
  return names.sort();
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

const CONTENT: Readonly<Record<string, readonly [file: string, content: (value: string) => string]>> = {
  // Built by esbuild, and run from its folder, with a package beside it.
  ts: ['ts/value.ts', value => `export const value: string = "${value}";\n`],
  js: ['js/value.js', value => `exports.value = "${value}";\n`],
  py: ['py/value.py', value => `value = "${value}"\n`],
};

describe('versions of the workspace in a real host', function () {
  this.timeout(60_000);
  const host = useTestHost({
    files: {
      'template.yaml': `Transform: AWS::Serverless-2016-10-31\nResources:\n${resource('Ts', 'nodejs24.x', 'app.handler')}${resource('Js', 'nodejs24.x', 'app.handler')}${resource('Py', 'python3.13', 'app.handler')}`,
      'ts/app.ts':
        'import { value } from "./value";\nexport const handler = async (): Promise<string> => value;\n',
      'ts/value.ts': 'export const value: string = "0";\n',
      'js/app.js':
        'const { value } = require("./value");\nexports.handler = async () => value + require("greeting");\n',
      'js/value.js': 'exports.value = "0";\n',
      'js/node_modules/greeting/index.js': 'module.exports = "!";\n',
      'py/app.py': 'import value\ndef handler(event, context):\n    return value.value\n',
      'py/value.py': 'value = "0"\n',
    },
  });
  let control: HostClient;
  before(() => {
    control = new HostClient(host().ready);
  });
  after(() => control.close());

  const file = (name: string): string => path.join(host().workspace!, name);
  const invoke = async (name: string, qualifier?: string): Promise<string> => {
    const { Payload } = await host().client.send(
      new InvokeCommand({ FunctionName: name, Qualifier: qualifier }),
    );
    return String(JSON.parse(Buffer.from(Payload ?? []).toString())).replace(/!$/, '');
  };
  const save = async (name: string, value: string): Promise<void> => {
    const [target, content] = CONTENT[name]!;
    writeFileSync(file(target), content(value));
    await sync(control, [file(target)]);
  };

  for (const name of Object.keys(CONTENT))
    it(`${name}: a version stays what it was, whatever is saved`, async () => {
      const { client } = host();
      const published = await client.send(new PublishVersionCommand({ FunctionName: name }));
      assert.equal(published.Version, '1');
      const latest = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
      assert.equal(published.CodeSha256, latest.CodeSha256);
      await client.send(new CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
      await save(name, 'saved');
      assert.equal(await invoke(name), 'saved');
      assert.equal(await invoke(name, '1'), '0');
      assert.equal(await invoke(name, 'live'), '0');
      const next = await client.send(new PublishVersionCommand({ FunctionName: name }));
      assert.equal(next.Version, '2');
      await save(name, 'last');
      await rm(file(`${name}/node_modules`), { recursive: true, force: true });
      const code = await functionCode(control, name, 'live');
      assert.equal(code.version, '1');
      assert.ok(code.root.startsWith(path.join(host().stateDir, 'code')), code.root);
      assert.ok((await readdir(code.root)).some(each => /^app\./.test(each)));
      const { Code } = await client.send(new GetFunctionCommand({ FunctionName: name, Qualifier: 'live' }));
      const zip = Buffer.from(await (await fetch(Code?.Location ?? '')).arrayBuffer());
      assert.deepEqual(await namesIn(zip), await filesIn(code.root));
      const summary = (await functionSummaries(control)).find(each => each.name === name);
      assert.deepEqual(summary?.versions, { count: 2, highest: 2 });
      assert.deepEqual(summary.aliases, [{ name: 'live', version: '1', description: '' }]);
      assert.deepEqual(
        [await invoke(name, '1'), await invoke(name, '2')],
        ['0', 'saved'],
        'with its packages',
      );
    });
});
