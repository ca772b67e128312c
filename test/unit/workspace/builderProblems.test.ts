/** What keeps code from being built, told at its place. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { bench, built, called, endBuilders, sam } from './builderBench.ts';
import { tempFolder, write } from './tempFolder.ts';

describe('createBuilder', function () {
  this.timeout(20_000);
  endBuilders();

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

  it('without any esbuild a problem says what to do', async () => {
    const nowhere = await tempFolder();
    const made = await bench({ 'app.ts': 'export const handler = () => 1;\n' }, path.join(nowhere, 'x.js'));
    const [declared] = made.functions.values();
    const failed = await made.builder.build(declared ?? assert.fail());
    assert.ok(!failed.ok);
    assert.match(failed.message, /esbuild.* was not found\. Run npm install --save-dev esbuild in /);
    assert.equal(failed.problems[0]?.file, path.join(made.folder, 'app.ts'));
  });
});
