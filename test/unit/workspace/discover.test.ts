import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { discoverWorkspace, templateCache } from '../../../src/workspace/discover.ts';
import type { DeclaredFunction, WorkspaceModel } from '../../../src/protocol/workspace.ts';
import { removeTempFolders, tempFolder, write, type Files } from './tempFolder.ts';

const options = { region: 'us-east-1', accountId: '000000000000' };

async function discovered(files: Files): Promise<{ folder: string; model: WorkspaceModel }> {
  const folder = await tempFolder(files);
  return { folder, model: await discoverWorkspace(folder, options) };
}

function summary(
  folder: string,
  { name, runtime, handler, code, handlerLocation }: DeclaredFunction,
): unknown[] {
  const root = 'root' in code ? path.relative(folder, code.root) || '.' : undefined;
  const entry = code.kind === 'esbuild' ? path.relative(folder, code.entry) : undefined;
  return [name, runtime, handler, code.kind, root, entry, handlerLocation?.line].filter(
    item => item !== undefined,
  );
}

const sam = (functions: string): string => `Transform: AWS::Serverless-2016-10-31\nResources:\n${functions}`;
const js = 'exports.handler = async () => 1;\n';
const ts = 'export const handler = async (): Promise<number> => 1;\n';
const py = 'def lambda_handler(event, context):\n    return 1\n';

