import assert from 'node:assert/strict';
import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { prepareDependencies } from '../../../scripts/prepare/dependencies.mjs';
import { findHost } from '../../../src/client/findHost.ts';
import type { ReadyMessage } from '../../../src/protocol/hostInfo.ts';
import { assertNothingRuns } from '../../helpers/leftovers.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { until } from '../../helpers/until.ts';
import { createFunction, run, type Running, start } from './program.ts';

describe('lamplight start', () => {
  let root: TemporaryFolder;
  let cwd: string;
  let stateDir: string;

  before(async () => {
    await prepareDependencies();
  });
  beforeEach(async () => {
    root = await temporaryFolder('start');
    cwd = root.path;
    stateDir = path.join(cwd, 'state');
  });
  afterEach(async () => {
    await assertNothingRuns(cwd, 4_000);
    await root.remove();
  });

  const startHost = (...argv: string[]): Running =>
    start(['start', '--json', '--state', stateDir, ...argv], { cwd });
  const readyOf = async (host: Running): Promise<ReadyMessage> =>
    JSON.parse((await host.says(/^\{"type":"ready".*\}\n/))[0]) as ReadyMessage;

  it('says first what a client needs, and leaves it in host.json for this user alone', async () => {
    const host = startHost('--region', 'eu-central-1', '--account', '123456789012');
    const { type, ...info } = await readyOf(host);
    assert.equal(type, 'ready');
    assert.match(info.endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(info.pid, host.pid);
    assert.deepEqual(
      [info.region, info.accountId, info.foreground, info.stateDir, info.workspace],
      ['eu-central-1', '123456789012', true, stateDir, undefined],
    );
    const file = path.join(stateDir, 'host.json');
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), info);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(stateDir)).mode & 0o777, 0o700);
    host.child.kill('SIGTERM');
    const { code, signal } = await host.ended;
    assert.deepEqual([code, signal], [0, null]);
    await assert.rejects(stat(file), { code: 'ENOENT' });
  });

  it('runs what was uploaded as on AWS, whatever package the state folder is below', async () => {
    await writeFile(path.join(cwd, 'package.json'), '{ "type": "module" }');
    const host = startHost();
    const { endpoint, region, credentials } = await readyOf(host);
    const client = new LambdaClient({ endpoint, region, credentials: { ...credentials } });
    await createFunction(client, 'classic', "exports.handler = async () => 'found';", 'index.js');
    client.destroy();
    const { out } = await run(['invoke', 'classic', '--state', stateDir], { cwd });
    assert.equal(out.trim(), '"found"');
    host.child.kill('SIGTERM');
    await host.ended;
  });

  it('tells people how to reach it', async () => {
    const host = start(['start', '--state', stateDir], { cwd });
    const [, endpoint] = await host.says(
      /serves (http:\S+) \(us-east-1, account 000000000000\), ready in \d+ ms/,
    );
    await host.says(new RegExp(`  aws lambda list-functions --endpoint-url ${endpoint}\n`));
    host.child.kill('SIGINT');
    const { code, out } = await host.ended;
    assert.equal(code, 0);
    assert.match(out, /The host has stopped \(Ctrl-C\)\.\n$/);
  });

  it("keeps a workspace's state in the user's data folder and is found from inside it", async () => {
    const inside = path.join(cwd, 'orders', 'src');
    await mkdir(inside, { recursive: true });
    const host = start(['start', 'orders', '--json'], { cwd });
    const ready = await readyOf(host);
    assert.equal(ready.workspace, path.join(cwd, 'orders'));
    assert.match(ready.stateDir, new RegExp(`^${cwd}/data/lamplight/[0-9a-f]{16}$`));
    const env = { XDG_DATA_HOME: path.join(cwd, 'data') };
    assert.equal((await run(['list'], { cwd: inside, env })).code, 0);
    const stopped = await run(['stop'], { cwd: inside, env });
    assert.equal(stopped.err, `The Lamplight host at ${ready.endpoint} has stopped.\n`);
    assert.equal((await host.ended).code, 0);
    assert.match((await run(['stop'], { cwd: inside, env })).err, /No Lamplight host runs here/);
  });

  it('takes one Ctrl-C that comes from the terminal, npm and the shell for one', async () => {
    const host = startHost();
    await readyOf(host);
    for (let i = 0; i < 3; i++) host.child.kill('SIGINT');
    const { code, signal } = await host.ended;
    assert.deepEqual([code, signal], [0, null]);
  });

  it('ends at once at a second Ctrl-C', async () => {
    const host = startHost();
    const { endpoint, region, credentials } = await readyOf(host);
    const client = new LambdaClient({ endpoint, region, credentials: { ...credentials }, maxAttempts: 1 });
    await createFunction(
      client,
      'slow',
      'export const handler = () => new Promise(() => setTimeout(() => 0, 9e5));',
    );
    client.destroy();
    const invoking = run(['invoke', 'slow', '--state', stateDir], { cwd });
    await host.says(/"type":"invocation".*"status":"running"/);
    host.child.kill('SIGINT');
    // What comes in the first half second is the same Ctrl-C, passed on by npm and the shell.
    const again = setInterval(() => host.child.kill('SIGINT'), 50);
    const { code } = await host.ended;
    clearInterval(again);
    assert.equal(code, 130);
    assert.equal((await invoking).code, 2);
  });

  it('refuses a second host on the state by pid and endpoint', async () => {
    const host = startHost();
    const ready = await readyOf(host);
    const { code, out, err } = await run(['start', '--json', '--state', stateDir], { cwd });
    assert.equal(code, 1);
    assert.equal(out, '');
    assert.ok(err.includes(`(pid ${ready.pid}, ${ready.endpoint})`), err);
    host.child.kill();
    await host.ended;
  });

  it('lets one of two win that start at the same time', async () => {
    const hosts = [startHost(), startHost()];
    const outcomes = await Promise.allSettled(hosts.map(readyOf));
    const winner = outcomes.findIndex(outcome => outcome.status === 'fulfilled');
    assert.notEqual(winner, -1);
    const loser = await hosts[1 - winner]!.ended;
    assert.equal(loser.code, 1);
    assert.match(loser.err, new RegExp(`already runs on this state \\(pid ${hosts[winner]!.pid}, `));
    hosts[winner]!.child.kill();
    await hosts[winner]!.ended;
  });

  it('starts again at once while the one before is still stopping', async () => {
    const first = startHost();
    await readyOf(first);
    first.child.kill();
    const second = startHost();
    await readyOf(second);
    assert.equal((await first.ended).code, 0);
    second.child.kill();
    await second.ended;
  });

  it('ignores what a killed host left, and keeps its functions', async () => {
    const first = startHost();
    const { endpoint, region, credentials } = await readyOf(first);
    // The SDK notes in the object where the keys came from.
    const client = new LambdaClient({ endpoint, region, credentials: { ...credentials } });
    await createFunction(client, 'kept', 'export const handler = () => 1;');
    client.destroy();
    first.child.kill('SIGKILL');
    await first.ended;
    assert.equal(await findHost(stateDir), undefined);
    const second = startHost();
    const ready = await readyOf(second);
    assert.deepEqual(ready.credentials, credentials);
    const { out } = await run(['list', '--state', stateDir], { cwd });
    assert.equal(out, 'kept  nodejs24.x  index.handler\n');
    second.child.kill();
    await second.ended;
  });

  it('is back on the port that it had, where nobody else has it', async () => {
    const ports: number[] = [];
    const portOf = async (): Promise<number> => {
      const host = startHost();
      const { endpoint } = await readyOf(host);
      host.child.kill('SIGTERM');
      await host.ended;
      return Number(new URL(endpoint).port);
    };
    ports.push(await portOf(), await portOf());
    const server = net.createServer().listen(ports[0], '127.0.0.1');
    await once(server, 'listening');
    ports.push(await portOf());
    server.close();
    assert.equal(ports[1], ports[0]);
    assert.notEqual(ports[2], ports[0]);
  });

  it('names a port that is taken', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const { code, err } = await run(['start', '--state', stateDir, '--port', String(port)], { cwd });
    server.close();
    assert.equal(code, 1);
    assert.match(err, new RegExp(`^lamplight start: .*${port}.*\n$`));
  });

  it('says what to do about a state folder that it can not write', async () => {
    await mkdir(stateDir);
    await chmod(stateDir, 0o500);
    // Root may write everywhere.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) {
      await chmod(cwd, 0o755);
      await chown(stateDir, 65_534, 65_534);
    }
    const { code, err } = await run(['start', '--state', stateDir], {
      cwd,
      env: { HOME: cwd },
      ...(isRoot ? { uid: 65_534 } : {}),
    });
    assert.equal(code, 1);
    assert.match(err, /^lamplight start: Lamplight cannot write its state to .*state\/.*read-only.*--state/);
  });

  it('says that a file is in the way of the state folder', async () => {
    await writeFile(stateDir, '');
    const { code, err } = await run(['start', '--state', path.join(stateDir, 'below')], { cwd });
    assert.equal(code, 1);
    assert.match(err, /^lamplight start: The state folder .*below can't be made \(ENOTDIR\)\. .*--state/);
  });

  it('leaves the database of a newer version alone', async () => {
    const host = startHost();
    await readyOf(host);
    host.child.kill();
    await host.ended;
    const database = new DatabaseSync(path.join(stateDir, 'lamplight.db'));
    database.exec(
      "INSERT INTO migrations (id, version, applied_at) VALUES ('functions-9999-new', '9.9.9', 0)",
    );
    database.close();
    const { code, err } = await run(['start', '--state', stateDir], { cwd });
    assert.equal(code, 1);
    assert.match(err, /written by Lamplight 9\.9\.9, which is newer/);
  });

  it('moves to a Node that has node:sqlite, and ends with the one that was called', async () => {
    const host = start(['start', '--json', '--state', stateDir], { cwd, node: ['--no-experimental-sqlite'] });
    const ready = await readyOf(host);
    assert.notEqual(ready.pid, host.pid);
    host.child.kill('SIGTERM');
    assert.deepEqual([(await host.ended).code], [0]);

    const killed = start(['start', '--json', '--state', stateDir], {
      cwd,
      node: ['--no-experimental-sqlite'],
    });
    await readyOf(killed);
    killed.child.kill('SIGKILL');
    await until(async () => (await findHost(stateDir)) === undefined, {
      what: 'the host of a killed starter to end',
    });
  });
});
