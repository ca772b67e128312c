import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Environment } from '../../src/host/environments/environment.ts';
import { invoke } from '../host/environments/environmentHarness.ts';
import { inspect, useContainers } from './support/containerHarness.ts';

/** Runs any expression in the handler's process: `await` included. */
const EVALUATE = {
  'index.mjs': `
    import fs from 'node:fs';
    import http from 'node:http';
    import net from 'node:net';
    const get = url => new Promise((resolve, reject) => {
      http.get(url, response => {
        let text = '';
        response.on('data', chunk => (text += chunk)).on('end', () => resolve({ status: response.statusCode, text }));
      }).on('error', reject);
    });
    export const handler = async code => {
      try {
        return await eval('(async () => (' + code + '))()');
      } catch (error) {
        return 'failed: ' + (error.cause?.code ?? error.code ?? error.message);
      }
    };`,
};

async function evaluate(environment: Environment, code: string): Promise<unknown> {
  return (await invoke(environment, code)).result;
}

describe('what a container is shut in by', () => {
  const opened: string[] = [];
  const harness = useContainers({
    endpoint: () => 'http://127.0.0.1:4566',
    // In place of the gateway's second listener: says who called, under which name.
    openEndpoint: async (address, hosts, allowFrom) => {
      const server = createServer((request, response) => {
        const peer = request.socket.remoteAddress ?? '';
        response.end(JSON.stringify({ host: request.headers.host, allowed: allowFrom?.(peer) }));
      });
      await new Promise<void>(resolve => server.listen(0, address, resolve));
      server.unref();
      opened.push(address, ...hosts);
      const { port } = server.address() as AddressInfo;
      return { port, close: () => new Promise<void>(resolve => server.close(() => resolve())) };
    },
  });
  let environment: Environment;
  before('start one', async function () {
    this.timeout(30_000);
    environment = await harness().start(EVALUATE, { variables: { STAGE: 'dev' } });
  });

  it('can write to /tmp alone', async () => {
    const write = (file: string) => evaluate(environment, `fs.writeFileSync('${file}', 'x') ?? 'written'`);
    assert.equal(await write('/tmp/file'), 'written');
    for (const file of ['/file', '/var/task/file', '/opt/file', '/etc/file', '/var/runtime/file']) {
      assert.match(String(await write(file)), /^failed: (EROFS|EACCES)$/, file);
    }
    assert.equal(await write('/dev/shm/file'), 'failed: ENOENT');
  });

  it('is no root, has no capabilities and gains none', async () => {
    assert.deepEqual(await evaluate(environment, '[process.getuid(), process.getgid()]'), user());
    const status = String(await evaluate(environment, `fs.readFileSync('/proc/self/status', 'utf8')`));
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      assert.match(status, new RegExp(`^${set}:\\t0+$`, 'm'));
    }
    assert.match(status, /^NoNewPrivs:\t1$/m);
  });

  it("has AWS's limits", async () => {
    const limits = String(await evaluate(environment, `fs.readFileSync('/proc/self/limits', 'utf8')`));
    assert.match(limits, /^Max open files +1024 +1024 /m);
    assert.match(limits, new RegExp(`^Max file size +${512 * 1024 * 1024} `, 'm'));
    const id = environment.summary.containerId!;
    assert.equal(await inspect(id, '.HostConfig.Memory'), 512 * 1024 * 1024);
    assert.equal(await inspect(id, '.HostConfig.MemorySwap'), 512 * 1024 * 1024);
    assert.equal(await inspect(id, '.HostConfig.PidsLimit'), 1024);
  });

  it('can write no file that is larger than /tmp may be', async () => {
    const small = await harness().start(EVALUATE, { ephemeralStorage: 8 });
    const write = (megabytes: number) =>
      evaluate(small, `fs.writeFileSync('/tmp/file', Buffer.alloc(${megabytes} << 20)) ?? 'written'`);
    assert.equal(await write(8), 'written');
    assert.equal(await write(9), 'failed: EFBIG');
  });

  it("has AWS's variables, the image's search paths and none of the machine's", async () => {
    const variables = (await evaluate(environment, '({ ...process.env })')) as Record<string, string>;
    const expected: Record<string, string> = {
      STAGE: 'dev',
      _HANDLER: 'index.handler',
      AWS_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'orders',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      LAMBDA_TASK_ROOT: '/var/task',
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      LANG: 'en_US.UTF-8',
      PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
      PWD: '/var/task',
    };
    const seen = Object.fromEntries(Object.keys(expected).map(name => [name, variables[name]]));
    assert.deepEqual(seen, expected);
    // What the engine and the shell of the image add: AWS has none of these three (docs/fidelity.md).
    const others = ['HOSTNAME', 'HOME', 'SHLVL', '_'];
    const known = /^(AWS_|_AWS_|_X_AMZN_|LD_LIBRARY_PATH$|NODE_PATH$|TZ$)/;
    const strange = Object.keys(variables).filter(
      name => !(name in expected) && !others.includes(name) && !known.test(name),
    );
    assert.deepEqual(strange, []);
  });

  it('reaches the API of the host under an address of its own', async () => {
    const answer = await evaluate(environment, 'JSON.parse((await get(process.env.AWS_ENDPOINT_URL)).text)');
    const { host, allowed } = answer as { host: string; allowed: boolean };
    assert.equal(allowed, true);
    assert.equal(await evaluate(environment, 'new URL(process.env.AWS_ENDPOINT_URL).host'), host);
    assert.ok(opened.includes(host.replace(/:\d+$/, '')), 'the listener was opened on that address');
    const byName = 'get("http://host.docker.internal:" + new URL(process.env.AWS_ENDPOINT_URL).port)';
    assert.equal(await evaluate(environment, `(await ${byName}).status`), 200);
  });

  it("can't reach another environment, nor its Runtime API", async () => {
    const other = await harness().start(EVALUATE);
    const api = String(await evaluate(other, 'process.env.AWS_LAMBDA_RUNTIME_API'));
    assert.equal(await evaluate(environment, `(await get('http://${api}/ping')).status`), 403);
    assert.equal(await evaluate(other, `(await get('http://${api}/ping')).status`), 200);
    // The other one listens; packets between the two are dropped, so that the connection never comes about.
    const listen = `new Promise(resolve => { const s = net.createServer().listen(8080, '0.0.0.0', () => resolve(s.address().port)); s.unref(); })`;
    assert.equal(await evaluate(other, listen), 8080);
    const address = String(
      await evaluate(
        other,
        `Object.values(process.getBuiltinModule('os').networkInterfaces()).flat().find(a => !a.internal).address`,
      ),
    );
    const connect = (where: string) =>
      `new Promise(resolve => { const s = net.connect({ host: '${where}', port: 8080, timeout: 1000 }); s.on('connect', () => resolve('connected')); s.on('timeout', () => { s.destroy(); resolve('nothing'); }); s.on('error', e => resolve(e.code)); })`;
    assert.equal(await evaluate(other, connect(address)), 'connected');
    assert.notEqual(await evaluate(environment, connect(address)), 'connected');
  });

  describe('with layers', () => {
    /** A layer of the workspace, or one that was uploaded and is named by its contents. */
    async function layer(name: string, content: string, uploaded = false): Promise<string> {
      const { folder } = harness();
      const root = uploaded
        ? path.join(folder, 'state/code', name, 'files')
        : path.join(folder, 'layer', name);
      await mkdir(path.join(root, 'nodejs/node_modules/shared'), { recursive: true });
      await writeFile(path.join(root, `only-${name}`), '');
      await writeFile(
        path.join(root, 'nodejs/node_modules/shared/index.js'),
        `module.exports = '${content}';`,
      );
      return root;
    }

    const source = `exports.handler = async () => {
      const write = () => { try { fs.appendFileSync('/opt/nodejs/node_modules/shared/index.js', 'x'); } catch (e) { return ['EROFS', 'EACCES'].includes(e.code); } };
      return [require('shared'), fs.readdirSync('/opt').sort(), write()];
    }; const fs = require('fs');`;

    for (const uploaded of [false, true]) {
      const whose = uploaded ? 'that were uploaded' : 'of the workspace';
      it(`${whose} sees them merged at /opt, in order, read-only`, async () => {
        const layers = [await layer('one', 'first', uploaded), await layer('two', 'second', uploaded)];
        const merged = await harness().start({ 'index.js': source }, { layers });
        assert.deepEqual((await invoke(merged)).result, ['second', ['nodejs', 'only-one', 'only-two'], true]);
        const turned = await harness().start({ 'index.js': source }, { layers: layers.reverse() });
        assert.equal(((await invoke(turned)).result as unknown[])[0], 'first');
      });

      it(`${whose} sees one alone where it is`, async () => {
        const layers = [await layer('alone', 'alone', uploaded)];
        const environment = await harness().start({ 'index.js': source }, { layers });
        assert.deepEqual((await invoke(environment)).result, ['alone', ['nodejs', 'only-alone'], true]);
      });
    }

    it('sees what a link that leads out of a layer leads to', async () => {
      const root = await layer('linking', 'linking');
      const outside = path.join(harness().folder, 'outside');
      await mkdir(outside);
      await writeFile(path.join(outside, 'index.js'), `module.exports = 'from outside';`);
      await symlink(outside, path.join(root, 'nodejs/node_modules/linked'));
      const environment = await harness().start(
        { 'index.js': `exports.handler = async () => require('linked');` },
        { layers: [root] },
      );
      assert.equal((await invoke(environment)).result, 'from outside');
    });
  });

  it('finds packages outside the code, from ES modules too, and behind a link', async () => {
    const packages = path.join(harness().folder, 'project/node_modules');
    await mkdir(path.join(packages, 'pkg'), { recursive: true });
    await writeFile(path.join(packages, 'pkg/package.json'), '{"main":"index.js"}');
    await writeFile(path.join(packages, 'pkg/index.js'), `module.exports = 'found';`);
    const spec = harness().spec({
      'index.mjs': `import pkg from 'pkg'; export const handler = async () => pkg;`,
    });
    assert.ok(spec.code.kind === 'folder');
    const outside = await harness().start({}, { code: { ...spec.code, libraries: [packages] } });
    assert.equal((await invoke(outside)).result, 'found');
  });

  it('may read code that its owner keeps to himself', async () => {
    const spec = harness().spec({ 'index.mjs': `export const handler = async () => 'read';` });
    assert.ok(spec.code.kind === 'folder');
    await chmod(spec.code.root, 0o700);
    const closed = await harness().start({}, { code: spec.code });
    assert.equal((await invoke(closed)).result, 'read');
  });
});

