import assert from 'node:assert/strict';
import { HostClient } from '../../../src/client/hostClient.ts';
import { HostConnection } from '../../../src/extension/host/hostConnection.ts';
import type { FollowCallbacks, HostAccess, HostSession } from '../../../src/extension/host/hostSession.ts';
import { until } from '../../helpers/until.ts';
import type { HostInfo } from '../../../src/protocol/hostInfo.ts';

const info: HostInfo = {
  endpoint: 'http://127.0.0.1:4100',
  region: 'us-east-1',
  accountId: '000000000000',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  pid: 7,
  version: '0.1.0',
  foreground: false,
  stateDir: '/state',
};

/** A host that the test starts, stops and breaks. */
class FakeHost implements HostAccess {
  starts = 0;
  failure: Error | undefined;
  follower: FollowCallbacks | undefined;
  closed = 0;
  /** False: it is gone before anybody can follow it. */
  tellsFollower = true;
  stopFails: 'before' | 'after' | undefined;
  /** Resolves the start that is under way. */
  started: () => void = () => undefined;

  async start(signal: AbortSignal): Promise<HostInfo> {
    this.starts += 1;
    if (this.failure !== undefined) throw this.failure;
    await new Promise<void>((resolve, reject) => {
      this.started = resolve;
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    if (this.tellsFollower) this.follower?.onHost(info);
    return info;
  }

  follow(callbacks: FollowCallbacks): Promise<void> {
    this.follower = callbacks;
    callbacks.onHost(info);
    return new Promise(resolve => callbacks.signal.addEventListener('abort', () => resolve()));
  }

  open(opened: HostInfo): HostSession {
    return {
      info: opened,
      client: new HostClient(opened),
      invoke: () => Promise.reject(new Error('not in this test')),
      sync: () => Promise.resolve(),
      invocation: () => Promise.reject(new Error('not in this test')),
      startDebug: () => Promise.reject(new Error('not in this test')),
      setPaused: () => Promise.resolve(),
      connectDebugger: () => Promise.resolve(),
      endDebug: () => Promise.resolve(),
      stop: () => {
        if (this.stopFails === 'before') return Promise.reject(new Error('socket hang up'));
        this.follower?.onEvent({ type: 'stopping', reason: 'asked to' });
        this.follower?.onHost(undefined);
        return this.stopFails === 'after' ? Promise.reject(new Error('socket hang up')) : Promise.resolve();
      },
      close: () => void (this.closed += 1),
    };
  }
}

function connect(): { host: FakeHost; connection: HostConnection; states: string[] } {
  const host = new FakeHost();
  const connection = new HostConnection(host);
  const states: string[] = [];
  connection.onState.add(state => states.push(state.kind));
  return { host, connection, states };
}

describe('HostConnection', () => {
  it('starts nothing before it is needed', () => {
    const { host, connection } = connect();
    assert.equal(host.starts, 0);
    assert.equal(connection.session, undefined);
    assert.deepEqual(connection.state, { kind: 'stopped' });
  });

  it('starts one host for all who ask at once', async () => {
    const { host, connection, states } = connect();
    const both = Promise.all([connection.ensure(), connection.ensure()]);
    host.started();
    const [one, other] = await both;
    assert.equal(one, other);
    assert.equal(host.starts, 1);
    assert.deepEqual(states, ['starting', 'ready']);
    assert.equal(await connection.ensure(), one);
    assert.equal(host.starts, 1);
  });

  it('tells why a start failed, and tries again when asked again', async () => {
    const { host, connection, states } = connect();
    host.failure = new Error('no Node');
    await assert.rejects(connection.ensure(), /no Node/);
    assert.deepEqual(connection.state, { kind: 'failed', message: 'no Node' });
    host.failure = undefined;
    const session = connection.ensure();
    host.started();
    assert.equal((await session).info, info);
    assert.deepEqual(states, ['starting', 'failed', 'starting', 'ready']);
  });

  it('starts one more where the host that was found is gone before it can be followed', async () => {
    const host = new FakeHost();
    const connection = new HostConnection(host, 20);
    const first = connection.ensure();
    host.started();
    await first;
    await connection.stop();
    host.tellsFollower = false;
    const session = connection.ensure();
    host.started();
    await until(() => host.starts === 3, { what: 'another start' });
    host.tellsFollower = true;
    host.started();
    assert.equal((await session).info, info);
    host.tellsFollower = false;
    await connection.stop();
    const never = connection.ensure();
    for (let start = 4; start <= 6; start++) {
      await until(() => host.starts === start, { what: `start ${start}` });
      host.started();
    }
    await assert.rejects(never, /http:\/\/127\.0\.0\.1:4100 runs, but does not let this window follow it/);
    assert.equal(connection.state.kind, 'failed');
  });

  it('stops for everybody, with the host’s reason, and starts again when it is needed', async () => {
    const { host, connection, states } = connect();
    const session = connection.ensure();
    host.started();
    await session;
    await connection.stop();
    assert.deepEqual(connection.state, { kind: 'stopped', reason: 'asked to' });
    assert.equal(host.closed, 1);
    const again = connection.ensure();
    host.started();
    await again;
    assert.deepEqual(states, ['starting', 'ready', 'stopping', 'stopped', 'starting', 'ready']);
  });

  it('has stopped a host that was gone before it answered, and not one that refused', async () => {
    const { host, connection } = connect();
    const session = connection.ensure();
    host.started();
    await session;
    host.stopFails = 'before';
    await assert.rejects(connection.stop(), /hang up/);
    assert.equal(connection.state.kind, 'ready');
    host.stopFails = 'after';
    await connection.stop();
    assert.equal(connection.state.kind, 'stopped');
  });

  it('takes up a host that somebody else started', async () => {
    const { host, connection } = connect();
    const session = connection.ensure();
    host.started();
    await session;
    host.follower?.onHost(undefined);
    assert.deepEqual(connection.state, { kind: 'stopped' });
    host.follower?.onHost({ ...info, pid: 8 });
    assert.equal(connection.session?.info.pid, 8);
    assert.equal(host.starts, 1);
  });

  it('gives a start up when it is told to stop', async () => {
    const { connection } = connect();
    const session = connection.ensure();
    await connection.stop();
    await assert.rejects(session, /cancelled/);
    assert.deepEqual(connection.state, { kind: 'stopped' });
  });

  it('lets go of everything when the folder is closed', async () => {
    const { host, connection } = connect();
    const session = connection.ensure();
    host.started();
    await session;
    connection.dispose();
    assert.equal(host.closed, 1);
    assert.equal(host.follower?.signal.aborted, true);
    await assert.rejects(connection.ensure(), /closed/);
  });
});
