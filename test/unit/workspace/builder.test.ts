/** Bundled code: what is built, where, and with which options. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createBuilder } from '../../../src/workspace/build/builder.ts';
import { discoverWorkspace } from '../../../src/workspace/discover.ts';
import { bench, builders, built, called, endBuilders, options, run, sam } from './builderBench.ts';
import { tempFolder, write } from './tempFolder.ts';

/** All that is in the user's folder, to see that a build leaves it alone. */
async function listing(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return Promise.all(
    names.sort().map(async name => `${name} ${(await stat(path.join(folder, name))).mtimeMs}`),
  );
}

describe('createBuilder', function () {
  this.timeout(20_000);
  endBuilders();

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

  it('ends while another one ends, too', async () => {
    const made = await bench({ 'app.ts': 'export const handler = () => 1;\n' });
    const [name = ''] = made.functions.keys();
    for (let round = 0; round < 10; round++) {
      const both = [0, 1].map(() => createBuilder({ folder: made.folder, buildsDir: made.buildsDir }));
      await Promise.all(both.map(builder => built({ ...made, builder }, name)));
      // The second one's first request comes as the first one has ended.
      const [one, other] = both.map(builder => builder.dispose());
      await Promise.all([one, other]);
    }
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
