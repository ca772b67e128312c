import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { BuiltCode } from '../../../src/protocol/deployment.ts';
import type { DeclaredFunction } from '../../../src/protocol/workspace.ts';
import { createBuilder, type Builder } from '../../../src/workspace/build/builder.ts';
import { discoverWorkspace } from '../../../src/workspace/discover.ts';
import { removeTempFolders, tempFolder, write, type Files } from './tempFolder.ts';

const run = promisify(execFile);
const options = { region: 'us-east-1', accountId: '000000000000' };
type FolderCode = Extract<BuiltCode, { kind: 'folder' }>;

interface Bench {
  readonly folder: string;
  readonly buildsDir: string;
  readonly builder: Builder;
  readonly functions: Map<string, DeclaredFunction>;
}

const builders: Builder[] = [];

async function bench(files: Files, ownModules?: string): Promise<Bench> {
  const folder = await tempFolder(files);
  const buildsDir = path.join(await tempFolder(), 'builds');
  const builder = createBuilder({ folder, buildsDir, ...(ownModules === undefined ? {} : { ownModules }) });
  builders.push(builder);
  const { functions } = await discoverWorkspace(folder, options);
  return {
    folder,
    buildsDir,
    builder,
    functions: new Map(functions.map(declared => [declared.name, declared])),
  };
}

async function built({ builder, functions }: Bench, name: string): Promise<FolderCode> {
  const result = await builder.build(functions.get(name) ?? assert.fail(`no function ${name}`));
  assert.ok(result.ok, result.ok ? '' : result.message);
  assert.equal(result.code.kind, 'folder');
  return result.code;
}

