import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ensureHost, HostStartError } from '../../../src/client/ensureHost.ts';
import { findHost } from '../../../src/client/findHost.ts';
import type { HostLaunch } from '../../../src/client/nodeBinary.ts';
import { type FakeHost, startFakeHost } from './fakeHost.ts';

const script = path.join(import.meta.dirname, 'fakeHost.ts');
const launch = (): Promise<HostLaunch> =>
  Promise.resolve({ command: process.execPath, args: [script], env: process.env });

describe('finding and starting the host', () => {
  let stateDir: string;
  let fake: FakeHost | undefined;
  const started = new Set<number>();

  beforeEach(async () => {
    stateDir = await mkdtemp(path.join(os.tmpdir(), 'lamplight-find-'));
  });
  afterEach(async () => {
    await fake?.close();
    fake = undefined;
    for (const pid of started) process.kill(pid, 'SIGKILL');
    started.clear();
    await rm(stateDir, { recursive: true, force: true });
  });

  const ensure = async (more: readonly string[] = []): Promise<number> => {
    const { pid } = await ensureHost({
      stateDir,
      folder: '/some/where',
      launch,
      startArguments: more,
      log: () => undefined,
    });
    started.add(pid);
    return pid;
  };
  const starts = async (): Promise<string[]> =>
    (await readFile(path.join(stateDir, 'starts'), 'utf8')).trim().split('\n');

  it('finds none in an empty folder', async () => {
    assert.equal(await findHost(stateDir), undefined);
    assert.equal(await findHost(path.join(stateDir, 'missing')), undefined);
  });

  it('finds the one that answers a call signed with its keys', async () => {
    fake = await startFakeHost(stateDir);
    assert.deepEqual(await findHost(stateDir), fake.info);
    assert.match(
      fake.requests[0]!.headers.authorization ?? '',
      /^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/us-east-1\/lamplight\/aws4_request/,
    );
  });

  it('ignores files that are damaged', async () => {
    for (const text of ['', '{', 'null', '{"pid":1}', '{"endpoint":"http://127.0.0.1:1","pid":"x"}']) {
      await writeFile(path.join(stateDir, 'host.json'), text);
      assert.equal(await findHost(stateDir), undefined, text);
    }
  });

  it('ignores the file of a host that died', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    fake = await startFakeHost(stateDir, { filePid: child.pid! });
    assert.equal(await findHost(stateDir), undefined);
    assert.equal(fake.requests.length, 0);
  });

  it('ignores a file whose port went to another host', async () => {
    fake = await startFakeHost(stateDir, { answerPid: 1 });
    assert.equal(await findHost(stateDir), undefined);
  });

  it('ignores one that is stopping: it answers for a moment longer', async () => {
    fake = await startFakeHost(stateDir);
    const body = JSON.stringify({ pid: process.pid, stopping: true });
    fake.answers.set('GET /lamplight/status', { status: 200, body });
    assert.equal(await findHost(stateDir), undefined);
  });

  it('ignores a file whose port is closed', async () => {
    fake = await startFakeHost(stateDir);
    const file = path.join(stateDir, 'host.json');
    const text = await readFile(file, 'utf8');
    await fake.close();
    fake = undefined;
    await writeFile(file, text);
    assert.equal(await findHost(stateDir), undefined);
  });

  it('starts a detached one for the folder', async () => {
    const pid = await ensure(['--engine', 'process']);
    assert.deepEqual(await starts(), [
      `${pid} start /some/where --state ${stateDir} --detached-by ${process.pid} --engine process`,
    ]);
    assert.equal(await ensure(), pid);
  });

  it('starts one for many that ask at once', async () => {
    const pids = await Promise.all(Array.from({ length: 5 }, () => ensure()));
    assert.equal(new Set(pids).size, 1);
    assert.equal((await starts()).length, 1);
  });

  it('says why one did not start, with the end of its log', async () => {
    await assert.rejects(ensure(['--fail']), (error: unknown) => {
      assert.ok(error instanceof HostStartError);
      assert.equal(
        error.message,
        'The Lamplight host could not be started: it ended with exit code 1.\nthe disk is on fire',
      );
      return true;
    });
    // Nothing stays locked.
    assert.ok(await ensure());
  });

  it('says that the command could not be run', async () => {
    const missing = (): Promise<HostLaunch> =>
      Promise.resolve({ command: '/no/such/node', args: [], env: process.env });
    await assert.rejects(
      ensureHost({ stateDir, launch: missing, log: () => undefined }),
      /could not be started: it could not be run: spawn \/no\/such\/node ENOENT/,
    );
  });

  it('stops waiting when it is told to', async () => {
    const abort = new AbortController();
    const never = (): Promise<HostLaunch> =>
      Promise.resolve({
        command: process.execPath,
        args: ['-e', 'setInterval(() => {}, 1000)', '--'],
        env: process.env,
      });
    const waiting = ensureHost({
      stateDir,
      launch: never,
      log: () => queueMicrotask(() => abort.abort(new Error('enough'))),
      signal: abort.signal,
    });
    await assert.rejects(waiting, /enough/);
  });
});
