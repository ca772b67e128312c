import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { DebuggerAddress } from '../../../src/protocol/control.ts';
import { createControlService } from '../../../src/host/control/controlService.ts';
import { createEventHub } from '../../../src/host/control/eventHub.ts';
import { createLogBuffer } from '../../../src/host/control/logBuffer.ts';
import type { Environment } from '../../../src/host/environments/environment.ts';
import { createDebugSessions, type DebugSessions } from '../../../src/host/invoke/debugSessions.ts';
import type { FaultRules } from '../../../src/host/invoke/faults/faultRules.ts';
import type { Asynchronous } from '../../../src/host/invoke/asynchronous/asynchronous.ts';
import { systemClock } from '../../../src/host/clock.ts';
import { openDrivenClock } from '../../../src/host/time/drivenClock.ts';
import { startGateway, type Answer, type GatewayFixture } from '../gateway/gatewayFixture.ts';

const unused = (): never => {
  throw new Error('not in this test');
};
const notHere = (): Promise<never> => Promise.reject(new Error('not in this test'));

describe('the control service', () => {
  let fixture: GatewayFixture;
  let debug: DebugSessions;
  let ended: (debugId: string) => void;
  let paused: boolean[];
  let addresses: DebuggerAddress[];
  let queries: object[];
  let clientsChanged: (count: number) => void;
  let debugIdOfEnvironment: string | undefined;

  beforeEach(async () => {
    ended = () => undefined;
    clientsChanged = () => undefined;
    paused = [];
    addresses = [];
    queries = [];
    debug = createDebugSessions({
      versionOf: (_name, qualifier) => qualifier,
      changed: (_name, _version, endedDebugId) => {
        if (endedDebugId !== undefined) ended(endedDebugId);
      },
    });
    const service = createControlService({
      hub: createEventHub(count => clientsChanged(count)),
      logs: createLogBuffer(),
      history: {
        add: () => undefined,
        list: () => ({ invocations: [] }),
        search: unused,
        get: () => undefined,
        close: () => undefined,
      },
      replay: notHere,
      debug,
      environments: {
        get: id =>
          id === 'env-1'
            ? ({
                spec: { debugId: debugIdOfEnvironment },
                setPaused: (value: boolean) => paused.push(value),
                connectDebugger: (address: DebuggerAddress) => addresses.push(address),
              } as unknown as Environment)
            : undefined,
      },
      functions: () => [],
      functionActions: { delete: unused, restore: unused },
      layers: {
        list: () => [],
        folder: notHere,
        file: notHere,
        import: notHere,
        publish: notHere,
        delete: unused,
        restore: unused,
      },
      // On a real host: test/host/invoke/asynchronous/results.test.ts.
      asynchronous: {} as unknown as Asynchronous,
      // On a real host: test/host/invoke/faults.test.ts.
      faults: {} as unknown as FaultRules,
      metrics: { query: asked => (queries.push(asked), []) },
      clock: openDrivenClock(systemClock(), { read: () => undefined, write: () => undefined }, error => {
        throw error;
      }),
      code: (functionName, qualifier) =>
        Promise.resolve({ version: qualifier, root: `/code of/${functionName}` }),
      codeChanges: (functionName, from, to) =>
        Promise.resolve({
          from: { version: from, root: `/code of/${functionName}` },
          to: { version: to, root: `/code of/${functionName}` },
          files: [],
          truncated: false,
        }),
      snapshot: () => ({
        type: 'snapshot',
        functions: [],
        layers: [],
        environments: [],
        invocations: [],
        problems: [],
        clock: { serviceTime: 0, wallTime: 0, speed: 1, frozen: false, waiting: 0 },
      }),
      status: () => Promise.reject(new Error('not in this test')),
      sync: () => Promise.resolve([]),
      stop: () => undefined,
    });
    fixture = await startGateway({ services: [service] });
  });
  afterEach(() => fixture.close());

  const call = (method: string, path: string, body?: object): Promise<Answer> =>
    fixture.call({
      method,
      path,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      sign: { service: 'lamplight' },
    });

  /** Holds an event stream; answers what lets it go. */
  async function hold(clientId: string): Promise<() => void> {
    const path = `/lamplight/events?ClientId=${clientId}`;
    const headers = fixture.sign({ url: path, service: 'lamplight' });
    const request = http.get({ port: fixture.port, path, headers, agent: false });
    request.on('error', () => undefined);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    await once(response, 'data');
    response.on('error', () => undefined);
    return () => request.destroy();
  }

  const start = (clientId: string): Promise<Answer> =>
    call('POST', '/lamplight/debug', { functionName: 'f', clientId });

  it('says where the code of a version is', async () => {
    const latest = await call('GET', '/lamplight/functions/f/code');
    assert.deepEqual(latest.json, { version: '$LATEST', root: '/code of/f' });
    const third = await call('GET', '/lamplight/functions/%C3%A4%20f/code?Qualifier=3');
    assert.deepEqual(third.json, { version: '3', root: '/code of/ä f' });
  });

  it('says how the code of two versions differs', async () => {
    const { json } = await call('GET', '/lamplight/functions/f/code/changes?From=3');
    assert.deepEqual(json, {
      from: { version: '3', root: '/code of/f' },
      to: { version: '$LATEST', root: '/code of/f' },
      files: [],
      truncated: false,
    });
  });

  it('starts debug sessions only for who holds the event stream with which they end', async () => {
    const refused = await start('window');
    assert.equal(refused.status, 409);
    assert.equal(debug.of('f', '$LATEST'), undefined);
    const release = await hold('window');
    const { debugId } = (await start('window')).json as { debugId: string };
    assert.equal(debug.of('f', '$LATEST'), debugId);
    const end = new Promise<string>(resolve => (ended = resolve));
    release();
    assert.equal(await end, debugId);
    assert.equal((await start('window')).status, 409);
  });

  it('keeps what a client holds until the last of its streams is gone', async () => {
    const first = await hold('window');
    const second = await hold('window');
    await start('window');
    const oneLess = new Promise<number>(resolve => (clientsChanged = resolve));
    first();
    assert.equal(await oneLess, 1);
    assert.notEqual(debug.of('f', '$LATEST'), undefined);
    const end = new Promise<string>(resolve => (ended = resolve));
    second();
    await end;
    assert.equal(debug.of('f', '$LATEST'), undefined);
  });

  it('lets no deadline stand still but in environments of the debug session that asks', async () => {
    const pause = (debugId: string): Promise<Answer> =>
      call('PUT', `/lamplight/debug/${debugId}/environments/env-1`, { paused: true });
    assert.equal((await pause('mine')).status, 404);
    debugIdOfEnvironment = 'another';
    assert.equal((await pause('mine')).status, 404);
    assert.deepEqual(paused, []);
    debugIdOfEnvironment = 'mine';
    assert.equal((await pause('mine')).status, 204);
    assert.deepEqual(paused, [true]);
  });

  it('tells an environment of the debug session that asks where its debugger is', async () => {
    const connect = (debugId: string, body: object): Promise<Answer> =>
      call('POST', `/lamplight/debug/${debugId}/environments/env-1/debugger`, body);
    debugIdOfEnvironment = 'mine';
    const address = { port: 5678, debugpy: '/storage/debugpy' };
    assert.equal((await connect('yours', address)).status, 404);
    for (const wrong of [
      { ...address, port: 0 },
      { ...address, port: 70_000 },
      { ...address, debugpy: 'x' },
    ])
      assert.equal((await connect('mine', wrong)).status, 400);
    assert.deepEqual(addresses, []);
    assert.equal((await connect('mine', address)).status, 204);
    assert.deepEqual(addresses, [address]);
  });

  it('drives the clock', async () => {
    const status = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
      const answer = await call(method, `/lamplight/clock${path}`, body);
      assert.equal(answer.status, 200, answer.body);
      return answer.json as Record<string, unknown>;
    };
    assert.equal((await status('GET', ''))['speed'], 1);
    assert.equal((await status('PUT', '/speed', { speed: 60 }))['speed'], 60);
    const frozen = await status('POST', '/freeze');
    assert.equal(frozen['frozen'], true);
    const advanced = await status('POST', '/advance', { duration: '5m30s' });
    assert.equal(Number(advanced['serviceTime']) - Number(frozen['serviceTime']), 330_000);
    assert.deepEqual(advanced['done'], []);
    assert.equal((await status('POST', '/next'))['serviceTime'], advanced['serviceTime']);
    assert.deepEqual((await status('POST', '/resume'))['frozen'], false);
  });

  it('asks for metrics by the minute, and for nothing that is none', async () => {
    const path = '/lamplight/metrics?FunctionName=f&Metric=Duration&From=1000&To=2500';
    assert.deepEqual((await call('GET', path)).json, { Series: [] });
    assert.deepEqual(queries.pop(), {
      functionName: 'f',
      metric: 'Duration',
      from: 1000,
      to: 2500,
      period: 60_000,
    });
    await call('GET', '/lamplight/metrics?Period=5&Qualifier=live&FunctionName=f');
    const { from, to, period } = queries.pop() as { from: number; to: number; period: number };
    assert.deepEqual([to - from, period], [3_600_000, 5_000]);
    for (const [query, message] of [
      ['Metric=Errands', /There is no metric Errands: Invocations, Errors, /],
      ['Period=0', /Period must be 1 second or more/],
      ['From=5&To=4', /From must not be after To/],
      ['Qualifier=live', /Qualifier needs FunctionName/],
    ] as const) {
      const answer = await call('GET', `/lamplight/metrics?${query}`);
      assert.equal(answer.status, 400, query);
      assert.match(answer.body, message);
    }
    assert.equal(queries.length, 0);
  });

  it('refuses nonsense for the clock by name', async () => {
    for (const [method, path, body, message] of [
      ['PUT', '/speed', { speed: 0 }, /from 1 to 1000, not 0/],
      ['PUT', '/speed', { speed: 'fast' }, /speed: /],
      ['PUT', '/speed', {}, /speed: /],
      ['POST', '/advance', { duration: 'soon' }, /soon is no duration: write 61s, 10m, 5m30s, 2h or 1d/],
      ['POST', '/advance', { duration: '0s' }, /at most 366 days at once/],
      ['POST', '/advance', {}, /duration: /],
    ] as const) {
      const answer = await call(method, `/lamplight/clock${path}`, body);
      assert.equal(answer.status, 400);
      assert.match(answer.body, message);
    }
    assert.equal((await call('DELETE', '/lamplight/clock')).status, 405);
  });

  it('refuses a path that is not percent-encoded UTF-8, as the caller’s mistake', async () => {
    const answer = await call('GET', '/lamplight/logs/%E0%A4%A');
    assert.equal(answer.status, 400);
    assert.equal(answer.errorType, 'ValidationException');
    assert.deepEqual(fixture.reported, []);
  });
});