/** Loads the artifact in a Node process of its own, as a runtime does, and prints what the handler gives. */
async function called({ root }: FolderCode, file: string, symbol = 'handler'): Promise<unknown> {
  const url = pathToFileURL(path.join(root, file)).href;
  const script = `const m = await import(${JSON.stringify(url)}); const f = m[${JSON.stringify(symbol)}] ?? m.default[${JSON.stringify(symbol)}]; console.log(JSON.stringify(await f({}, {})));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  return JSON.parse(stdout) as unknown;
}

/** All that is in the user's folder, to see that a build leaves it alone. */
async function listing(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return Promise.all(
    names.sort().map(async name => `${name} ${(await stat(path.join(folder, name))).mtimeMs}`),
  );
}

const sam = (functions: string): string => `Transform: AWS::Serverless-2016-10-31\nResources:\n${functions}`;

describe('createBuilder', function () {
  this.timeout(20_000);
  after(removeTempFolders);
  afterEach(async () => {
    await Promise.all(builders.splice(0).map(builder => builder.dispose()));
  });

  it("bundles TypeScript outside of the user's tree, with a linked map of absolute sources", async () => {
    const made = await bench({
      'src/app.ts':
        "import { greet } from '@lib/greet';\nexport const handler = async (): Promise<string> => greet('x');\n",
      'src/lib/greet.ts': 'export function greet(name: string): string {\n  return `hello ${name}`;\n}\n',
      'tsconfig.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["src/lib/*"] } } }',
      'template.yaml': sam(
        '  Fn: { Type: AWS::Serverless::Function, Properties: { Handler: src/app.handler, Runtime: nodejs22.x, CodeUri: . } }\n',
      ),
    });
    const before = await listing(made.folder);
    const code = await built(made, 'Fn');
    assert.deepEqual(await listing(made.folder), before);
    assert.equal(path.dirname(code.root), path.join(made.buildsDir, 'Fn'));
    assert.equal(path.basename(code.root), code.hash);
    assert.equal(await called(code, 'src/app.js'), 'hello x');
    const text = await readFile(path.join(code.root, 'src/app.js'), 'utf8');
    assert.match(text, /\n\/\/# sourceMappingURL=app\.js\.map\s*$/);
    const map = JSON.parse(await readFile(path.join(code.root, 'src/app.js.map'), 'utf8')) as {
      sources: string[];
      mappings: string;
      sourcesContent?: unknown;
    };
    assert.deepEqual(
      map.sources.sort(),
      ['src/app.ts', 'src/lib/greet.ts'].map(file => pathToFileURL(path.join(made.folder, file)).href),
    );
    assert.equal(map.sourcesContent, undefined);
    assert.notEqual(map.mappings, '');
    let size = 0;
    for (const name of ['src/app.js', 'src/app.js.map', 'package.json']) {
      size += (await stat(path.join(code.root, name))).size;
    }
    assert.equal(code.size, size);
  });

  it('the map leads an error of the bundle to its line in the source', async () => {
    const made = await bench({
      'app.ts':
        'interface A { b: string }\n\nexport const handler = (): A => {\n  throw new Error("found");\n};\n',
    });
    const [name = ''] = made.functions.keys();
    const code = await built(made, name);
    const url = pathToFileURL(path.join(code.root, 'app.js')).href;
    const script = `const { default: m } = await import(${JSON.stringify(url)}); try { m.handler() } catch (error) { console.log(error.stack) }`;
    const { stdout } = await run(process.execPath, [
      '--enable-source-maps',
      '--input-type=module',
      '-e',
      script,
    ]);
    assert.ok(stdout.includes(`${path.join(made.folder, 'app.ts')}:4:9`), stdout);
  });

  it('the same code gives the same hash and folder; a change gives another, whoever built before', async () => {
    const made = await bench({ 'app.ts': 'export const handler = () => 1;\n' });
    const [name = ''] = made.functions.keys();
    const first = await built(made, name);
    assert.deepEqual(await built(made, name), first);
    await write(made.folder, { 'app.ts': 'export const handler = () => 2;\n' });
    const second = await built(made, name);
    assert.notEqual(second.hash, first.hash);
    assert.deepEqual([await called(first, 'app.js'), await called(second, 'app.js')], [1, 2]);
    await write(made.folder, { 'app.ts': 'export const handler = () => 1;\n' });
    const again = createBuilder({ folder: made.folder, buildsDir: made.buildsDir });
    builders.push(again);
    assert.equal((await built({ ...made, builder: again }, name)).hash, first.hash);
  });

  it('keeps the last builds of a function only', async () => {
    const made = await bench({ 'app.ts': '' });
    await write(made.folder, { 'app.ts': 'export const handler = () => 0;\n' });
    const { functions } = await discoverWorkspace(made.folder, options);
    const [declared] = functions;
    assert.ok(declared);
    made.functions.set(declared.name, declared);
    const roots: string[] = [];
    for (let count = 0; count < 7; count += 1) {
      await write(made.folder, { 'app.ts': `export const handler = () => ${count};\n` });
      roots.push((await built(made, declared.name)).root);
    }
    await made.builder.dispose();
    const kept = await readdir(path.join(made.buildsDir, declared.name));
    assert.ok(kept.length >= 2 && kept.length <= 5, String(kept.length));
    assert.ok(existsSync(roots.at(-1) ?? '') && existsSync(roots.at(-2) ?? ''));
    assert.equal(existsSync(roots[0] ?? ''), false);
  });

  it('package.json decides between ES modules and CommonJS', async () => {
    const handler =
      'import { readFileSync } from "node:fs";\nimport cjs from "./cjs.cjs";\nexport const handler = () => [typeof require, cjs.join("a", "b"), typeof readFileSync];\n';
    const cjs = "const path = require('path'); module.exports = { join: path.posix.join };\n";
    const made = await bench({
      'esm/package.json': '{ "type": "module" }',
      'esm/app.ts': `${handler}export const url: string = import.meta.url;\nexport const late = await Promise.resolve(1);\n`,
      'esm/cjs.cjs': cjs,
      'cjs/package.json': '{}',
      'cjs/app.ts': handler,
      'cjs/cjs.cjs': cjs,
      'template.yaml': sam(`
  Esm: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: esm } }
  Cjs: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: cjs } }