describe('discoverWorkspace', () => {
  after(removeTempFolders);

  it('an empty folder has nothing', async () => {
    const { folder, model } = await discovered({});
    assert.deepEqual(model, { folder, templates: [], functions: [], layers: [], problems: [], unparsed: [] });
  });

  it('a folder that is not there is an error', async () => {
    await assert.rejects(discoverWorkspace('/nowhere/at/all', options), /ENOENT/);
  });

  it("templates of any name, YAML and JSON, count; packages, caches and look-alikes don't", async () => {
    const one = (id: string): string =>
      sam(
        `  ${id}: { Type: AWS::Serverless::Function, Properties: { Handler: a.handler, Runtime: nodejs22.x } }\n`,
      );
    const { folder, model } = await discovered({
      'template.yaml': one('A'),
      'infra/stack.yml': one('B'),
      'infra/other.json': JSON.stringify({
        Resources: {
          C: {
            Type: 'AWS::Lambda::Function',
            Properties: { Code: '.', Handler: 'a.handler', Runtime: 'nodejs22.x' },
          },
        },
      }),
      'infra/plain.template': one('D'),
      'a.js': js,
      'infra/a.js': js,
      'node_modules/x/template.yaml': one('N1'),
      '.aws-sam/build/template.yaml': one('N2'),
      'dist/template.yaml': one('N3'),
      'myenv/pyvenv.cfg': 'home = /usr',
      'myenv/template.yaml': one('N4'),
      '.github/workflows/deploy.yml': 'on: push\nenv:\n  X: AWS::Serverless\n',
      'serverless-notes.yaml': 'Resources: AWS::Lambda::Function\n',
      'list.json': '["AWSTemplateFormatVersion"]',
    });
    assert.deepEqual(
      model.templates.map(file => path.relative(folder, file)),
      ['template.yaml', 'infra/other.json', 'infra/plain.template', 'infra/stack.yml'].map(file =>
        path.normalize(file),
      ),
    );
    assert.deepEqual(model.functions.map(({ name }) => name).sort(), ['A', 'B', 'C', 'D']);
    assert.deepEqual(model.problems, []);
  });

  it('TypeScript is bundled, JavaScript and Python run from the folder', async () => {
    const { folder, model } = await discovered({
      'template.yaml': sam(`
  Ts: { Type: AWS::Serverless::Function, Properties: { Handler: src/app.handler, Runtime: nodejs22.x, CodeUri: . } }
  Js: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: js } }
  Py: { Type: AWS::Serverless::Function, Properties: { Handler: pkg.app.lambda_handler, Runtime: python3.12, CodeUri: py } }
  Both: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: both } }
  Compiled: { Type: AWS::Serverless::Function, Properties: { Handler: api/get.handler, Runtime: nodejs22.x, CodeUri: dist } }
  Zipped: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: code.zip } }
  Inline:
    Type: AWS::Lambda::Function
    Properties: { Handler: index.handler, Runtime: python3.12, Code: { ZipFile: "def handler(e, c): return 1" } }
`),
      'src/app.ts': `// first line\n${ts}`,
      'js/app.js': js,
      'py/pkg/app.py': `import os\n\n${py}`,
      'both/app.ts': ts,
      'both/app.js': js,
      'tsconfig.json': '{ "compilerOptions": { "outDir": "dist", "rootDir": "src", } }',
      'src/api/get.ts': ts,
      'dist/api/get.js': js,
      'code.zip': 'PK',
    });
    assert.deepEqual(model.problems, []);
    assert.deepEqual(
      model.functions.map(declared => summary(folder, declared)),
      [
        ['Ts', 'nodejs22.x', 'src/app.handler', 'esbuild', '.', 'src/app.ts', 1],
        ['Js', 'nodejs22.x', 'app.handler', 'folder', 'js', 0],
        ['Py', 'python3.12', 'pkg.app.lambda_handler', 'folder', 'py', 2],
        ['Both', 'nodejs22.x', 'app.handler', 'esbuild', 'both', 'both/app.ts', 0],
        ['Compiled', 'nodejs22.x', 'api/get.handler', 'esbuild', 'dist', 'src/api/get.ts', 0],
        ['Zipped', 'nodejs22.x', 'app.handler', 'zip'],
        ['Inline', 'python3.12', 'index.handler', 'inline'],
      ],
    );
  });

  it('BuildMethod esbuild and its properties, in each form', async () => {
    const { folder, model } = await discovered({
      'template.yaml': sam(`
  Fn:
    Type: AWS::Serverless::Function
    Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: fn/ }
    Metadata:
      BuildMethod: esbuild
      BuildProperties:
        EntryPoints: [src/worker.ts, src/app.ts]
        External: ["@aws-sdk/*", sharp]
        Format: esm
        Target: es2022
        Minify: true
        Sourcemap: false
        KeepNames: true
        MainFields: module,main
        Loader: [".png=file", ".txt=text"]
        OutExtension: [.js=.mjs]
        Define: { STAGE: '"x"' }
        Banner: ["js=import { createRequire } from 'module'; const a = 1 == 1;"]
`),
      'fn/src/app.ts': ts,
      'fn/src/worker.ts': ts,
    });
    assert.deepEqual(model.problems, []);
    assert.deepEqual(model.functions[0]?.code, {
      kind: 'esbuild',
      root: path.join(folder, 'fn'),
      entry: path.join(folder, 'fn/src/app.ts'),
      options: {
        entryPoints: ['src/worker.ts', 'src/app.ts'],
        external: ['@aws-sdk/*', 'sharp'],
        target: 'es2022',
        format: 'esm',
        minify: true,
        keepNames: true,
        mainFields: ['module', 'main'],
        loader: { '.png': 'file', '.txt': 'text' },
        define: { STAGE: '"x"' },
        banner: { js: "import { createRequire } from 'module'; const a = 1 == 1;" },
        outExtension: { '.js': '.mjs' },
      },
    });
  });

  it('images: a URI, or a Dockerfile in Metadata', async () => {
    const { folder, model } = await discovered({
      'template.yaml': sam(`
  Given:
    Type: AWS::Serverless::Function
    Properties: { PackageType: Image, ImageUri: !Sub "\${AWS::AccountId}.dkr.ecr/x:1", ImageConfig: { Command: [app.other] } }
  Built:
    Type: AWS::Serverless::Function
    Properties: { PackageType: Image, Timeout: 9 }
    Metadata: { Dockerfile: Dockerfile.arm, DockerContext: ./img, DockerTag: v1 }
`),
    });
    assert.deepEqual(model.problems, []);
    assert.deepEqual(
      model.functions.map(({ code }) => code),
      [
        { kind: 'image', imageUri: '000000000000.dkr.ecr/x:1', imageConfig: { command: ['app.other'] } },
        { kind: 'image', dockerfile: 'Dockerfile.arm', context: path.join(folder, 'img'), tag: 'v1' },
      ],
    );
    assert.equal(model.functions[1]?.runtime, undefined);
  });

  it("CDK output: assets beside the template, none of the assets' own templates", async () => {
    const resource = (asset: string): object => ({
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: { 'Fn::Sub': 'cdk-${AWS::AccountId}' }, S3Key: 'x.zip' },
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
      },
      Metadata: { 'aws:asset:path': asset, 'aws:asset:property': 'Code' },
    });
    const { folder, model } = await discovered({
      'cdk.json': '{ "app": "node bin/app.js" }',
      'lib/fn/index.ts': ts,
      'cdk.out/Stack.template.json': JSON.stringify(
        { Resources: { Api1A2B: resource('asset.abc') } },
        null,
        1,
      ),
      'cdk.out/assembly-Prod/Nested.template.json': JSON.stringify({
        Resources: { Zip: resource('../asset.def.zip') },
      }),
      'cdk.out/manifest.json': '{"x":"AWS::Lambda::Function"}',
      'cdk.out/Stack.assets.json': '{"x":"AWS::Lambda::Function"}',
      'cdk.out/asset.abc/index.js': js,
      'cdk.out/asset.abc/template.json': JSON.stringify({ Resources: { No: resource('x') } }),
      'cdk.out/asset.def.zip': 'PK',
    });
    assert.deepEqual(model.problems, []);
    assert.deepEqual(
      model.functions.map(declared => summary(folder, declared)),
      [
        ['Api1A2B', 'nodejs22.x', 'index.handler', 'folder', path.normalize('cdk.out/asset.abc'), 0],
        ['Zip', 'nodejs22.x', 'index.handler', 'zip'],
      ],
    );
  });

  it('without a template, one file with a handler is a function', async () => {
    const { folder, model } = await discovered({
      'index.mjs': 'export const handler = async event => event;\n',
    });
    assert.deepEqual(model.problems, []);
    const [declared] = model.functions;
    assert.deepEqual(declared && summary(folder, declared), [
      path.basename(folder),
      'nodejs22.x',
      'index.handler',
      'folder',
      '.',
      0,
    ]);
    assert.deepEqual(declared?.owner, { template: path.join(folder, 'index.mjs'), logicalId: 'handler' });
  });

  it('without a template, names come from folders and files; tests and configuration are no handlers', async () => {
    const { folder, model } = await discovered({
      'package.json': '{ "engines": { "node": ">=24" } }',
      '.python-version': '3.13.1\n',
      'src/orders/create.ts': ts,
      'src/orders/index.ts': `const x = 1;\n${ts}`,
      'functions/pay/app.py': py,
      'functions/log/main.py': 'import logging\nhandler = logging.StreamHandler()\n',
      'functions/web/main.py': 'from mangum import Mangum\nhandler = Mangum(app)\n',
      'functions/pkg/__init__.py': '',
      'functions/pkg/inner.py': 'async def handler(event, context): pass\n',
      'functions/three.py': 'def handler(request, response, next): pass\n',
      'src/orders/create.test.ts': ts,
      'test/helper.js': js,
      'jest.config.js': js,
      'plain.js': 'exports.other = 1; // handler\n',
      'value.js': 'export const handler = 5;\n',
      'typed.d.ts': 'export declare const handler: () => void;\n',
    });
    assert.deepEqual(
      model.functions.map(declared => summary(folder, declared)).sort(),
      [
        ['orders', 'nodejs24.x', 'src/orders/index.handler', 'esbuild', '.', 'src/orders/index.ts', 1],
        [
          'orders-create',
          'nodejs24.x',
          'src/orders/create.handler',
          'esbuild',
          '.',
          'src/orders/create.ts',
          0,
        ],
        ['pay', 'python3.13', 'app.lambda_handler', 'folder', path.normalize('functions/pay'), 0],
        ['pkg-inner', 'python3.13', 'pkg/inner.handler', 'folder', 'functions', 0],
        ['web', 'python3.13', 'main.handler', 'folder', path.normalize('functions/web'), 1],
      ].sort(),
    );
  });

  it('without a template, equal names get their whole path', async () => {
    const { model } = await discovered({ 'src/a.js': js, 'lib/a.js': js, 'a.py': py, 'b/index.js': js });
    assert.deepEqual(model.functions.map(({ name }) => name).sort(), ['a-py', 'b', 'lib-a-js', 'src-a-js']);
    const { model: compiled } = await discovered({ 'a.ts': ts, 'a.js': js });
    assert.deepEqual(
      compiled.functions.map(({ code }) => code.kind),
      ['esbuild'],
    );
  });

  it('a template, even a broken one, keeps handlers in the code from being functions', async () => {
    for (const text of [
      sam('  A: { Type: AWS::Serverless::Function, Condition: [ }\n'),
      sam('  A:\n    Type: AWS::Serverless::Function\n'),
    ]) {
      const { model } = await discovered({ 'template.yaml': text, 'src/app.js': js });
      assert.equal(
        model.functions.some(({ owner }) => owner.template.endsWith('app.js')),
        false,
      );
    }
    const { folder, model } = await discovered({
      'template.yaml': 'AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n',
      'src/app.js': js,
    });
    assert.deepEqual(
      model.functions.map(({ name }) => name),
      [path.basename(folder)],
    );
  });

  it('packages that are not installed are told at their manifest', async () => {
    const { folder, model } = await discovered({
      'template.yaml': sam(`
  Js: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: js } }
  Py: { Type: AWS::Serverless::Function, Properties: { Handler: app.lambda_handler, Runtime: python3.12, CodeUri: py } }
  Venv: { Type: AWS::Serverless::Function, Properties: { Handler: app.lambda_handler, Runtime: python3.12, CodeUri: venv-py } }
`),
      'js/app.js': js,
      'js/package.json': '{\n  "dependencies": { "left-pad": "1" }\n}',
      'py/app.py': py,
      'py/requirements.txt': '# comment\nboto3\nrequests==2\n',
      'venv-py/app.py': py,
      'venv-py/requirements.txt': 'requests\n',
      'venv-py/.venv/pyvenv.cfg': 'version = 3.12.1\n',
      'venv-py/.venv/lib/python3.12/site-packages/requests.py': '',
    });
    assert.deepEqual(
      model.problems.map(({ file, startLine, severity }) => [
        path.relative(folder, file),
        startLine,
        severity,
      ]),
      [
        [path.normalize('js/package.json'), 1, 'warning'],
        [path.normalize('py/requirements.txt'), 2, 'info'],
      ],
    );
  });

  it('a cache makes no difference to what is found, also after changes', async () => {
    const template = (name: string): string =>
      sam(
        `  Fn: { Type: AWS::Serverless::Function, Properties: { FunctionName: ${name}, Handler: a.handler, Runtime: nodejs22.x } }\n`,
      );
    const folder = await tempFolder({ 'template.yaml': template('one'), 'a.js': js });
    const cache = templateCache();
    const names = async (): Promise<string[]> =>
      (await discoverWorkspace(folder, { ...options, cache })).functions.map(({ name }) => name);
    assert.deepEqual([await names(), await names()], [['one'], ['one']]);
    await write(folder, { 'template.yaml': template('another') });
    assert.deepEqual(await names(), ['another']);
  });

  it('links that lead in circles end; a tree that is too big is told', async () => {
    const folder = await tempFolder({ 'a/b/index.js': js });
    await symlink(folder, path.join(folder, 'a/loop'));
    assert.deepEqual((await discoverWorkspace(folder, options)).functions.length, 1);
    const bounded = await discoverWorkspace(folder, { ...options, mostEntries: 1 });
    assert.match(bounded.problems[0]?.message ?? '', /not all of it was searched/);
  });
});
