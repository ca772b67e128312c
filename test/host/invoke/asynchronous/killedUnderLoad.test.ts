/**
 * A host that is killed with -9 at random moments while events come in: whatever it answered with 202 runs, at least once,
 * and its destination hears of it.
 * `ROUNDS=100` (npm run soak) kills it more often.
 */
import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InvokeCommand, PutFunctionEventInvokeConfigCommand } from '@aws-sdk/client-lambda';
import { invocation } from '../../../../src/client/controlCalls.ts';
import { HostClient } from '../../../../src/client/hostClient.ts';
import { call, createFunction } from '../../../helpers/functions.ts';
import { assertNothingRuns } from '../../../helpers/leftovers.ts';
import { startTestHost, type TestHost } from '../../../helpers/testHost.ts';
import { until } from '../../../helpers/until.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 20);
const CALLERS = 8;
/** Few handlers at once: the machine is there for the host. */
const SMALL = ['--max-environments', '3'];

/** Says in a file that it ran, at once and for good. */
const COUNTING = `
  const { appendFileSync } = require('node:fs');
  exports.handler = async event => {
    await new Promise(resolve => setTimeout(resolve, event.ms ?? 0));
    appendFileSync(process.env.RAN, (event.requestPayload ?? event).id + '\\n');
  };`;

/** Sends events until the host is gone; the ids of those that it answered with 202. */
async function load(host: TestHost, acknowledged: Set<string>): Promise<void> {
  for (;;) {
    const id = randomUUID();
    try {
      const answer = await host.client.send(
        new InvokeCommand({
          FunctionName: 'counting',
          InvocationType: 'Event',
          Payload: JSON.stringify({ id, ms: randomInt(0, 30) }),
        }),
      );
      assert.equal(answer.StatusCode, 202);
      acknowledged.add(id);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return;
    }
  }
}

describe(`a host that is killed ${ROUNDS} times while events come in`, function () {
  this.timeout(20_000 + ROUNDS * 5_000);
  let host: TestHost | undefined;
  after(async () => {
    await host?.stop();
  });

  it('loses none that it accepted, and leaves nothing behind', async () => {
    host = await startTestHost({ args: SMALL });
    const { root } = host;
    const files = { counting: path.join(root.path, 'ran'), landing: path.join(root.path, 'landed') };
    for (const [name, RAN] of Object.entries(files))
      await createFunction(host.client, name, COUNTING, { Environment: { Variables: { RAN } } });
    await host.client.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: 'counting',
        DestinationConfig: {
          OnSuccess: { Destination: 'arn:aws:lambda:us-east-1:000000000000:function:landing' },
        },
      }),
    );
    const acknowledged = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const running: TestHost = host;
      const callers = Array.from({ length: CALLERS }, () => load(running, acknowledged));
      // Somewhere among many: not only while it starts.
      const enough = acknowledged.size + randomInt(0, 50);
      await until(() => acknowledged.size >= enough, { what: 'events to be accepted' });
      await delay(randomInt(0, 50));
      await running.kill();
      await Promise.all(callers);
      host = await startTestHost({ root, args: SMALL });
    }
    assert.ok(acknowledged.size > 10 * ROUNDS, `only ${acknowledged.size} events were accepted`);
    const missing = async (): Promise<string[]> => {
      const idsOf = async (file: string) => new Set((await readFile(file, 'utf8')).split('\n'));
      const [ran, landed] = [await idsOf(files.counting), await idsOf(files.landing)];
      return [...acknowledged].filter(id => !ran.has(id) || !landed.has(id));
    };
    await until(async () => (await missing()).length === 0, {
      ms: 15_000 + ROUNDS * 1_000,
      what: `all of ${acknowledged.size} events to run`,
    }).catch(async (error: unknown) => {
      throw new Error(`${(await missing()).length} of ${acknowledged.size} events were lost`, {
        cause: error,
      });
    });
    await host.stop({ keep: true });
    await assertNothingRuns(root.path, 1_000);
    await root.remove();
    host = undefined;
  });
});

describe('a host that is stopped while it handles an event', function () {
  this.timeout(30_000);

  it('lets the next one do so again, as the same attempt', async () => {
    let host = await startTestHost();
    const { root } = host;
    try {
      const file = path.join(root.path, 'began');
      await createFunction(
        host.client,
        'long',
        `exports.handler = async (event, context) => {
           const first = !require('node:fs').existsSync(process.env.BEGAN);
           require('node:fs').appendFileSync(process.env.BEGAN, context.awsRequestId + '\\n');
           if (first) await new Promise(() => setInterval(() => {}, 1000));
         };`,
        { Environment: { Variables: { BEGAN: file } } },
      );
      const began = async (): Promise<string[]> =>
        (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(line => line !== '');
      const { requestId } = await call(host.client, 'long', {}, { InvocationType: 'Event', LogType: 'None' });
      await until(async () => (await began()).length === 1, { what: 'the handler' });
      await host.stop({ keep: true });
      host = await startTestHost({ root });
      await until(async () => (await began()).length === 2, { what: 'the handler, again' });
      assert.deepEqual(await began(), [requestId, requestId]);
      const client = new HostClient(host.ready);
      const { attempt, status } = await until(
        async () => {
          const record = await invocation(client, requestId);
          return record.status === 'success' && record;
        },
        { what: 'its success in the history' },
      );
      client.close();
      assert.deepEqual([attempt, status], [1, 'success']);
    } finally {
      await host.stop();
    }
  });
});
