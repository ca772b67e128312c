/** Texts that break as YAML or JSON, or that are made to break their reader. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { discoverWorkspace } from '../../../src/workspace/discover.ts';
import { removeTempFolders, tempFolder } from './tempFolder.ts';

const options = { region: 'us-east-1', accountId: '000000000000' };
const code = { 'src/app.js': 'exports.handler = async () => 1;\n' };

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('problems of templates stand at their line', () => {
  after(removeTempFolders);

  it('a YAML syntax error has its line, and what can still be read is there', async () => {
    const template = `
AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Resources:
  First:
    Type: AWS::Serverless::Function
    Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: src }
  Second:
    Type: AWS::Serverless::Function
    Properties:
      Layers: [a, b
      Timeout: 3
`;
    const folder = await tempFolder({ ...code, 'template.yaml': template });
    const model = await discoverWorkspace(folder, options);
    assert.deepEqual(model.unparsed, [path.join(folder, 'template.yaml')]);
    assert.equal(model.functions[0]?.name, 'First');
    const [problem] = model.problems.filter(({ code: kind }) => kind === 'template-syntax');
    assert.match(problem?.message ?? '', /YAML syntax error/);
    assert.equal(problem?.startLine, 11);
  });

  it('a JSON syntax error has its line', async () => {
    const text =
      '{\n  "AWSTemplateFormatVersion": "2010-09-09",\n  "Resources": {\n    "A": {"Type": "AWS::Lambda::Function"},,\n  }\n}\n';
    const folder = await tempFolder({ 'stack.json': text });
    const model = await discoverWorkspace(folder, options);
    assert.deepEqual(model.unparsed, [path.join(folder, 'stack.json')]);
    const [problem] = model.problems.filter(({ code: kind }) => kind === 'template-syntax');
    assert.equal(problem?.startLine, 3);
    assert.match(problem.message, /JSON syntax error/);
  });

  it('a text that is broken and no template is left alone', async () => {
    const folder = await tempFolder({
      ...code,
      'notes.yaml': '# AWS::Lambda::Function is nice\nfoo: [1, 2\nbar: }\n',
      'broken.json': '{"a": "AWS::Serverless", ]',
    });
    const model = await discoverWorkspace(folder, options);
    assert.deepEqual(model.templates, []);
    assert.deepEqual(model.problems, []);
    assert.equal(model.functions.length, 1);
  });

  for (const [title, file, text] of [
    ['JSON', 'a.json', `{"AWSTemplateFormatVersion":"2010-09-09","Metadata":${nested(50_000)}}`],
    ['less deep JSON', 'a.json', `{"AWSTemplateFormatVersion":"2010-09-09","Metadata":${nested(1_000)}}`],
    ['YAML', 'a.yaml', `AWSTemplateFormatVersion: 2010-09-09\nMetadata: ${nested(500)}\n`],
  ] as const) {
    it(`${title} that is nested too deeply is a problem, and the other templates are read`, async () => {
      const folder = await tempFolder({
        ...code,
        [file]: text,
        'b.yaml': `Resources:\n  Good: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs22.x, CodeUri: src } }\n`,
      });
      const model = await discoverWorkspace(folder, options);
      assert.deepEqual(
        model.problems.map(problem => [path.basename(problem.file), problem.code, problem.startLine]),
        [[file, 'template-syntax', 0]],
      );
      assert.deepEqual(model.unparsed, [path.join(folder, file)]);
      assert.deepEqual(
        model.functions.map(({ name }) => name),
        ['Good'],
      );
    });
  }

  it('aliases that explode or point nowhere end as problems', async () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const items =
        level === 0
          ? 'x, x'
          : Array(9)
              .fill(`*a${level - 1}`)
              .join(', ');
      return `  a${level}: &a${level} [${items}]`;
    });
    const folder = await tempFolder({
      'template.yaml': `AWSTemplateFormatVersion: 2010-09-09\nMetadata:\n${levels.join('\n')}\nResources: {}\n`,
      'b.yaml': 'AWSTemplateFormatVersion: 2010-09-09\nResources:\n  A: *nowhere\n',
    });
    const started = performance.now();
    const model = await discoverWorkspace(folder, options);
    assert.ok(performance.now() - started < 5000);
    assert.equal(model.problems.length >= 2, true);
  });
});
