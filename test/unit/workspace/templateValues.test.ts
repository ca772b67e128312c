import assert from 'node:assert/strict';
import path from 'node:path';
import { discoverWorkspace } from '../../../src/workspace/discover.ts';
import { removeTempFolders, tempFolder, type Files } from './tempFolder.ts';

const options = { region: 'eu-central-1', accountId: '123456789012' };
const app = { 'src/app.js': 'exports.handler = async () => 1;\n' };

/** Discovers a folder with one function `Fn`, whose environment variables are `values`. */
async function environmentOf(values: string, rest = '', files: Files = {}): Promise<Record<string, string>> {
  const folder = await tempFolder({
    ...app,
    ...files,
    'template.yaml': `
Transform: AWS::Serverless-2016-10-31
${rest}
Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub "\${AWS::StackName}-q" } }
  Table: { Type: AWS::DynamoDB::Table }
  Topic: { Type: AWS::SNS::Topic }
  Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: pictures } }
  Secret: { Type: AWS::SecretsManager::Secret }
  Other: { Type: AWS::Serverless::Function, Properties: { FunctionName: other, Handler: app.handler, Runtime: nodejs22.x, CodeUri: src } }
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: nodejs22.x
      CodeUri: src
      Environment:
        Variables:
${values
  .trim()
  .split('\n')
  .map(line => `          ${line}`)
  .join('\n')}
`,
  });
  const model = await discoverWorkspace(folder, options);
  assert.deepEqual(model.problems, []);
  const declared = model.functions.find(({ name }) => name === 'Fn');
  assert.ok(declared);
  return { ...declared.environment };
}

/** Expression → value, with Parameters, Mappings and Conditions as in `sections`. */
const table: readonly (readonly [expression: string, value: string | undefined])[] = [
  ['plain', 'plain'],
  ['1.10', '1.10'],
  ['012345678901', '012345678901'],
  ['yes', 'true'],
  ['N', 'N'],
  ['true', 'true'],
  ['2010-09-09', '2010-09-09'],
  ['"12:30"', '12:30'],
  ['12:30', '12:30'],
  ['!Ref Stage', 'dev'],
  ['{ Ref: Stage }', 'dev'],
  ['!Ref AWS::Region', 'eu-central-1'],
  ['!Ref "AWS::AccountId"', '123456789012'],
  ['!Ref AWS::Partition', 'aws'],
  ['!Ref AWS::URLSuffix', 'amazonaws.com'],
  ['!Ref AWS::NoValue', undefined],
  ['!Ref Table', 'Table'],
  ['!Ref Bucket', 'pictures'],
  ['!Ref Other', 'other'],
  ['!Ref Topic', 'arn:aws:sns:eu-central-1:123456789012:Topic'],
  ['!GetAtt Topic.TopicName', 'Topic'],
  ['!GetAtt Table.Arn', 'arn:aws:dynamodb:eu-central-1:123456789012:table/Table'],
  ['!GetAtt Other.Arn', 'arn:aws:lambda:eu-central-1:123456789012:function:other'],
  ['{ "Fn::GetAtt": [Other, Arn] }', 'arn:aws:lambda:eu-central-1:123456789012:function:other'],
  ['{ "Fn::GetAtt": Other.Arn }', 'arn:aws:lambda:eu-central-1:123456789012:function:other'],
  ['!GetAtt Bucket.RegionalDomainName', 'pictures.s3.eu-central-1.amazonaws.com'],
  ['!Sub "${Stage}-${AWS::Region}-${!Literal}-${Other}"', 'dev-eu-central-1-${Literal}-other'],
  ['!Sub "${Table.Arn}"', 'arn:aws:dynamodb:eu-central-1:123456789012:table/Table'],
  ['!Sub ["${a}/${Stage}", { a: !Ref AWS::Region }]', 'eu-central-1/dev'],
  ['!Sub "costs $5 {and} ${Stage}"', 'costs $5 {and} dev'],
  ['!Join [":", [a, !Ref Stage, 3]]', 'a:dev:3'],
  ['!Join [",", !Ref Zones]', 'a,b,c'],
  ['!Join ["", !Split ["-", a-b-c]]', 'abc'],
  ['!Select [1, !Ref Zones]', 'b'],
  ['!Select ["2", [x, y, z]]', 'z'],
  ['!Select [0, !GetAZs ""]', 'eu-central-1a'],
  ['!Base64 hello', 'aGVsbG8='],
  ['{ "Fn::Base64": !Sub "${Stage}" }', 'ZGV2'],
  ['!FindInMap [Sizes, !Ref Stage, memory]', '256'],
  ['{ "Fn::FindInMap": [Sizes, nothing, memory, { DefaultValue: 1 }] }', '1'],
  ['!If [IsProd, big, small]', 'small'],
  ['!If [IsDev, !Ref Stage, small]', 'dev'],
  ['!If [IsProd, big, !Ref AWS::NoValue]', undefined],
  ['!If [Both, y, n]', 'n'],
  ['!If [Either, y, n]', 'y'],
  ['!If [Named, y, n]', 'y'],
  ['{ "Fn::Length": !Ref Zones }', '3'],
  ['{ "Fn::ToJsonString": { a: [1, !Ref Stage] } }', '{"a":[1,"dev"]}'],
  ['&anchor shared', 'shared'],
];

