import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PublishVersionCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { call } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { type Ended, run } from './program.ts';

describe('lamplight compare', () => {
  const host = useTestHost({
    files: {
      'template.yaml': `Transform: AWS::Serverless-2016-10-31
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: greet, Runtime: nodejs24.x, Handler: app.handler, CodeUri: greet }
`,
      'greet/app.js': "exports.handler = async () => 'Hello';\n",
    },
  });
  const compare = (...argv: string[]): Promise<Ended> =>
    run(['compare', ...argv, '--state', host().stateDir], { cwd: host().root.path });

  it('prints what differs, and tells by its exit code whether something does', async () => {
    const { client, workspace } = host();
    await client.send(new PublishVersionCommand({ FunctionName: 'greet', Description: 'first' }));
    const same = await compare('greet', '--from', '1');
    assert.deepEqual([same.code, same.out], [0, '']);
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'greet', MemorySize: 512 }));
    await writeFile(path.join(workspace!, 'greet/app.js'), "exports.handler = async () => 'Good day';\n");
    await writeFile(path.join(workspace!, 'greet/more.js'), '');
    await until(async () => (await call(client, 'greet', {})).payload === 'Good day', {
      what: 'the new code',
    });
    const { code, out } = await compare('greet', '--from', '1', '--to', '$LATEST');
    assert.equal(code, 1);
    assert.match(out, /^--- greet:1 configuration\n\+\+\+ greet:\$LATEST configuration\n@@ /);
    assert.match(out, /\n- {2}"MemorySize": 128,\n\+ {2}"MemorySize": 512,\n/);
    assert.match(out, /\nchanged {2}app\.js\nadded {4}more\.js\n$/);
    const { files } = JSON.parse((await compare('greet', '--from', '1', '--json')).out) as {
      files: { path: string }[];
    };
    assert.deepEqual(
      files.map(file => file.path),
      ['app.js', 'more.js'],
    );
  });

  it('says what can’t be compared', async () => {
    const missing = await compare('greet', '--from', '7');
    assert.equal(missing.code, 2);
    assert.match(missing.err, /Function not found: .*:function:greet:7/);
    const unnamed = await compare('greet');
    assert.equal(unnamed.code, 2);
    assert.match(unnamed.err, /Name the version to compare with: --from 1/);
  });
});
