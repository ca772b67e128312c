import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { prepareDependencies } from '../../../scripts/prepare/dependencies.mjs';
import { stop } from '../../../src/client/controlCalls.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { ensureHost } from '../../../src/client/ensureHost.ts';
import { findHost } from '../../../src/client/findHost.ts';
import { followHost } from '../../../src/client/followHost.ts';
import { isAlive } from '../../../src/client/processIdentity.ts';
import { assertNothingRuns } from '../../helpers/leftovers.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { until } from '../../helpers/until.ts';
import { run, script } from './program.ts';

describe('a detached host', () => {
  let root: TemporaryFolder;
  let stateDir: string;

  before(async () => {
    await prepareDependencies();
  });
  beforeEach(async () => {
    root = await temporaryFolder('detached');
    stateDir = path.join(root.path, 'state');
  });
  afterEach(async () => {
    await assertNothingRuns(root.path, 4_000);
    await root.remove();
  });

  const ensure = (...startArguments: string[]): ReturnType<typeof ensureHost> =>
    ensureHost({
      stateDir,
      launch: () => Promise.resolve({ command: process.execPath, args: [script], env: process.env }),
      startArguments,
      log: () => undefined,
    });

  it('is one for all that ask, and ends 10 s after the last that follows it', async function () {
    this.timeout(40_000);
    const hosts = await Promise.all([ensure(), ensure(), ensure()]);
    const [host] = hosts;
    assert.ok(host);
    assert.deepEqual(new Set(hosts.map(({ pid }) => pid)), new Set([host.pid]));
    assert.equal(host.foreground, false);
    const abort = new AbortController();
    const seen: string[] = [];
    const following = followHost({
      stateDir,
      clientId: 'test',
      onHost: found => seen.push(found === undefined ? 'gone' : 'found'),
      onEvent: event => seen.push(event.type),
      log: () => undefined,
      signal: abort.signal,
    });
    await until(() => seen.includes('snapshot'), { what: 'the snapshot' });
    abort.abort();
    await following;
    const left = performance.now();
    await until(() => !isAlive(host.pid), { ms: 15_000, what: 'the end of the host' });
    const seconds = (performance.now() - left) / 1000;
    assert.ok(seconds > 9 && seconds < 13, `${seconds} s`);
    assert.equal(await findHost(stateDir), undefined);
  });

  it('is ended by lamplight stop, which those that follow it hear', async () => {
    const host = await ensure();
    const abort = new AbortController();
    const seen: string[] = [];
    const following = followHost({
      stateDir,
      clientId: 'test',
      onHost: found => seen.push(found === undefined ? 'gone' : 'found'),
      onEvent: event => seen.push(event.type),
      log: () => undefined,
      signal: abort.signal,
    });
    await until(() => seen.includes('snapshot'), { what: 'the snapshot' });
    assert.equal((await run(['stop', '--state', stateDir], { cwd: root.path })).code, 0);
    await until(() => seen.at(-1) === 'gone', { what: 'the end of the stream' });
    assert.deepEqual(seen, ['found', 'snapshot', 'stopping', 'gone']);
    assert.equal(isAlive(host.pid), false);
    abort.abort();
    await following;
  });

  it('is another one as soon as it was told to stop', async () => {
    let last = await ensure();
    for (let round = 0; round < 5; round++) {
      const client = new HostClient(last);
      await stop(client);
      const next = await ensure();
      client.close();
      assert.notEqual(next.pid, last.pid);
      last = next;
    }
    assert.equal((await run(['stop', '--state', stateDir], { cwd: root.path })).code, 0);
  });

  it('says in host.log why it could not start', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as net.AddressInfo;
    try {
      await assert.rejects(
        ensure('--port', String(port)),
        new RegExp(`exit code 1\\.\nlamplight start: Port ${port} on 127\\.0\\.0\\.1 is taken`),
      );
    } finally {
      other.close();
    }
    assert.match(await readFile(path.join(stateDir, 'host.log'), 'utf8'), /is taken by another program/);
  });
});