`),
    });
    const esm = await built(made, 'Esm');
    assert.deepEqual(await called(esm, 'app.mjs'), ['function', 'a/b', 'function']);
    const cjsCode = await built(made, 'Cjs');
    assert.deepEqual(await called(cjsCode, 'app.js'), ['function', 'a/b', 'function']);
  });

  it("honours the template's BuildProperties", async () => {
    const made = await bench({
      'fn/src/app.ts':
        'import text from "./hello.txt";\nimport { x } from "left-out";\ndeclare const STAGE: string;\nexport const handler = () => [text, x, STAGE, (globalThis as { banner?: string }).banner];\n',
      'fn/src/hello.txt': 'hello',
      'fn/src/worker.ts': 'export const done = 1;\n',
      'fn/node_modules/left-out/index.js': 'exports.x = "external";\n',
      'fn/node_modules/left-out/package.json': '{ "name": "left-out" }',
      'template.yaml': sam(`
  Fn:
    Type: AWS::Serverless::Function
    Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: fn }
    Metadata:
      BuildMethod: esbuild
      BuildProperties:
        EntryPoints: [src/app.ts, src/worker.ts]
        External: [left-out]
        Format: cjs
        Target: es2020
        Minify: true
        Sourcemap: false
        Loader: [.txt=text]
        Define: { STAGE: '"dev"' }
        Banner: [js=globalThis.banner = "b";]
        OutExtension: [.js=.cjs]
`),
    });
    const code = await built(made, 'Fn');
    assert.deepEqual(await called(code, 'app.cjs'), ['hello', 'external', 'dev', 'b']);
    assert.deepEqual(
      (await readdir(code.root, { recursive: true })).filter(name => !name.startsWith('node_modules')).sort(),
      ['app.cjs', 'app.cjs.map', 'package.json', 'src', 'src/worker.cjs', 'src/worker.cjs.map'].map(name =>
        path.normalize(name),
      ),
    );
    assert.deepEqual(code.libraries, [path.join(made.folder, 'fn/node_modules')]);
    const text = await readFile(path.join(code.root, 'app.cjs'), 'utf8');
    assert.ok(text.split('\n').length < 8, 'minified');
  });

  it('the AWS SDK is left out: it comes from the project, else from the runtime', async () => {
    const app = 'import { S3Client } from "@aws-sdk/client-s3";\nexport const handler = () => S3Client;\n';
    const made = await bench({
      'with/app.ts': app,
      'with/node_modules/@aws-sdk/client-s3/index.js': 'exports.S3Client = "of the project";\n',
      'with/node_modules/@aws-sdk/client-s3/package.json': '{ "name": "@aws-sdk/client-s3" }',
      'without/app.ts': app,
      // A package that brings an SDK of its own (pnpm), one above the code, one beside it; from an ES module.
      'nested/package.json': '{ "type": "module" }',
      'nested/app.ts':
        'import { own } from "helper";\nimport sqs from "@aws-sdk/client-sqs";\nimport sns from "@aws-sdk/client-sns";\nexport const handler = () => [own, sqs.name, sns.name];\n',
      'nested/node_modules/helper/package.json': '{}',
      'nested/node_modules/helper/node_modules/@aws-sdk/client-own/package.json': '{}',
      'nested/node_modules/@aws-sdk/client-sns/package.json': '{}',
      'nested/node_modules/helper/index.js': 'exports.own = require("@aws-sdk/client-own").name;\n',
      'nested/node_modules/helper/node_modules/@aws-sdk/client-own/index.js':
        'exports.name = "of the helper";\n',
      'nested/node_modules/@aws-sdk/client-sns/index.js': 'exports.name = "of the function";\n',
      'node_modules/@aws-sdk/client-sqs/index.js': 'exports.name = "of the workspace";\n',
      'template.yaml': sam(`
  With: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: with } }
  Nested: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: nested } }
  Without: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: without } }
