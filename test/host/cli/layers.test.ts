import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { call, createFunction } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { zipOf } from '../../helpers/zip.ts';
import { type Ended, run } from './program.ts';

const TEMPLATE = `Transform: AWS::Serverless-2016-10-31
Resources:
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties: { ContentUri: shared }
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: greet
      Runtime: nodejs24.x
      Handler: app.handler
      CodeUri: greet
      Layers: [!Ref Shared]
`;
const greeting = (word: string): string => `module.exports = name => \`${word}, \${name}\`;\n`;

describe('a layer that the template declares', () => {
  const host = useTestHost({
    files: {
      'template.yaml': TEMPLATE,
      'greet/app.js': `const greeting = require('greeting');
        exports.handler = async event => greeting(event.name);`,
      'shared/nodejs/node_modules/greeting/index.js': greeting('Hello'),
    },
  });

  it("is found as AWS's runtimes find it, and a change in it is new code", async () => {
    const { client, workspace } = host();
    assert.equal((await call(client, 'greet', { name: 'Ada' })).payload, 'Hello, Ada');
    const file = path.join(workspace!, 'shared/nodejs/node_modules/greeting/index.js');
    await writeFile(file, greeting('Good day'));
    await until(async () => (await call(client, 'greet', { name: 'Ada' })).payload === 'Good day, Ada', {
      what: "the layer's new code",
    });
  });
});

const FOREIGN = 'arn:aws:lambda:us-east-1:017000801446:layer:Tools:7';

describe('lamplight layers', () => {
  const host = useTestHost({
    files: {
      'template.yaml': TEMPLATE.replace('[!Ref Shared]', `[!Ref Shared, '${FOREIGN}']`),
      'greet/app.js': `const find = name => { try { return require(name); } catch { return 'none'; } };
        exports.handler = async () => find('tools');`,
      'shared/readme.txt': '',
    },
  });
  const lamplight = (...argv: string[]): Promise<Ended> =>
    run(['layers', ...argv, '--state', host().stateDir], { cwd: host().root.path });
  const tools = (word: string): string => `module.exports = '${word}';`;

  it('shows those of the template, and publishes what they have now', async () => {
    const { code, out } = await lamplight();
    assert.equal(code, 0);
    assert.match(out, /^(arn:aws:lambda:us-east-1:000000000000:layer:Shared:1) +workspace +\d+ KB/);
    const published = await lamplight('publish', 'arn:aws:lambda:us-east-1:000000000000:layer:Shared:1');
    assert.match(published.out, /layer:Shared:2 +published/);
    const listed = JSON.parse((await lamplight('--json')).out) as readonly { readonly arn: string }[];
    assert.deepEqual(
      listed.map(({ arn }) => arn.split(':').slice(-2).join(':')),
      ['Shared:1', 'Shared:2'],
    );
  });

  it("imports another account's, which functions have from their next start on", async () => {
    const { client, root } = host();
    assert.equal((await call(client, 'greet')).payload, 'none');
    const other = createFunction(client, 'other', '', { Layers: [FOREIGN] });
    await assert.rejects(other, (error: Error) => {
      assert.equal(error.name, 'InvalidParameterValueException');
      assert.ok(error.message.startsWith(`Layer version ${FOREIGN} does not exist. `), error.message);
      assert.ok(error.message.endsWith(`lamplight layers import ${FOREIGN} FILE.zip`), error.message);
      return true;
    });
    const file = path.join(root.path, 'tools.zip');
    await writeFile(file, await zipOf({ 'nodejs/node_modules/tools/index.js': tools('zipped') }));
    const imported = await lamplight('import', FOREIGN, 'tools.zip', '--description', 'their tools');
    assert.deepEqual([imported.code, imported.err], [0, '']);
    assert.match(imported.out, /layer:Tools:7 +imported +1 KB +their tools\n$/);
    assert.equal((await call(client, 'greet')).payload, 'zipped');
    await createFunction(client, 'other', `exports.handler = async () => require('tools');`, {
      Layers: [FOREIGN],
    });
    assert.equal((await call(client, 'other')).payload, 'zipped');

    const folder = path.join(root.path, 'tools/nodejs/node_modules/tools');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'index.js'), tools('in a folder'));
    assert.equal((await lamplight('import', FOREIGN, 'tools')).code, 0);
    await createFunction(client, 'later', `exports.handler = async () => require('tools');`, {
      Layers: [FOREIGN],
    });
    assert.equal((await call(client, 'later')).payload, 'in a folder');
  });

  it('says what it cannot import', async () => {
    for (const [argv, words] of [
      [['import', 'Tools:7', 'x.zip'], /Tools:7 is not the ARN of a layer version/],
      [['import', FOREIGN, 'gone.zip'], /There is nothing at .*gone\.zip/],
      [
        ['import', 'arn:aws:lambda:us-east-1:000000000000:layer:Shared:1', 'tools.zip'],
        /Shared:1 was made here \(workspace\)/,
      ],
      [['import', FOREIGN], /It is layers, layers import ARN FILE or layers publish ARN/],
    ] as const) {
      const { code, out, err } = await lamplight(...argv);
      assert.notEqual(code, 0);
      assert.equal(out, '');
      assert.match(err, words);
    }
  });
});
