import assert from 'node:assert/strict';
import path from 'node:path';
import { discoverWorkspace } from '../../../src/workspace/discover.ts';
import { expectProblems } from './expectProblems.ts';
import { removeTempFolders, tempFolder } from './tempFolder.ts';

const options = { region: 'us-east-1', accountId: '000000000000' };
const code = { 'src/app.js': 'exports.handler = async () => 1;\n' };

/** Each function but the named broken ones must be there: one bad resource never hides the others. */
const cases: Record<string, { template: string; functions: string[]; files?: Record<string, string> }> = {
  'unknown intrinsics, short and long': {
    functions: ['Bad', 'Good'],
    template: `
AWSTemplateFormatVersion: 2010-09-09
Resources:
  Bad:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: nodejs22.x
      CodeUri: src
      Environment:
        Variables:
          A: !Foo bar #! Unknown intrinsic function !Foo
          B: fine
          C:
            Fn::Subb: x #! Unknown intrinsic function Fn::Subb
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Nope x #! Unknown intrinsic function !Nope
  Good:
    Type: AWS::Serverless::Function
    Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: src }
`,
  },
  'properties that are nearly one': {
    functions: ['Sam', 'Cloud', 'Other'],
    template: `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timout: 5 #! "Timout" is not a property of AWS::Serverless::Function: AWS refuses it, and it sets nothing here. Did you mean Timeout?
Resources:
  Sam:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: nodejs22.x
      CodeUri: src
      memorySize: 256 #! Did you mean MemorySize?
      Enviroment: { Variables: { A: b } } #! Did you mean Environment?
      Layer: [] #! Did you mean Layers?
      Event: {} #! Did you mean Events?
      Code: src
      SomethingNew: 1
      Url: x
  Cloud:
    Type: AWS::Lambda::Function
    Properties:
      Handler: app.handler
      Runtime: nodejs22.x
      Code: src
      Function_Name: x #! Did you mean FunctionName?
      Rloe: x #! Did you mean Role?
      TracingConfg: x #! Did you mean TracingConfig?
      Events: {}
  Other:
    Type: AWS::Serverless::Function
    Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: src }
  Table:
    Type: AWS::DynamoDB::Table
    Properties: { Handlr: x }
`,
  },
  'types that there are none of': {
    functions: ['Good'],
    template: `
Transform: AWS::Serverless-2016-10-31
Resources:
  Good:
    Type: AWS::Serverless::Function
    Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: src }
  Typo:
    Type: AWS::Serverless::Functin #! Did you mean AWS::Serverless::Function?
    Properties: { Handlr: app.handler, Runtime: nodejs22.x, CodeUri: src }
  Namespace:
    Type: AWS::Lamda::Function #! Did you mean AWS::Lambda::Function?
  Layer:
    Type: AWS::Serverless::LayerVersoin #! Did you mean AWS::Serverless::LayerVersion?
  Mapping:
    Type: AWS::Lambda::EventSourceMaping #! Did you mean AWS::Lambda::EventSourceMapping?
  New:
    Type: AWS::Lambda::Balloon #! Nothing is made of it
  Without: #! The resource Without has no Type.
    Properties: { Handler: app.handler }
  Typed:
    Typ: AWS::Serverless::Function #! Did you mean it by "Typ"?
  Elsewhere:
    Type: AWS::DynamoDB::Tabel
  Custom:
    Type: Custom::Function
  Url:
    Type: AWS::Lambda::Url
`,
  },
  'a handler that no entry point makes': {
    functions: ['Wrong', 'Flattened'],
    files: { 'src/app.ts': 'export const handler = async (): Promise<number> => 1;\n' },
    template: `
Transform: AWS::Serverless-2016-10-31
Resources:
  Wrong:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [src/app.ts] } }
    Properties:
      Runtime: nodejs22.x
      CodeUri: .
      Handler: main.handler #! EntryPoints make no file for the handler's module "main": they are src/app.ts
  Flattened:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [src/app.ts] } }
    Properties: { Runtime: nodejs22.x, CodeUri: ., Handler: app.handler }
`,
  },
  'missing code path, missing handler file, missing export, wrong handler': {
    functions: ['NoFolder', 'NoFile', 'NoExport', 'NoDot', 'NoHandler', 'Good'],
    template: `
Transform: AWS::Serverless-2016-10-31
Resources:
  NoFolder:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: nodejs22.x
      CodeUri: gone/ #! The code path gone/ doesn't exist
  NoFile:
    Type: AWS::Serverless::Function
    Properties:
      Handler: api.handler #! No file for the handler "api.handler"
      Runtime: nodejs22.x
      CodeUri: src
  NoExport:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      CodeUri: src
      Handler: app.main #! exports no "main", which the handler "app.main" names. It exports handler.
  NoDot:
    Type: AWS::Serverless::Function
    Properties:
      Handler: handler #! "handler" is not a handler
      Runtime: python3.12
      CodeUri: src
  NoHandler: #! has no Handler
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, CodeUri: src }
  Good:
    Type: AWS::Serverless::Function
    Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: src }
`,
  },
  'unknown, retired and missing runtime': {
    functions: ['Unknown', 'Retired', 'None', 'Good'],
    template: `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { CodeUri: src, Handler: app.handler }
Resources:
  Unknown:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs99.x #! Unknown runtime "nodejs99.x". Use one of nodejs16.x
  Retired:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs12.x #! AWS no longer creates functions with the runtime nodejs12.x
  None: #! The function has no Runtime
    Type: AWS::Serverless::Function
  Good:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x }
`,
  },
  'duplicate keys and duplicate names': {
    functions: ['orders', 'Twice'],
    template: `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { CodeUri: src, Handler: app.handler, Runtime: nodejs22.x }
Resources:
  First:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: orders }
  Second: #! Another function is called "orders" (First in
    Type: AWS::Serverless::Function
    Properties: { FunctionName: orders }
  Twice:
    Type: AWS::Serverless::Function
  Twice: #! "Twice" is declared twice; the first one, in line 12, counts
    Type: AWS::Serverless::Function
`,
  },
  'references to nothing': {
    functions: ['Fn', 'Good'],
    template: `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { CodeUri: src, Handler: app.handler, Runtime: nodejs22.x }
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Environment:
        Variables:
          A: !Ref Tabel #! "Tabel" is neither a parameter nor a resource
          B: !GetAtt Queu.Arn #! "Queu" is not a resource
          C: !Sub | # a block whose second line has the mistake
            first
            \${Stag} second
          D: !If [IsProd, a, b] #! There is no condition "IsProd"
          E: !Select [3, [a, b]] #! Fn::Select has no item 3: the list has 2
          F: !FindInMap [Stages, prod, size] #! Mappings has no value for Stages → prod → size
          G: kept
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Ref Prefix #! "Prefix" is neither
  Good:
    Type: AWS::Serverless::Function
Outputs:
  Url:
    Value: !Sub "https://\${ServerlessRestApi}.x/\${FnRole}/\${Nowhere}" #! "Nowhere" is neither
`,
  },
  'values out of bounds or of the wrong kind': {
    functions: ['Fn', 'Logical', 'Good'],
    template: `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { CodeUri: src, Handler: app.handler, Runtime: nodejs22.x }
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Timeout: 901 #! Timeout is a whole number from 1 to 900
      MemorySize: plenty #! MemorySize is a whole number from 128 to 10240
      Architectures: [mips] #! Architectures is a list of exactly one
      Description: [a] #! Description is a text
      Environment:
        Variables:
          LIST: [a, b] #! Environment.Variables.LIST is a text
          OK: yes
  Logical:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: "not a name!" #! is not a function name
  Good:
    Type: AWS::Serverless::Function
`,
  },
  circles: {
    functions: ['A', 'Good'],
    template: `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { CodeUri: src, Handler: app.handler, Runtime: nodejs22.x }
Conditions:
  One: !Condition Two
  Two: !Not [!Condition One]
Resources:
  A:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "\${A}-x" #! Circular reference
  C:
    Type: AWS::DynamoDB::Table
    Condition: Unknown #! There is no condition "Unknown"
  Good:
    Type: AWS::Serverless::Function
`,
  },
  'parameters without a value, values that only AWS knows': {
    functions: ['Fn'],
    template: `
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: #! The parameter "Stage" has no value
    Type: String
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: app.handler
      Runtime: nodejs22.x
      Environment:
        Variables:
          STAGE: !Ref Stage
          HOST: !GetAtt Database.Endpoint.Address #! known only to AWS; "Database.Endpoint.Address" stands for it
          VPC: !ImportValue network-vpc #! The export "network-vpc" of another stack
  Database:
    Type: AWS::RDS::DBInstance
`,
  },
  'code in S3, unreadable code, loops': {
    functions: ['Good'],
    template: `
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Resources:
  Packaged:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: nodejs22.x
      CodeUri: s3://bucket/key #! The code is in S3
  Bucket:
    Type: AWS::Lambda::Function
    Properties:
      Handler: app.handler
      Runtime: nodejs22.x
      Code: { S3Bucket: a, S3Key: b } #! The code is in S3
  NoCode: #! Code is missing
    Type: AWS::Lambda::Function
    Properties: { Handler: app.handler, Runtime: nodejs22.x }
  Image: #! needs an ImageUri
    Type: AWS::Serverless::Function
    Properties: { PackageType: Image }
  Fn::ForEach::Each: #! Fn::ForEach::Each is expanded only by AWS
    - Name
    - [A, B]
    - \${Name}: { Type: AWS::Serverless::Function }
  Good:
    Type: AWS::Serverless::Function
    Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: src }
`,
  },
};