const sections = `
Parameters:
  Stage: { Type: String, Default: dev }
  Zones: { Type: CommaDelimitedList, Default: "a, b,c" }
Mappings:
  Sizes:
    dev: { memory: 256 }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Both: !And [!Condition IsProd, !Condition IsDev]
  Either: { "Fn::Or": [{ Condition: IsProd }, { Condition: IsDev }] }
  Named: !Equals [true, "true"]
`;

describe('values of templates', () => {
  after(removeTempFolders);

  it('intrinsic functions give what AWS gives', async () => {
    const lines = table.map(([expression], index) => `V${index}: ${expression}`);
    const values = await environmentOf(lines.join('\n'), sections);
    for (const [index, [expression, value]] of table.entries()) {
      assert.equal(values[`V${index}`], value, expression);
    }
  });

  it('merge keys and aliases count', async () => {
    const values = await environmentOf(
      '<<: *base\nB: 3\nC: *word',
      'Metadata:\n  Base: &base { A: 1, B: 2 }\n  Word: &word [x]\n'.replace('[x]', 'said'),
    );
    assert.deepEqual(values, { A: '1', B: '3', C: 'said' });
  });

  it('samconfig.toml gives parameters and stack name, not the region; local sections win', async () => {
    const values = await environmentOf(
      'S: !Ref Stage\nT: !Ref Title\nN: !GetAtt Queue.QueueName\nR: !Ref AWS::Region',
      'Parameters:\n  Stage: { Type: String, Default: dev }\n  Title: { Type: String }\n',
      {
        'samconfig.toml': `version = 0.1
[default.deploy.parameters]
stack_name = "orders" # the stack
region = "us-west-2"
parameter_overrides = "Stage=\\"prod\\" Title='An order'"
[default.local_invoke.parameters]
parameter_overrides = [
  "Stage=local", # wins
]
`,
      },
    );
    assert.deepEqual(values, { S: 'local', T: 'An order', N: 'orders-q', R: 'eu-central-1' });
  });

  it('a samconfig.toml that is no TOML is a problem at its line', async () => {
    const folder = await tempFolder({
      ...app,
      'template.yaml': 'AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n',
      'samconfig.toml': 'version = 0.1\n[default.deploy.parameters\nx = 1\n',
    });
    const { problems } = await discoverWorkspace(folder, options);
    assert.deepEqual(
      problems.map(({ file, startLine }) => [path.basename(file), startLine]),
      [['samconfig.toml', 1]],
    );
  });

  it('Globals add to each function: maps merge, lists grow, the rest is replaced', async () => {
    const folder = await tempFolder({
      ...app,
      'template.yaml': `
Transform: AWS::Serverless-2016-10-31
Parameters: { Prod: { Type: String, Default: "no" } }
Conditions: { IsProd: !Equals [!Ref Prod, "yes"] }
Globals:
  Function:
    Runtime: nodejs20.x
    Timeout: 10
    MemorySize: 512
    CodeUri: src
    Handler: app.handler
    Layers: [arn:aws:lambda:us-east-1:1:layer:one:1]
    Tags: { team: a, cost: b }
    Environment:
      Variables: { A: global, B: !Ref AWS::Region, C: !Ref AWS::Region }
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Timeout: 20
      Runtime: nodejs22.x
      Architectures: [arm64]
      EphemeralStorage: { Size: 1024 }
      Layers: [!Ref Own]
      Tags: { cost: c }
      LoggingConfig: { LogFormat: JSON, ApplicationLogLevel: DEBUG }
      Role: !GetAtt Role.Arn
      Environment:
        Variables: { A: local, C: !Sub "x" }
  Plain:
    Type: AWS::Lambda::Function
    Properties:
      Handler: app.handler
      Runtime: nodejs22.x
      Code: src
      Tags: [{ Key: team, Value: b }]
      Environment: !If [IsProd, { Variables: { P: 1 } }, { Variables: { D: 1 } }]
  Gone:
    Type: AWS::Serverless::Function
    Condition: IsProd
  Role: { Type: AWS::IAM::Role }
  Own:
    Type: AWS::Serverless::LayerVersion
    Properties: { ContentUri: src, LayerName: mine, CompatibleRuntimes: [nodejs22.x], Description: d }
`,
    });
    const model = await discoverWorkspace(folder, options);
    assert.deepEqual(model.problems, []);
    const [fn, plain, ...more] = model.functions;
    assert.deepEqual(more, []);
    const { declaration, handlerLocation, layerRanges, ...rest } = fn ?? assert.fail();
    assert.deepEqual(rest, {
      owner: { template: path.join(folder, 'template.yaml'), logicalId: 'Fn' },
      name: 'Fn',
      packageType: 'Zip',
      runtime: 'nodejs22.x',
      handler: 'app.handler',
      role: 'arn:aws:iam::123456789012:role/Role',
      architecture: 'arm64',
      timeout: 20,
      memorySize: 512,
      ephemeralStorage: 1024,
      description: '',
      environment: { A: 'local', B: 'eu-central-1', C: 'x' },
      layers: ['arn:aws:lambda:us-east-1:1:layer:one:1', 'Own'],
      layerRoots: { Own: path.join(folder, 'src') },
      tags: { team: 'a', cost: 'c' },
      loggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG' },
      code: { kind: 'folder', root: path.join(folder, 'src') },
    });
    assert.deepEqual(
      layerRanges?.map(({ startLine, startColumn }) => [startLine, startColumn]),
      [
        [11, 13],
        [23, 20],
      ],
    );
    assert.deepEqual([declaration.startLine, declaration.startColumn, declaration.endColumn], [16, 2, 4]);
    assert.deepEqual(handlerLocation, {
      file: path.join(folder, 'src/app.js'),
      line: 0,
      column: 0,
      symbol: 'handler',
      language: 'javascript',
    });
    assert.deepEqual([plain?.timeout, plain?.memorySize, plain?.tags], [3, 128, { team: 'b' }]);
    assert.deepEqual(plain?.environment, { D: '1' });
    assert.deepEqual(
      model.layers.map(({ name, root, description, compatibleRuntimes }) => [
        name,
        root,
        description,
        compatibleRuntimes,
      ]),
      [['mine', path.join(folder, 'src'), 'd', ['nodejs22.x']]],
    );
  });
});
