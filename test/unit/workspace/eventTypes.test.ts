import assert from 'node:assert/strict';
import { discoverWorkspace } from '../../../src/workspace/discover.ts';
import { removeTempFolders, tempFolder } from './tempFolder.ts';

describe('what invokes a function', () => {
  after(removeTempFolders);

  /** Of the function `Fn`: its `more` properties, and the `rest` of the resources. */
  async function eventTypes(more: string, rest = ''): Promise<readonly string[] | undefined> {
    const folder = await tempFolder({
      'src/app.js': 'exports.handler = async () => 1;\n',
      'template.yaml': `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: src, ${more} }
  Queue: { Type: AWS::SQS::Queue }
${rest}`,
    });
    const model = await discoverWorkspace(folder, { region: 'us-east-1', accountId: '000000000000' });
    assert.deepEqual(model.problems, []);
    return model.functions[0]?.eventTypes;
  }

  it('is what SAM’s Events say, each type once', async () => {
    const events = '{ A: { Type: SQS }, B: { Type: Api }, C: { Type: SQS } }';
    assert.deepEqual(await eventTypes(`Events: ${events}, FunctionUrlConfig: { AuthType: NONE }`), [
      'Api',
      'FunctionUrl',
      'SQS',
    ]);
    assert.equal(await eventTypes('Timeout: 5'), undefined);
  });

  it('is what resources of plain CloudFormation say of it, and not of another', async () => {
    const types = await eventTypes(
      'Timeout: 5',
      `
  MayS3: { Type: AWS::Lambda::Permission, Properties: { FunctionName: !Ref Fn, Principal: s3.amazonaws.com } }
  Other: { Type: AWS::Lambda::Permission, Properties: { FunctionName: other, Principal: sns.amazonaws.com } }
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { FunctionName: !GetAtt Fn.Arn, EventSourceArn: !GetAtt Queue.Arn }
  ByArn:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { FunctionName: !Ref Fn, EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' }
  Url: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: !GetAtt Fn.Arn, AuthType: NONE } }
`,
    );
    assert.deepEqual(types, ['FunctionUrl', 'Kinesis', 'S3', 'SQS']);
  });
});