/** Of the container's process: this user, or AWS's where that is root. */
function user(): readonly [number | undefined, number | undefined] {
  const uid = process.getuid?.();
  return uid === 0 ? [993, 990] : [uid, process.getgid?.()];
}

describe('a container with the user’s own AWS profile', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'lamplight-profile-'));
  const profile = {
    name: 'dev',
    configFile: path.join(home, 'config'),
    credentialsFile: path.join(home, 'credentials'),
  };
  const harness = useContainers({ profile });
  before('write it', async () => {
    await chmod(home, 0o755);
    await writeFile(profile.configFile, '[profile dev]\nregion = eu-central-1\n', { mode: 0o644 });
  });
  after(() => rm(home, { recursive: true }));

  it('reads the files that there are, at a place of its own', async () => {
    const environment = await harness().start(EVALUATE);
    const seen = await evaluate(
      environment,
      `[process.env.AWS_PROFILE, fs.readFileSync(process.env.AWS_CONFIG_FILE, 'utf8'), fs.existsSync(process.env.AWS_SHARED_CREDENTIALS_FILE), process.env.AWS_SECRET_ACCESS_KEY ?? 'no key', process.env.AWS_ENDPOINT_URL ?? 'no endpoint']`,
    );
    assert.deepEqual(seen, ['dev', '[profile dev]\nregion = eu-central-1\n', false, 'no key', 'no endpoint']);
  });
});
