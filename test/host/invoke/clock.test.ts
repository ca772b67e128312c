/** The clock of a real host, driven by the command line. */
import assert from 'node:assert/strict';
import { pendingEvents } from '../../../src/client/asynchronous.ts';
import { advanceClock, clockStatus, freezeClock, invocations } from '../../../src/client/controlCalls.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { invoke } from '../../../src/client/invoke.ts';
import { call, createFunction } from '../../helpers/functions.ts';
import { startTestHost, type TestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { run } from '../cli/program.ts';

interface Clock {
  readonly serviceTime: number;
  readonly wallTime: number;
  readonly frozen: boolean;
  readonly done: readonly { readonly what: string }[];
}

describe('the clock of a host', () => {
  const clock = async (host: TestHost, ...argv: string[]): Promise<Clock> => {
    const { out, code, err } = await run(['clock', ...argv, '--json', '--state', host.stateDir], {
      cwd: host.root.path,
    });
    assert.equal(code, 0, err);
    return JSON.parse(out) as Clock;
  };

  it('ends idle environments when it is advanced, leaves handlers on real time, and outlives kill -9', async function () {
    this.timeout(60_000);
    let host = await startTestHost();
    const { root } = host;
    try {
      await createFunction(
        host.client,
        'idle',
        'exports.handler = async (event, context) => { if (event.wait) await new Promise(r => setTimeout(r, event.wait)); return [process.pid, context.getRemainingTimeInMillis()]; };',
      );
      const pidOf = async (event = {}): Promise<number> =>
        ((await call(host.client, 'idle', event)).payload as number[])[0]!;
      const first = await pidOf();
      const before = await clock(host, 'freeze');
      assert.equal(before.frozen, true);
      assert.deepEqual((await clock(host, 'advance', '9m')).done, []);
      assert.equal(await pidOf(), first);
      const ended = await clock(host, 'advance', '10m1s');
      assert.deepEqual(
        ended.done.map(({ what }) => what),
        ['an idle environment of idle ends'],
      );
      assert.equal(ended.serviceTime - before.serviceTime, 9 * 60_000 + 601_000);
      assert.throws(() => process.kill(first, 0), { code: 'ESRCH' });

      // Its deadline of 3 s is real time's: an hour of service time does not end it.
      const slow = pidOf({ wait: 1_000 });
      const second = await pidOf();
      await clock(host, 'advance', '1h');
      assert.notEqual(await slow, second);

      await host.kill();
      host = await startTestHost({ root });
      const after = await clock(host, 'status');
      assert.equal(after.frozen, true);
      assert.equal(after.serviceTime - ended.serviceTime, 3_600_000);
      await clock(host, 'resume');
      const fast = await clock(host, 'speed', '1000');
      assert.equal(fast.frozen, false);
      await host.kill();
      host = await startTestHost({ root });
      assert.ok((await clock(host, 'speed', '1')).serviceTime >= fast.serviceTime);
    } finally {
      await host.stop();
    }
  });

  it('stops an advance where it has come to when whoever asked for it goes away', async function () {
    this.timeout(60_000);
    const host = await startTestHost();
    const client = new HostClient(host.ready);
    try {
      await createFunction(
        host.client,
        'slow',
        'exports.handler = async () => { await new Promise(r => setTimeout(r, 1_000)); throw new Error("no"); };',
      );
      const before = await freezeClock(client);
      await invoke(client, { functionName: 'slow', payload: Buffer.from('{}'), type: 'Event' });
      const attempts = async (): Promise<number> =>
        (await invocations(client, { functionName: 'slow' })).length;
      await until(async () => (await pendingEvents(client)).Events[0]?.attempt === 2, {
        what: 'the first attempt to fail',
      });
      const abort = new AbortController();
      const advanced = advanceClock(client, '30d', abort.signal);
      await until(async () => (await clockStatus(client)).serviceTime > before.serviceTime, {
        what: 'the clock to move to the first retry',
      });
      abort.abort();
      await assert.rejects(advanced);
      await until(async () => (await pendingEvents(client)).Events[0]?.attempt === 3, {
        what: 'the second attempt to fail',
      });
      // One at a time: this one waits for the end of that which was stopped.
      const { serviceTime } = await advanceClock(client, '1s');
      assert.equal(serviceTime - before.serviceTime, 61_000);
      assert.equal(await attempts(), 2);
    } finally {
      client.close();
      await host.stop();
    }
  });
});
