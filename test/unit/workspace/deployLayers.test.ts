import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { startDeployment, type Deployment } from '../../../src/cli/deployment.ts';
import type { HostEvent } from '../../../src/protocol/control.ts';
import type { LayerFiles } from '../../../src/protocol/deployment.ts';
import type { WorkspaceProblem } from '../../../src/protocol/model.ts';
import { FakeTarget } from './fakeTarget.ts';
import { removeTempFolders, tempFolder, write, type Files } from './tempFolder.ts';

const template = (layer: string, layers = '[!Ref Deps]'): string => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: src, Handler: app.handler, Runtime: nodejs22.x, Layers: ${layers} }
${layer}`;

const deps = (content: string, more = ''): string => `
  Deps:
    Type: AWS::Serverless::LayerVersion
    Properties: { LayerName: deps, ContentUri: ${content} }
${more}`;

const code = { 'src/app.js': 'exports.handler = async () => 1;' };

describe('the deployment of layers', () => {
  const open: Deployment[] = [];
  let target: FakeTarget;
  let problems: readonly WorkspaceProblem[];
  let waiting: (() => void)[];

  beforeEach(() => {
    target = new FakeTarget();
    problems = [];
    waiting = [];
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(deployment => deployment.dispose()));
    await removeTempFolders();
  });

  async function start(files: Files): Promise<{ folder: string; builds: string; deployment: Deployment }> {
    const folder = await tempFolder(files);
    const builds = path.join(await tempFolder(), 'builds');
    const deployment = await startDeployment({
      folder,
      target,
      buildsDir: builds,
      region: 'us-east-1',
      accountId: '000000000000',
      publish: (event: HostEvent) => {
        if (event.type !== 'problems') return;
        problems = event.problems;
        for (const go of waiting.splice(0)) go();
      },
    });
    open.push(deployment);
    await deployment.settled();
    return { folder, builds, deployment };
  }

  const told = (): [string | undefined, string][] => problems.map(({ code, message }) => [code, message]);

  /** What the one layer has in the host. */
  function deployed(): Extract<LayerFiles, { kind: 'folder' }> {
    const files = target.layers[0]?.files;
    return files?.kind === 'folder' ? files : assert.fail('no folder was deployed');
  }

  it('is done before that of the functions which have them', async () => {
    const { folder } = await start({
      ...code,
      'template.yaml': template(deps('layer')),
      'layer/nodejs/node_modules/a/index.js': 'module.exports = 1;',
    });
    assert.deepEqual(told(), []);
    const order = target.calls.filter(call => !call.startsWith('building'));
    assert.deepEqual(order, ['declare layer deps', 'declare Fn', 'deploy layer deps', 'deploy Fn']);
    const { root, size } = deployed();
    assert.deepEqual([root, size], [path.join(folder, 'layer'), 19]);
  });

  it('follows a save in the layer', async () => {
    const { folder, deployment } = await start({
      ...code,
      'template.yaml': template(deps('layer'), '[]'),
      'layer/python/a.py': 'one = 1',
    });
    const before = deployed().hash;
    await write(folder, { 'layer/python/a.py': 'one = 11' });
    await deployment.sync([path.join(folder, 'layer/python/a.py')]);
    await deployment.settled();
    assert.notEqual(deployed().hash, before);
  });

  it('takes a zip, and says what is wrong with one', async () => {
    const { folder, deployment } = await start({
      ...code,
      'template.yaml': template(deps('layer.zip')),
      'layer.zip': 'PK one',
    });
    const zip = path.join(folder, 'layer.zip');
    assert.deepEqual(target.layers[0]?.files, { kind: 'zip', file: zip });
    target.badZips.add(zip);
    await write(folder, { 'layer.zip': 'worse' });
    await deployment.sync([zip]);
    await deployment.settled();
    assert.deepEqual(told(), [['build', 'Could not unzip uploaded file.']]);
    target.badZips.clear();
    await write(folder, { 'layer.zip': 'PK better' });
    await deployment.sync([zip]);
    await deployment.settled();
    assert.deepEqual(told(), []);
  });

  it('puts the source of a build below the folder that sam build would make', async () => {
    const build = '    Metadata: { BuildMethod: python3.13 }\n';
    const { builds } = await start({
      ...code,
      'template.yaml': template(deps('layer', build)),
      'layer/shared.py': 'one = 1',
    });
    const { root } = deployed();
    assert.ok(root.startsWith(path.join(builds, '.layers', 'deps')), root);
    await rm(path.join(root, 'python'));
  });

  it('names layers that are not here, at their line, until they are', async () => {
    const arn = 'arn:aws:lambda:us-east-1:017000801446:layer:Tools:7';
    target.missing.set('Fn', [arn]);
    await start({ ...code, 'template.yaml': template('', `[${arn}]`) });
    const [problem, ...others] = problems;
    assert.deepEqual([problem?.startLine, problem?.code, others], [5, 'missing-layer', []]);
    assert.match(problem?.message ?? '', /lamplight layers import arn:aws:lambda:.*:Tools:7 FILE\.zip/);
    target.missing.clear();
    const next = new Promise<void>(resolve => waiting.push(resolve));
    for (const listener of target.layerListeners) listener();
    await next;
    assert.deepEqual(problems, []);
  });

  it('tells mistakes of a template at their place', async () => {
    await start({
      ...code,
      'template.yaml': template(
        `
  Bad:
    Type: AWS::Serverless::LayerVersion
    Properties: { LayerName: "no name", ContentUri: nowhere, RetentionPolicy: Never }
  Made:
    Type: AWS::Serverless::LayerVersion
    Properties: { ContentUri: src }
    Metadata: { BuildMethod: makefile }
  Cloud:
    Type: AWS::Lambda::LayerVersion
    Properties: { Content: { S3Bucket: b, S3Key: k } }
`,
        '[]',
      ),
    });
    assert.deepEqual(
      problems.map(({ code, severity, startLine }) => [code, severity, startLine]),
      [
        ['missing-code', 'error', 9],
        ['template-value', 'error', 9],
        ['template-value', 'error', 9],
        ['not-local', 'info', 13],
        ['not-local', 'warning', 16],
      ],
    );
    assert.deepEqual(
      target.layers.map(({ declared: { name } }) => name),
      ['Bad', 'Made', 'Cloud'],
    );
  });
});
