/** Code that needs no bundling. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Builder } from '../../../src/workspace/build/builder.ts';
import { bench, built, called, endBuilders, sam } from './builderBench.ts';
import { write, type Files } from './tempFolder.ts';

describe('createBuilder', function () {
  this.timeout(20_000);
  endBuilders();

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

  it('answers of invocations that lie beside the handler are no code, unless a source names them', async () => {
    const made = await bench({
      'app.js': 'exports.handler = async () => require("./data");\n',
      'data.json': '{}',
    });
    const [name = ''] = [...made.functions.keys()];
    const state = async (files: Files): Promise<string> => {
      await write(made.folder, files);
      made.builder.invalidate(Object.keys(files).map(file => path.join(made.folder, file)));
      return (await built(made, name)).hash;
    };
    const { hash } = await built(made, name);
    for (const file of ['out.json', 'response.json', 'output.txt', 'out', 'result2.json'])
      assert.equal(await state({ [file]: '{"n":1}' }), hash, file);
    let last = hash;
    const files = [
      { 'data.json': '{"n":1}' },
      { 'other.json': '{}' },
      { 'lib/out.json': '{}' },
      { 'app.js': 'exports.handler = async () => require("./response");\n' },
      { 'response.json': '{"n":2}' },
      { 'read.js': 'const name = folder => `${folder}/out.json`;\n' },
      { 'out.json': '{"n":3}' },
    ];
    for (const one of files) {
      const next = await state(one);
      assert.notEqual(next, last, Object.keys(one)[0]);
      last = next;
    }
    assert.equal(await state({ 'output.txt': '{"n":2}' }), last);
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
});
