/** Which tool builds a function's code: what its template says, else what the runtime takes. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { discoverWorkspace } from '../../../src/workspace/discover.ts';
import { namesPackages } from '../../../src/workspace/packages.ts';
import { options } from './builderBench.ts';
import { expectProblems } from './expectProblems.ts';
import { removeTempFolders, tempFolder, type Files } from './tempFolder.ts';

interface Row {
  readonly runtime: string;
  readonly metadata?: string;
  readonly handler?: string;
  readonly files: Files;
  /** What the code is, with paths relative to the workspace. */
  readonly code: unknown;
}

const folder = { kind: 'folder', root: 'fn' };
const tool = (build: object, root = 'fn'): unknown => ({ kind: 'tool', root, build });
const go = { tool: 'go', output: 'bootstrap' };
const make = { tool: 'make', makefile: 'fn/Makefile', target: 'build-Fn' };
const main = { 'fn/main.go': 'package main\n' };

const rows: Readonly<Record<string, Row>> = {
  'a custom runtime with its bootstrap': {
    runtime: 'provided.al2023',
    files: { 'fn/bootstrap': '#!/bin/sh\n', 'fn/Makefile': 'build-Fn:\n' },
    code: folder,
  },
  'a custom runtime with a rule for it': {
    runtime: 'provided.al2023',
    files: { 'fn/Makefile': '# build-Other\n.PHONY: x\nbuild-Other build-Fn : x\n\techo\n' },
    code: tool(make),
  },
  'a custom runtime with rules for others': {
    runtime: 'provided.al2023',
    files: { 'fn/Makefile': 'build-Other: build-Fn\n\techo\n#build-Fn:\nbuild-Fn := x\n' },
    code: folder,
  },
  'BuildMethod makefile': {
    runtime: 'nodejs22.x',
    metadata: '{ BuildMethod: makefile }',
    files: { 'fn/app.js': '', 'fn/Makefile': '' },
    code: tool(make),
  },
  'BuildMethod makefile with folders': {
    runtime: 'python3.13',
    metadata:
      '{ BuildMethod: makefile, ContextPath: tools, ProjectRootDirectory: ., WorkingDirectory: fn/src }',
    files: { 'fn/app.py': '', 'tools/Makefile': '' },
    code: tool({ ...make, makefile: 'tools/Makefile', workingDirectory: 'fn/src' }, ''),
  },
  'BuildMethod go1.x': {
    runtime: 'provided.al2023',
    metadata: '{ BuildMethod: go1.x, BuildProperties: { TrimGoPath: true } }',
    files: main,
    code: tool({ ...go, trimPath: true }),
  },
  'the old Go runtime, whose program has the handler for its name': {
    runtime: 'go1.x',
    handler: 'hello',
    files: main,
    code: tool({ tool: 'go', output: 'hello' }),
  },
  'Go code of which nothing is said': { runtime: 'provided.al2', files: main, code: tool(go) },
  'a Rust package of which nothing is said': {
    runtime: 'provided.al2023',
    files: { 'fn/Cargo.toml': '' },
    code: tool({ tool: 'cargo' }),
  },
  'BuildMethod rust-cargolambda': {
    runtime: 'provided.al2023',
    metadata: '{ BuildMethod: rust-cargolambda, BuildProperties: { Binary: orders } }',
    files: { 'fn/Cargo.toml': '' },
    code: tool({ tool: 'cargo', binary: 'orders' }),
  },
  'Java with a pom.xml': {
    runtime: 'java21',
    files: { 'fn/pom.xml': '' },
    code: tool({ tool: 'maven' }),
  },
  'Java with both: SAM takes Gradle': {
    runtime: 'java17',
    files: { 'fn/pom.xml': '', 'fn/build.gradle.kts': '' },
    code: tool({ tool: 'gradle' }),
  },
  'Java that was compiled': { runtime: 'java21', files: { 'fn/a/App.class': '' }, code: folder },
  'Ruby with a Gemfile': {
    runtime: 'ruby3.4',
    files: { 'fn/Gemfile': '', 'fn/app.rb': '' },
    code: tool({ tool: 'bundler' }),
  },
  'Ruby whose gems are there': {
    runtime: 'ruby3.4',
    files: { 'fn/Gemfile': '', 'fn/vendor/bundle/ruby/3.4.0/x': '' },
    code: folder,
  },
  'Ruby alone': { runtime: 'ruby3.4', files: { 'fn/app.rb': '' }, code: folder },
  'a .NET project': {
    runtime: 'dotnet8',
    files: { 'fn/App.csproj': '' },
    code: tool({ tool: 'dotnet' }),
  },
  '.NET ahead of time': {
    runtime: 'provided.al2023',
    metadata: '{ BuildMethod: dotnet8 }',
    files: { 'fn/App.csproj': '' },
    code: tool({ tool: 'dotnet' }),
  },
  '.NET that was published': { runtime: 'dotnet8', files: { 'fn/App.dll': '' }, code: folder },
  'Node.js with its runtime for a method': {
    runtime: 'nodejs22.x',
    metadata: '{ BuildMethod: nodejs22.x, BuildProperties: { UseNpmCi: true } }',
    files: { 'fn/app.js': '', 'fn/package.json': '{}' },
    code: { ...folder, packages: { tool: 'npm', manifest: 'fn/package.json', exact: true } },
  },
  'esbuild with packages': {
    runtime: 'nodejs22.x',
    metadata: '{ BuildMethod: esbuild }',
    files: { 'fn/app.ts': '', 'fn/package.json': '{}' },
    code: {
      kind: 'esbuild',
      root: 'fn',
      entry: 'fn/app.ts',
      options: {},
      packages: { tool: 'npm', manifest: 'fn/package.json' },
    },
  },
  'Python with its runtime for a method': {
    runtime: 'python3.13',
    metadata: '{ BuildMethod: python3.13 }',
    files: { 'fn/app.py': '', 'fn/requirements.txt': '' },
    code: { ...folder, packages: { tool: 'pip', manifest: 'fn/requirements.txt' } },
  },
  'Python with nothing to install': {
    runtime: 'python3.13',
    metadata: '{ BuildMethod: python3.13 }',
    files: { 'fn/app.py': '' },
    code: folder,
  },
  'BuildMethod python-uv': {
    runtime: 'python3.13',
    metadata: '{ BuildMethod: python-uv }',
    files: { 'fn/app.py': '', 'fn/pyproject.toml': '', 'fn/requirements.txt': '' },
    code: { ...folder, packages: { tool: 'uv', manifest: 'fn/pyproject.toml' } },
  },
  'plain JavaScript': {
    runtime: 'nodejs22.x',
    files: { 'fn/app.js': '', 'fn/package.json': '{}', 'fn/Makefile': 'build-Fn:\n' },
    code: folder,
  },
  'plain Python': {
    runtime: 'python3.13',
    files: { 'fn/app.py': '', 'fn/requirements.txt': '' },
    code: folder,
  },
  SkipBuild: {
    runtime: 'provided.al2023',
    metadata: '{ SkipBuild: true, BuildMethod: go1.x }',
    files: main,
    code: folder,
  },
  "CDK's asset": {
    runtime: 'java21',
    metadata: '{ "aws:asset:path": fn }',
    files: { 'fn/pom.xml': '' },
    code: folder,
  },
};