`),
    });
    const withSdk = await built(made, 'With');
    assert.equal(await called(withSdk, 'app.js'), 'of the project');
    assert.match(
      await readFile(path.join(withSdk.root, 'app.js'), 'utf8'),
      /require\("@aws-sdk\/client-s3"\)/,
    );
    const nested = await built(made, 'Nested');
    assert.deepEqual(await called(nested, 'app.mjs'), [
      'of the helper',
      'of the workspace',
      'of the function',
    ]);
    const text = await readFile(path.join((await built(made, 'Without')).root, 'app.js'), 'utf8');
    assert.match(text, /require\("@aws-sdk\/client-s3"\)/);
  });

  it('a build error is a problem at its place, and goes away with it', async () => {
    const made = await bench({
      'app.ts': 'import { a } from "./lib";\nexport const handler = () => a;\n',
      'lib.ts': '// x\n/* üü */ export const a = 1 ++;\n',
    });
    const [declared] = made.functions.values();
    assert.ok(declared);
    const failed = await made.builder.build(declared);
    assert.ok(!failed.ok);
    const [problem] = failed.problems;
    assert.deepEqual(
      [problem?.file, problem?.startLine, problem?.startColumn, problem?.severity, problem?.functionName],
      [path.join(made.folder, 'lib.ts'), 1, 26, 'error', declared.name],
    );
    assert.ok(failed.message.includes(`${path.join(made.folder, 'lib.ts')}:2:27: `), failed.message);
    assert.ok(failed.inputs.touchedBy(path.join(made.folder, 'lib.ts')));
    await write(made.folder, { 'lib.ts': 'export const a = 7;\n' });
    assert.equal(await called(await built(made, declared.name), 'app.js'), 7);
  });

  it('an import of nothing is a problem; the file that is then made touches the function', async () => {
    const made = await bench({ 'app.ts': 'import { a } from "./later";\nexport const handler = () => a;\n' });
    const [declared] = made.functions.values();
    assert.ok(declared);
    const failed = await made.builder.build(declared);
    assert.ok(!failed.ok);
    assert.match(failed.message, /app\.ts:1:\d+: Could not resolve "\.\/later"/);
    const later = path.join(made.folder, 'later.ts');
    assert.ok(failed.inputs.touchedBy(later));
    await write(made.folder, { 'later.ts': 'export const a = 1;\n' });
    const result = await made.builder.build(declared);
    assert.ok(result.ok);
    assert.ok(result.inputs.touchedBy(later));
    assert.equal(result.inputs.touchedBy(path.join(made.folder, 'other.ts')), false);
    assert.ok(result.inputs.touchedBy(path.join(made.folder, 'tsconfig.json')));
  });

  it('options that esbuild refuses are a problem too', async () => {
    const made = await bench({
      'app.ts': 'export const handler = () => 1;\n',
      'template.yaml': sam(`
  Fn:
    Type: AWS::Serverless::Function
    Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: . }
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [app.ts], Target: es1066 } }
`),
    });
    const failed = await made.builder.build(made.functions.get('Fn') ?? assert.fail());
    assert.ok(!failed.ok);
    assert.match(failed.message, /es1066/);
  });

  it("warnings are told and don't stop the build", async () => {
    const made = await bench({
      'app.ts': 'export const handler = () => {\n  return\n  1;\n};\nif (typeof process === "nul") {}\n',
    });
    const [declared] = made.functions.values();
    const result = await made.builder.build(declared ?? assert.fail());
    assert.ok(result.ok);
    assert.deepEqual(result.problems.map(({ severity, startLine }) => [severity, startLine]).sort(), [
      ['warning', 1],
      ['warning', 4],
    ]);
  });

  it("the workspace's own esbuild is taken before ours", async () => {
    const real = path.dirname(new URL(import.meta.resolve('esbuild')).pathname);
    const made = await bench({ 'app.ts': 'export const handler = () => 1;\n' });
    // A stand-in in front of the real one: it marks what it builds.
    await write(made.folder, {
      'node_modules/esbuild/package.json': '{ "name": "esbuild", "main": "main.js" }',
      'node_modules/esbuild/main.js': `const real = require(${JSON.stringify(path.join(real, 'main.js'))}); module.exports = { ...real, context: options => real.context({ ...options, banner: { js: '/* own */' } }) };`,
    });
    const [name = ''] = made.functions.keys();
    const code = await built(made, name);
    assert.match(await readFile(path.join(code.root, 'app.js'), 'utf8'), /^\/\* own \*\//);
  });

  it('without any esbuild a problem says what to do', async () => {
    const nowhere = await tempFolder();
    const made = await bench({ 'app.ts': 'export const handler = () => 1;\n' }, path.join(nowhere, 'x.js'));
    const [declared] = made.functions.values();
    const failed = await made.builder.build(declared ?? assert.fail());
    assert.ok(!failed.ok);
    assert.match(failed.message, /esbuild.* was not found\. Run npm install --save-dev esbuild in /);
    assert.equal(failed.problems[0]?.file, path.join(made.folder, 'app.ts'));
  });

  it('JavaScript and Python run from the folder; the hash follows the code, not what lies beside it', async () => {
    const made = await bench({
      'template.yaml': sam(`
  Js: { Type: AWS::Serverless::Function, Properties: { Handler: js/app.handler, Runtime: nodejs22.x, CodeUri: . } }
  Py: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: python3.12, CodeUri: py } }
