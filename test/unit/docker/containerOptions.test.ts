import assert from 'node:assert/strict';
import {
  containerOptions,
  type ContainerPlan,
} from '../../../src/host/environments/engines/docker/containerOptions.ts';
import { containerVariables } from '../../../src/host/environments/engines/docker/containerVariables.ts';
import type { EnvironmentSpec } from '../../../src/host/environments/environment.ts';

const spec: EnvironmentSpec = {
  functionName: 'orders',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:orders',
  version: '$LATEST',
  accountId: '000000000000',
  region: 'us-east-1',
  runtime: 'nodejs24.x',
  handler: 'app.handler',
  architecture: 'x86_64',
  memorySize: 256,
  timeout: 3,
  ephemeralStorage: 512,
  variables: {},
  code: { kind: 'folder', root: '/code' },
  layers: [],
  logFormat: 'Text',
  logGroup: '/aws/lambda/orders',
  initType: 'on-demand',
};

const imageSpec = (code: Partial<Extract<EnvironmentSpec['code'], { kind: 'image' }>>): EnvironmentSpec => {
  const { runtime: _runtime, handler: _handler, ...rest } = spec;
  return { ...rest, code: { kind: 'image', imageUri: 'orders:1', ...code } };
};

const plan = (more: Partial<ContainerPlan> = {}): ContainerPlan => ({
  name: 'lamplight-orders-1',
  labels: { 'lamplight.state': 'abc' },
  spec,
  image: { name: 'base', command: [] },
  network: { mode: 'lamplight-abc', extraHosts: ['sandbox:127.0.0.1'] },
  user: '993:990',
  variables: { A: '1', B: 'x=y' },
  tmp: '/state/environments/1/tmp',
  init: true,
  lowLimits: false,
  files: {},
  ...more,
});

describe('what the engine is asked to create', () => {
  it('isolates as Lambda does', () => {
    const { HostConfig: host, User: user, Tty: tty } = containerOptions(plan());
    assert.equal(user, '993:990');
    assert.equal(tty, false);
    assert.equal(host?.ReadonlyRootfs, true);
    assert.deepEqual(host.CapDrop, ['ALL']);
    assert.deepEqual(host.SecurityOpt, ['no-new-privileges', 'label=disable']);
    assert.equal(host.PidsLimit, 1024);
    assert.equal(host.IpcMode, 'none');
    assert.equal(host.NetworkMode, 'lamplight-abc');
    assert.equal(host.Privileged, undefined);
    assert.deepEqual(
      host.Ulimits?.find(({ Name: name }) => name === 'nofile'),
      {
        Name: 'nofile',
        Soft: 1024,
        Hard: 1024,
      },
    );
  });

  it('gives MemorySize and no swap, and no limit under a debugger', () => {
    const { HostConfig: host } = containerOptions(plan());
    assert.equal(host?.Memory, 256 * 1024 * 1024);
    assert.equal(host.MemorySwap, host.Memory);
    const debugged = containerOptions(plan({ spec: { ...spec, debugId: 'd' } }));
    assert.equal(debugged.HostConfig?.Memory, undefined);
  });

  it('mounts code, libraries and layers read-only, and /tmp alone to be written', () => {
    const code = {
      kind: 'folder',
      root: '/code',
      libraries: ['/p/node_modules', '/venv/site-packages'],
    } as const;
    const { HostConfig: host } = containerOptions(
      plan({
        spec: { ...spec, code },
        layers: '/layers/merged',
        files: { '/ours.cjs': '/var/lamplight/x.cjs' },
      }),
    );
    const rows = host?.Mounts?.map(mount => [mount.Source, mount.Target, mount.ReadOnly ?? false]);
    assert.deepEqual(rows, [
      ['/ours.cjs', '/var/lamplight/x.cjs', true],
      ['/code', '/var/task', true],
      ['/p/node_modules', '/var/node_modules', true],
      ['/venv/site-packages', '/var/lamplight/libraries/1', true],
      ['/layers/merged', '/opt', true],
      ['/state/environments/1/tmp', '/tmp', false],
    ]);
  });

  it('gives the handler to the entry point of an AWS image', () => {
    const options = containerOptions(plan());
    assert.equal(options.Entrypoint, undefined);
    assert.deepEqual(options.Cmd, ['app.handler']);
    assert.equal(options.WorkingDir, '/var/task');
    assert.deepEqual(options.Env, ['A=1', 'B=x=y']);
  });

  it('starts an image of the function as it is, and what ImageConfig says', () => {
    const plain = containerOptions(plan({ spec: imageSpec({}) }));
    assert.deepEqual([plain.Entrypoint, plain.Cmd, plain.WorkingDir], [undefined, undefined, undefined]);
    assert.ok(!plain.HostConfig?.Mounts?.some(({ Target: target }) => target === '/var/task'));
    const configured = containerOptions(
      plan({ spec: imageSpec({ entryPoint: ['/run'], command: ['a.b'], workingDirectory: '/w' }) }),
    );
    assert.deepEqual(
      [configured.Entrypoint, configured.Cmd, configured.WorkingDir],
      [['/run'], ['a.b'], '/w'],
    );
  });

  it('publishes a port on loopback only', () => {
    const { HostConfig: host } = containerOptions(plan({ publish: 9229 }));
    assert.deepEqual(host?.PortBindings, { '9229/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] });
    assert.equal(containerOptions(plan()).HostConfig?.PortBindings, undefined);
  });
});

describe("the variables of a container's process", () => {
  const given = {
    PATH: '/machine/bin',
    NODE_PATH: '/machine/lib',
    LAMBDA_TASK_ROOT: '/code',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4000',
    STAGE: 'dev',
  };
  const make = (more: Partial<Parameters<typeof containerVariables>[0]> = {}) =>
    containerVariables({
      spec,
      variables: given,
      runtimeApi: '172.18.0.1:5000',
      endpoint: 'http://172.18.0.1:4001',
      command: [],
      ...more,
    });

  it("leaves the search paths to the image and names the container's own places", () => {
    assert.deepEqual(make(), {
      STAGE: 'dev',
      AWS_ENDPOINT_URL: 'http://172.18.0.1:4001',
      _HANDLER: 'app.handler',
      LAMBDA_TASK_ROOT: '/var/task',
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      AWS_LAMBDA_RUNTIME_API: '172.18.0.1:5000',
    });
  });

  it('keeps what the user set, the endpoint too', () => {
    const variables = { PATH: '/mine', AWS_ENDPOINT_URL: 'http://stack:4566' };
    const made = make({ spec: { ...spec, variables }, variables: { ...given, ...variables } });
    assert.equal(made['PATH'], '/mine');
    assert.equal(made['AWS_ENDPOINT_URL'], 'http://stack:4566');
  });

  it("takes an image function's handler from its command", () => {
    assert.equal(make({ spec: imageSpec({}), command: ['other.handler'] })['_HANDLER'], 'other.handler');
  });

  it('leads Python to libraries outside the code', () => {
    const code = { kind: 'folder', root: '/code', libraries: ['/venv/site-packages'] } as const;
    const made = make({ spec: { ...spec, runtime: 'python3.13', code } });
    assert.equal(made['PYTHONPATH'], '/var/runtime:/var/lamplight/libraries/0');
  });
});
