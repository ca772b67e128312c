import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { call } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';

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