describe('problems of templates stand at their line', () => {
  after(removeTempFolders);

  for (const [title, { template, functions, files }] of Object.entries(cases)) {
    it(title, async () => {
      const folder = await tempFolder({ ...code, ...files, 'template.yaml': template });
      const model = await discoverWorkspace(folder, options);
      // The block scalar can't carry a comment in the line of its mistake.
      const problems = model.problems.filter(problem => {
        if (!problem.message.includes('"Stag"')) return true;
        assert.equal(
          problem.startLine,
          template.split('\n').findIndex(line => line.includes('${Stag}')),
        );
        return false;
      });
      if (template.includes('${Stag}')) assert.equal(problems.length, model.problems.length - 1);
      expectProblems(template, problems);
      for (const problem of model.problems) assert.equal(problem.file, path.join(folder, 'template.yaml'));
      assert.deepEqual(
        model.functions.map(declared => declared.name),
        functions,
      );
      assert.deepEqual(model.unparsed, []);
    });
  }

  it('names that every object has are no resource types and no attributes', async () => {
    const template = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Odd: { Type: constructor }
  Bad:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: nodejs22.x
      CodeUri: src
      Environment:
        Variables:
          A: !Ref Odd #! What AWS gives for a reference to "Odd" (constructor)
          B: !GetAtt Good.toString #! The attribute "toString"
  Good:
    Type: AWS::Serverless::Function
    Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: src }
`;
    const folder = await tempFolder({ ...code, 'template.yaml': template });
    const model = await discoverWorkspace(folder, options);
    expectProblems(template, model.problems);
    assert.deepEqual(
      model.functions.map(({ name, environment }) => [name, environment]),
      [
        ['Bad', { A: 'Odd', B: 'Good.toString' }],
        ['Good', {}],
      ],
    );
  });
});