`),
      'js/app.js': 'exports.handler = async () => 1;\n',
      'js/data.json': '{}',
      'py/app.py': 'def handler(event, context): return 1\n',
      '.venv/pyvenv.cfg': 'version = 3.12\n',
      '.venv/lib/python3.12/site-packages/requests.py': '',
      'node_modules/a/index.js': '',
    });
    const first = await built(made, 'Js');
    assert.equal(first.root, made.folder);
    const again = async (files: Files): Promise<string> => {
      await write(made.folder, files);
      made.builder.invalidate(Object.keys(files).map(name => path.join(made.folder, name)));
      return (await built(made, 'Js')).hash;
    };
    for (const beside of [
      'README.md',
      'events/js/a.json',
      'test/app.test.js',
      'js/app.spec.js',
      'node_modules/a/other.js',
      '.vscode/x.json',
      'samconfig.toml',
    ]) {
      assert.equal(await again({ [beside]: 'x' }), first.hash, beside);
    }
    let last = first.hash;
    for (const part of [
      'js/app.js',
      'js/data.json',
      'js/new.js',
      '.env',
      // What handlers read and load may have any name.
      'prompts/system.md',
      'mails/template.json',
      'events/created.js',
    ]) {
      const hash = await again({ [part]: `// ${part} changed\n` });
      assert.notEqual(hash, last, part);
      last = hash;
    }
    await rm(path.join(made.folder, 'js/new.js'));
    made.builder.invalidate([path.join(made.folder, 'js/new.js')]);
    assert.notEqual((await built(made, 'Js')).hash, last);
    const python = await built(made, 'Py');
    assert.deepEqual(python.libraries, [path.join(made.folder, '.venv/lib/python3.12/site-packages')]);
    const js = await made.builder.build(made.functions.get('Js') ?? assert.fail());
    assert.ok(js.inputs.touchedBy(path.join(made.folder, 'js/any.js')));
    assert.equal(js.inputs.touchedBy(path.join(made.folder, 'template.yaml')), false);
    assert.equal(js.inputs.touchedBy(path.join(made.folder, 'events/js/a.json')), false);
    assert.equal(js.inputs.touchedBy(`${made.folder}-beside/js/app.js`), false);
  });

  it('zip, inline and image code; a Dockerfile is said to be for later', async () => {
    const made = await bench({
      'code.zip': Buffer.from('PK bytes'),
      'template.yaml': sam(`
  Zip: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: code.zip } }
  Inline: { Type: AWS::Serverless::Function, Properties: { Handler: index.handler, Runtime: nodejs22.x, InlineCode: "exports.handler = async () => 5;" } }
  Image: { Type: AWS::Serverless::Function, Properties: { PackageType: Image, ImageUri: "mine:1" } }
  Docker: { Type: AWS::Serverless::Function, Properties: { PackageType: Image }, Metadata: { Dockerfile: Dockerfile, DockerContext: . } }
  Gone: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: python3.12, CodeUri: gone } }
`),
    });
    const results = new Map<string, Awaited<ReturnType<Builder['build']>>>();
    for (const [name, declared] of made.functions) results.set(name, await made.builder.build(declared));
    const zip = results.get('Zip');
    assert.ok(zip?.ok && zip.code.kind === 'zip');
    assert.equal(zip.code.bytes.toString(), 'PK bytes');
    assert.equal(await called(await built(made, 'Inline'), 'index.js'), 5);
    const image = results.get('Image');
    assert.ok(image?.ok && image.code.kind === 'image');
    assert.equal(image.code.imageUri, 'mine:1');
    const docker = results.get('Docker');
    assert.ok(docker !== undefined && !docker.ok);
    assert.match(docker.message, /not built from a Dockerfile yet.*docker build/s);
    const gone = results.get('Gone');
    assert.ok(gone !== undefined && !gone.ok);
    assert.match(gone.message, /The code folder .*gone isn't there/);
    await rm(path.join(made.folder, 'code.zip'));
    const without = await made.builder.build(made.functions.get('Zip') ?? assert.fail());
    assert.ok(!without.ok);
  });

  it('packages of a monorepo that are links are sources like any other', async () => {
    const made = await bench({
      'packages/shared/package.json': '{ "name": "shared", "main": "index.ts" }',
      'packages/shared/index.ts': 'export const shared: number = 3;\n',
      'orders/package.json': '{}',
      'orders/app.ts': 'import { shared } from "shared";\nexport const handler = () => shared;\n',
    });
    await mkdir(path.join(made.folder, 'node_modules'));
    await symlink(
      path.join(made.folder, 'packages/shared'),
      path.join(made.folder, 'node_modules/shared'),
      'junction',
    );
    const result = await made.builder.build(
      made.functions.get('orders') ?? assert.fail([...made.functions.keys()].join()),
    );
    assert.ok(result.ok);
    assert.ok(result.inputs.touchedBy(path.join(made.folder, 'packages/shared/index.ts')));
    assert.ok(result.inputs.folders.includes(path.join(made.folder, 'packages/shared')));
  });

  it('many functions build at once, more than contexts are kept, and all rebuild', async () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 16; index += 1)
      files[`f${index}.ts`] = `export const handler = () => ${index};\n`;
    const made = await bench(files);
    const names = [...made.functions.keys()];
    const codes = await Promise.all(names.map(name => built(made, name)));
    assert.equal(new Set(codes.map(({ root }) => root)).size, 16);
    await write(made.folder, { 'f0.ts': 'export const handler = () => 100;\n' });
    assert.equal(await called(await built(made, 'f0'), 'f0.js'), 100);
  });

  it('a copy of the artifact runs as well: nothing in it depends on its place', async () => {
    const made = await bench({ 'app.ts': 'export const handler = () => 1;\n' });
    const [name = ''] = made.functions.keys();
    const code = await built(made, name);
    const copy = await tempFolder();
    await cp(code.root, copy, { recursive: true });
    assert.equal(await called({ ...code, root: copy }, 'app.js'), 1);
  });
});
