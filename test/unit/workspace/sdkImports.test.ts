import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { discoverWorkspace } from '../../../src/workspace/discover.ts';
import { sdkImports, sdkImportsOfPackage, sdkPackagesIn } from '../../../src/workspace/sdkImports.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('imports of the AWS SDK', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder('sdk-imports');
  });
  afterEach(() => folder.remove());

  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder.path, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  };
  /** Names of the packages that each function lacks. */
  const lacking = async (): Promise<Record<string, readonly string[]>> => {
    const model = await discoverWorkspace(folder.path, { region: 'us-east-1', accountId: '000000000000' });
    const found = await sdkImports(model);
    return Object.fromEntries(found.map(({ name, packages }) => [name, packages]));
  };

  it('are seen in every form, types aside', () => {
    const source = `
      import { S3Client } from '@aws-sdk/client-s3';
      import {
        SQSClient,
      } from "@aws-sdk/client-sqs";
      import '@smithy/protocol-http';
      export { a } from '@aws-sdk/client-sns/dist-cjs/index';
      const b = require('@aws-sdk/client-ssm');
      const c = await import( "@aws-sdk/client-sfn" );
      import type { D } from '@aws-sdk/client-iam';
      export type { E } from '@aws-sdk/client-ec2';
      import { F } from '@aws-sdk/types';
      import g from './@aws-sdk/client-mine';
      console.log('@aws-sdk/client-text');
    `;
    assert.deepEqual(sdkPackagesIn(source, 'node'), [
      '@aws-sdk/client-s3',
      '@aws-sdk/client-sqs',
      '@smithy/protocol-http',
      '@aws-sdk/client-sns',
      '@aws-sdk/client-ssm',
      '@aws-sdk/client-sfn',
    ]);
    for (const line of ['import boto3', 'from botocore.config import Config', '    import boto3, json'])
      assert.deepEqual(sdkPackagesIn(`import os\n${line}\n`, 'python'), ['boto3'], line);
    for (const line of ['import boto3_extras', '# import boto3', 'x = "import boto3"'])
      assert.deepEqual(sdkPackagesIn(`import os\n${line}\n`, 'python'), [], line);
  });

  it('count where neither the project nor a layer has them', async () => {
    await write({
      'template.yaml': `Transform: AWS::Serverless-2016-10-31
Resources:
  Shop:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, Handler: app.handler, CodeUri: shop/ }
  Bill:
    Type: AWS::Serverless::Function
    Properties: { Runtime: python3.13, Handler: app.handler, CodeUri: bill/ }
  Mail:
    Type: AWS::Serverless::Function
    Properties: { Runtime: python3.13, Handler: app.handler, CodeUri: mail/ }
  Note:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: |
        const s3 = require('@aws-sdk/client-s3');
        exports.handler = async () => 1;
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties: { ContentUri: layer/ }
`,
      'shop/app.mjs': `
        import '@aws-sdk/client-s3';
        import '@aws-sdk/client-sqs';
        import '@aws-sdk/client-sns';
        export const handler = async () => 1;`,
      'shop/lib/more.mjs': `import '@aws-sdk/client-ssm';`,
      'shop/node_modules/@aws-sdk/client-sqs/index.js': `require('@smithy/core');`,
      'layer/nodejs/node_modules/@aws-sdk/client-sns/index.js': '',
      'bill/app.py': 'import boto3\ndef handler(event, context): return 1\n',
      'mail/app.py': 'import boto3\ndef handler(event, context): return 1\n',
      'mail/boto3/__init__.py': '',
    });
    assert.deepEqual(await lacking(), {
      Shop: ['@aws-sdk/client-s3', '@aws-sdk/client-ssm'],
      Bill: ['boto3'],
      Mail: [],
      Note: ['@aws-sdk/client-s3'],
    });
  });

  it('are seen in uploaded code', async () => {
    await write({
      'index.js': `require('@aws-sdk/client-s3'); require('@aws-sdk/client-sqs');`,
      'node_modules/@aws-sdk/client-sqs/package.json': '{}',
    });
    assert.deepEqual(await sdkImportsOfPackage(folder.path, 'node'), ['@aws-sdk/client-s3']);
    assert.deepEqual(await sdkImportsOfPackage(folder.path, 'python'), []);
  });
});
