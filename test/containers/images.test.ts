import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TEST_IMAGE } from '../../scripts/prepare/dockerImage.mjs';
import type { EnvironmentSpec } from '../../src/host/environments/environment.ts';
import { invoke } from '../host/environments/environmentHarness.ts';
import { docker, useContainers } from './support/containerHarness.ts';

const IMAGE = `lamplight-test/own-image:${process.pid}`;

describe("a function that is an image of the user's", () => {
  const harness = useContainers();

  before('build it', async function () {
    this.timeout(60_000);
    const folder = path.join(harness().folder, 'image');
    await mkdir(folder, { recursive: true });
    await writeFile(
      path.join(folder, 'Dockerfile'),
      [
        `FROM ${TEST_IMAGE}`,
        // AWS ignores USER; HEALTHCHECK is none of the handler's.
        'USER root',
        'HEALTHCHECK --interval=1s CMD touch /tmp/health',
        'WORKDIR /function',
        // AWS's client looks below LAMBDA_TASK_ROOT, which is /var/task for images too.
        'COPY *.mjs /var/task/',
        'ENV FROM_IMAGE=yes',
        'ENTRYPOINT ["/var/lang/bin/node", "/var/runtime/index.mjs"]',
        'CMD ["one.handler"]',
      ].join('\n'),
    );
    for (const name of ['one', 'two']) {
      await writeFile(
        path.join(folder, `${name}.mjs`),
        `export const handler = async () => ({
           name: '${name}', directory: process.cwd(), handler: process.env._HANDLER, image: process.env.FROM_IMAGE,
           execution: process.env.AWS_EXECUTION_ENV, root: process.getuid() === 0,
         });`,
      );
    }
    await docker('build', '-q', '-t', IMAGE, folder);
  });
  after('remove it', async function () {
    this.timeout(20_000);
    await docker('rmi', '-f', IMAGE);
  });

  const image = (code: Partial<Extract<EnvironmentSpec['code'], { kind: 'image' }>> = {}) => {
    const { runtime: _runtime, handler: _handler, ...spec } = harness().spec({});
    return harness().environments.create({ ...spec, code: { kind: 'image', imageUri: IMAGE, ...code } });
  };
  const expected = {
    name: 'one',
    directory: '/function',
    handler: 'one.handler',
    image: 'yes',
    execution: 'AWS_Lambda_Image',
    root: false,
  };

  it('runs its own ENTRYPOINT, CMD and WORKDIR', async () => {
    const environment = image();
    await environment.init();
    assert.deepEqual((await invoke(environment)).result, expected);
  });

  it('runs what ImageConfig says instead', async () => {
    const environment = image({
      entryPoint: ['/lambda-entrypoint.sh'],
      command: ['two.handler'],
      workingDirectory: '/opt',
    });
    await environment.init();
    const { result } = await invoke(environment);
    assert.deepEqual(result, { ...expected, name: 'two', handler: 'two.handler', directory: '/opt' });
  });

  const launches: readonly (readonly [what: string, entryPoint: string, message: string])[] = [
    ['a path that is not there', '/nope', 'fork/exec /nope: no such file or directory'],
    ['a command that is not on the PATH', 'nope', 'exec: "nope": executable file not found in $PATH'],
    ['a file that is no program', '/etc/passwd', 'fork/exec /etc/passwd: permission denied'],
  ];
  for (const [what, entryPoint, message] of launches) {
    it(`tells of an ENTRYPOINT with ${what}`, async () => {
      const environment = image({ entryPoint: [entryPoint] });
      await environment.init();
      const { result, requestId } = await invoke(environment);
      assert.deepEqual(result, {
        errorType: 'Runtime.InvalidEntrypoint',
        errorMessage: `RequestId: ${requestId} Error: ${message}`,
      });
    });
  }

  it('runs an image of another architecture as it is where there is no better one, and says so', async () => {
    const { runtime: _runtime, handler: _handler, ...spec } = harness().spec({});
    const other = harness().environments.create({
      ...spec,
      architecture: process.arch === 'arm64' ? 'x86_64' : 'arm64',
      code: { kind: 'image', imageUri: IMAGE },
    });
    await other.init();
    assert.deepEqual((await invoke(other)).result, expected);
    const told = harness().notices.find(notice => notice.endsWith('it runs as it is.'));
    assert.match(told ?? '', /^The image \S+ is for linux\/\w+, not for linux\/\w+:/);
  });

  it('says so when there is no such image, and what to do', async () => {
    // Nothing listens on port 1: a registry that can't be reached.
    const environment = image({ imageUri: '127.0.0.1:1/orders:none' });
    await assert.rejects(environment.init(), (error: Error) => {
      assert.equal(error.name, 'ServiceException');
      assert.match(
        error.message,
        /^The image 127\.0\.0\.1:1\/orders:none is not on this machine for linux\/amd64 and could not be pulled: .*docker pull 127\.0\.0\.1:1\/orders:none/s,
      );
      return true;
    });
    assert.ok(
      harness().notices.some(notice => notice.startsWith('Pulling the image 127.0.0.1:1/orders:none')),
    );
  });
});

describe('a custom runtime in a container', () => {
  const harness = useContainers();
  const runtime = { runtime: 'provided.al2023', handler: 'anything' } as const;

  it('is the bootstrap of the code', async () => {
    const bootstrap = [
      '#!/bin/sh',
      'exec /var/lang/bin/node -e "',
      `const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';`,
      `const http = require('http');`,
      `const next = () => http.get(api + 'next', r => { let t = ''; r.on('data', c => t += c).on('end', () => {`,
      `  const id = r.headers['lambda-runtime-aws-request-id'];`,
      `  const post = http.request(api + id + '/response', { method: 'POST' }, a => a.resume().on('end', next));`,
      `  post.end(JSON.stringify({ handler: process.env._HANDLER, event: JSON.parse(t) })); }); }); next();"`,
    ].join('\n');
    const spec = harness().spec({ bootstrap }, runtime);
    assert.ok(spec.code.kind === 'folder');
    await chmod(path.join(spec.code.root, 'bootstrap'), 0o755);
    const environment = harness().environments.create(spec);
    await environment.init();
    assert.deepEqual((await invoke(environment, 7)).result, { handler: 'anything', event: 7 });
  });

  it("tells in AWS's words where there is none", async () => {
    const environment = await harness().start({}, runtime);
    const { result, requestId } = await invoke(environment);
    assert.deepEqual(result, {
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: `RequestId: ${requestId} Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]`,
    });
  });
});
