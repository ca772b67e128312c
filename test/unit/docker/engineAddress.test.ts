import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  resolveEngineAddress,
  type AddressSources,
} from '../../../src/host/environments/engines/docker/engineAddress.ts';

const HOME = '/home/ada';

/** A machine with these files (content by path; sockets have none). */
function machine(
  files: Readonly<Record<string, string>> = {},
  more: Partial<AddressSources> = {},
): AddressSources {
  return {
    env: {},
    platform: 'linux',
    home: HOME,
    exists: file => Object.keys(files).some(name => name === file || name.startsWith(`${file}/`)),
    readText: file => files[file],
    ...more,
  };
}

function context(name: string, endpoint: unknown, folder = `${HOME}/.docker`): Record<string, string> {
  const id = createHash('sha256').update(name).digest('hex');
  return {
    [`${folder}/config.json`]: JSON.stringify({ currentContext: name }),
    [`${folder}/contexts/meta/${id}/meta.json`]: JSON.stringify({
      Name: name,
      Endpoints: { docker: endpoint },
    }),
  };
}

describe('where the container engine is', () => {
  const rows: readonly {
    readonly what: string;
    readonly sources: AddressSources;
    readonly expected: Readonly<Record<string, unknown>>;
  }[] = [
    {
      what: 'our own setting, before everything else',
      sources: machine(context('colima', { Host: 'unix:///colima.sock' }), {
        setting: 'unix:///mine.sock',
        env: { DOCKER_HOST: 'tcp://10.0.0.1:2375' },
      }),
      expected: { kind: 'socket', path: '/mine.sock', source: 'the setting for the Docker address' },
    },
    {
      what: 'a setting that is a plain path',
      sources: machine({}, { setting: '/run/docker.sock' }),
      expected: { kind: 'socket', path: '/run/docker.sock', text: 'unix:///run/docker.sock' },
    },
    {
      what: 'DOCKER_HOST, before the context',
      sources: machine(context('colima', { Host: 'unix:///colima.sock' }), {
        env: { DOCKER_HOST: 'unix:///run/user/1000/docker.sock', DOCKER_CONTEXT: 'colima' },
      }),
      expected: { kind: 'socket', path: '/run/user/1000/docker.sock', source: 'DOCKER_HOST' },
    },
    {
      what: 'DOCKER_HOST without a scheme',
      sources: machine({}, { env: { DOCKER_HOST: '127.0.0.1:2399' } }),
      expected: { kind: 'tcp', host: '127.0.0.1', port: 2399, tls: undefined },
    },
    {
      what: 'tcp with its usual port',
      sources: machine({}, { env: { DOCKER_HOST: 'tcp://box' } }),
      expected: { kind: 'tcp', host: 'box', port: 2375 },
    },
    {
      what: 'tcp over TLS with the certificates of DOCKER_CERT_PATH',
      sources: machine(
        { '/certs/ca.pem': 'CA', '/certs/cert.pem': 'CERT', '/certs/key.pem': 'KEY' },
        { env: { DOCKER_HOST: 'tcp://[::1]:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' } },
      ),
      expected: {
        kind: 'tcp',
        host: '::1',
        port: 2376,
        tls: { ca: 'CA', cert: 'CERT', key: 'KEY', verify: true },
      },
    },
    {
      what: 'an empty DOCKER_HOST, which is none',
      sources: machine({ '/var/run/docker.sock': '' }, { env: { DOCKER_HOST: '' } }),
      expected: { kind: 'socket', path: '/var/run/docker.sock' },
    },
    {
      what: 'the current context',
      sources: machine(context('colima', { Host: 'unix:///home/ada/.colima/docker.sock' })),
      expected: {
        kind: 'socket',
        path: '/home/ada/.colima/docker.sock',
        source: 'the Docker context "colima"',
      },
    },
    {
      what: 'the context that DOCKER_CONTEXT names, in the folder of DOCKER_CONFIG',
      sources: machine(context('lab', { Host: 'tcp://127.0.0.1:2375' }, '/etc/docker-cli'), {
        env: { DOCKER_CONTEXT: 'lab', DOCKER_CONFIG: '/etc/docker-cli' },
      }),
      expected: { kind: 'tcp', host: '127.0.0.1', port: 2375, source: 'the Docker context "lab"' },
    },
    {
      what: "a context's own certificates",
      sources: machine({
        ...context('secure', { Host: 'tcp://box:2376', SkipTLSVerify: true }),
        [`${HOME}/.docker/contexts/tls/${createHash('sha256').update('secure').digest('hex')}/docker/ca.pem`]:
          'CA',
      }),
      expected: { kind: 'tcp', host: 'box', port: 2376, tls: { ca: 'CA', verify: false } },
    },
    {
      what: 'the context "default", which is the platform\'s default',
      sources: machine({
        [`${HOME}/.docker/config.json`]: '{"currentContext":"default"}',
        '/var/run/docker.sock': '',
      }),
      expected: { kind: 'socket', path: '/var/run/docker.sock', source: 'the default of this platform' },
    },
    {
      what: 'a configuration that is no JSON, which says nothing',
      sources: machine({ [`${HOME}/.docker/config.json`]: '{', '/var/run/docker.sock': '' }),
      expected: { kind: 'socket', path: '/var/run/docker.sock' },
    },
    {
      what: "Docker Desktop's socket in the home folder",
      sources: machine({ [`${HOME}/.docker/run/docker.sock`]: '' }, { platform: 'darwin' }),
      expected: { kind: 'socket', path: `${HOME}/.docker/run/docker.sock` },
    },
    {
      what: "Podman's socket of this user",
      sources: machine(
        { '/run/user/1000/podman/podman.sock': '' },
        { env: { XDG_RUNTIME_DIR: '/run/user/1000' } },
      ),
      expected: { kind: 'socket', path: '/run/user/1000/podman/podman.sock' },
    },
    {
      what: 'the usual socket where there is none at all',
      sources: machine(),
      expected: { kind: 'socket', path: '/var/run/docker.sock' },
    },
    {
      what: 'the pipe on Windows',
      sources: machine({}, { platform: 'win32' }),
      expected: {
        kind: 'socket',
        path: '\\\\.\\pipe\\docker_engine',
        text: 'npipe:////./pipe/docker_engine',
      },
    },
    {
      what: 'a pipe that DOCKER_HOST names',
      sources: machine({}, { platform: 'win32', env: { DOCKER_HOST: 'npipe:////./pipe/other' } }),
      expected: { kind: 'socket', path: '\\\\.\\pipe\\other' },
    },
    {
      what: 'an engine behind SSH, which cannot see this machine',
      sources: machine({}, { env: { DOCKER_HOST: 'ssh://me@box' } }),
      expected: { kind: 'unusable', text: 'ssh://me@box' },
    },
    {
      what: 'a context that is not described',
      sources: machine({ [`${HOME}/.docker/config.json`]: '{"currentContext":"gone"}' }),
      expected: { kind: 'unusable', source: 'the Docker context "gone"' },
    },
    {
      what: 'an address that is none',
      sources: machine({}, { env: { DOCKER_HOST: 'tcp://' } }),
      expected: { kind: 'unusable', text: 'tcp://' },
    },
    {
      what: 'a scheme that nobody speaks',
      sources: machine({}, { env: { DOCKER_HOST: 'gopher://x' } }),
      expected: { kind: 'unusable', text: 'gopher://x' },
    },
  ];
  for (const { what, sources, expected } of rows) {
    it(`takes ${what}`, () => {
      const address: Record<string, unknown> = { ...resolveEngineAddress(sources) };
      const seen = Object.fromEntries(Object.keys(expected).map(key => [key, address[key]]));
      assert.deepEqual(seen, expected);
    });
  }
});