const template = ({ runtime, metadata, handler = 'app.handler' }: Row): string =>
  [
    'Transform: AWS::Serverless-2016-10-31',
    'Resources:',
    '  Fn:',
    '    Type: AWS::Serverless::Function',
    ...(metadata === undefined ? [] : [`    Metadata: ${metadata}`]),
    `    Properties: { CodeUri: fn, Runtime: ${runtime}, Handler: ${handler} }`,
  ].join('\n');

describe('the build of a function', () => {
  after(removeTempFolders);

  for (const [name, row] of Object.entries(rows)) {
    it(name, async () => {
      const workspace = await tempFolder({ 'template.yaml': template(row), ...row.files });
      const { functions } = await discoverWorkspace(workspace, options);
      const relative = (value: unknown): unknown =>
        typeof value === 'string' && path.isAbsolute(value) ? path.relative(workspace, value) : value;
      const code: unknown = JSON.parse(JSON.stringify(functions[0]?.code), (_key, value) => relative(value));
      assert.deepEqual(code, row.code);
    });
  }

  it('whether a manifest names packages', () => {
    const named: readonly [manifest: string, text: string][] = [
      ['package.json', '{ "dependencies": { "a": "1" } }'],
      ['package.json', '{ "optionalDependencies": { "a": "1" } }'],
      ['package.json', '{ "dependencies": '],
      ['requirements.txt', '# x\n\n  requests==2\n'],
      ['requirements.txt', '-r other.txt'],
      ['uv.lock', ''],
    ];
    for (const row of named) assert.ok(namesPackages(...row), row.join());
    const none: readonly [manifest: string, text: string][] = [
      ['package.json', '{ "devDependencies": { "a": "1" }, "dependencies": {} }'],
      ['requirements.txt', '# requests\n--index-url https://example.com\n\n'],
    ];
    for (const row of none) assert.equal(namesPackages(...row), false, row.join());
  });

  it('a method that there is none of is a problem at its place', async () => {
    const text = `Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: golang #! "golang" does not have a supported builder
    Properties: { CodeUri: fn, Runtime: provided.al2023, Handler: bootstrap }
`;
    const workspace = await tempFolder({ 'template.yaml': text, 'fn/main.go': '' });
    expectProblems(text, (await discoverWorkspace(workspace, options)).problems);
  });
});
