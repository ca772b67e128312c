import assert from 'node:assert/strict';
import { imageName } from '../../../src/host/environments/engines/docker/containerImage.ts';
import { readDockerSettings } from '../../../src/host/environments/engines/docker/dockerSettings.ts';
import {
  containerUser,
  reachOf,
  type EngineFacts,
} from '../../../src/host/environments/engines/docker/engineFacts.ts';
import { whyNoEngine } from '../../../src/host/environments/engines/docker/engineProbe.ts';

const debian: EngineFacts = {
  operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  architecture: 'x86_64',
  rootless: false,
  podman: false,
  virtualMachine: false,
};

describe('settings for containers', () => {
  it('are read from the variables of the host', () => {
    assert.deepEqual(readDockerSettings({}), { network: 'bridge', images: {} });
    assert.deepEqual(
      readDockerSettings({
        LAMPLIGHT_DOCKER_HOST: 'unix:///x.sock',
        LAMPLIGHT_DOCKER_NETWORK: 'host',
        LAMPLIGHT_DOCKER_IMAGES: 'nodejs24.x=registry:5000/node:24, python3.13=py@sha256:1',
      }),
      {
        address: 'unix:///x.sock',
        network: 'host',
        images: { 'nodejs24.x': 'registry:5000/node:24', 'python3.13': 'py@sha256:1' },
      },
    );
  });

  it('name the variable that is wrong', () => {
    assert.throws(
      () => readDockerSettings({ LAMPLIGHT_DOCKER_NETWORK: 'none' }),
      /LAMPLIGHT_DOCKER_NETWORK is "none"/,
    );
    assert.throws(
      () => readDockerSettings({ LAMPLIGHT_DOCKER_IMAGES: 'node:24' }),
      /"node:24": it must be RUNTIME=IMAGE/,
    );
  });

  it("choose the image: the function's own, the setting's, AWS's", () => {
    const folder = { kind: 'folder', root: '/code' } as const;
    const settings = { images: { 'nodejs24.x': 'mine:24' } };
    assert.equal(imageName({ code: { kind: 'image', imageUri: 'orders:1' } }, settings), 'orders:1');
    assert.equal(imageName({ code: folder, runtime: 'nodejs24.x' }, settings), 'mine:24');
    assert.equal(
      imageName({ code: folder, runtime: 'python3.13' }, settings),
      'public.ecr.aws/lambda/python:3.13',
    );
    assert.throws(
      () => imageName({ code: folder, runtime: 'cobol1.x' }, settings),
      /LAMPLIGHT_DOCKER_IMAGES=cobol1\.x=IMAGE/,
    );
  });
});

describe('how containers reach the host', () => {
  it('depends on where the engine runs', () => {
    const bridge = { network: 'bridge' } as const;
    assert.equal(reachOf(debian, bridge), 'gateway');
    assert.equal(reachOf({ ...debian, virtualMachine: true }, bridge), 'name');
    assert.equal(reachOf({ ...debian, podman: true }, bridge), 'shared');
    assert.equal(reachOf(debian, { network: 'host' }), 'shared');
  });

  it('runs them as a user that may use the mounted folders', () => {
    const root = { uid: 0, gid: 0 };
    const ada = { uid: 1000, gid: 1001 };
    const open = { ...ada, mode: 0o40755 };
    assert.equal(containerUser(debian, root, open), '993:990');
    assert.equal(containerUser(debian, root, undefined), '993:990');
    assert.equal(containerUser(debian, root, { ...ada, mode: 0o40700 }), '1000:1001');
    assert.equal(containerUser(debian, ada, open), '1000:1001');
    assert.equal(containerUser({ ...debian, rootless: true }, ada, open), '0:0');
    assert.equal(containerUser({ ...debian, virtualMachine: true }, ada, open), '993:990');
  });
});

describe('without an engine', () => {
  it('says which address was tried, who named it, and what to do', async () => {
    const message = await whyNoEngine({
      kind: 'socket',
      path: '/nowhere/docker.sock',
      text: 'unix:///nowhere/docker.sock',
      source: 'DOCKER_HOST',
    });
    assert.match(
      message ?? '',
      /^No Docker engine answers at unix:\/\/\/nowhere\/docker\.sock \(DOCKER_HOST\): there is no such socket\..*--engine process/,
    );
  });
});
