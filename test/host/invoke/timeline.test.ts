/** What the host tells clients, and the Timeline that comes of it: why starts are cold, and what limits refuse. */
import assert from 'node:assert/strict';
import {
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { eventStream } from '../../../src/client/eventStream.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import type { HostEvent } from '../../../src/protocol/control.ts';
import { ALL, TimelineModel } from '../../../src/timeline/timelineModel.ts';
import { call, createFunction } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { zipOf } from '../../helpers/zip.ts';

const handler = `exports.handler = event => new Promise(done => setTimeout(done, event.ms ?? 0));`;

describe('a host’s timeline', () => {
  const host = useTestHost();

  /** Follows the host's events until `work` has ended. */
  async function following(
    work: (model: TimelineModel, events: HostEvent[]) => Promise<void>,
  ): Promise<void> {
    const ends = new AbortController();
    const model = new TimelineModel();
    const seen: HostEvent[] = [];
    const stream = eventStream(new HostClient(host().ready), { clientId: 'timeline', signal: ends.signal });
    const reading = (async () => {
      for await (const event of stream) {
        seen.push(event);
        model.apply(event, Date.now());
      }
    })();
    try {
      await until(() => Promise.resolve(seen.length > 0), { what: 'the snapshot' });
      await work(model, seen);
    } finally {
      ends.abort();
      await reading.catch(() => undefined);
    }
  }
  const reasons = (model: TimelineModel): readonly (string | undefined)[] =>
    [...model.lanes()].map(({ reason }) => reason && `${reason.kind} ${reason.busy}`);

  it('says of each environment why it was started, and where each invocation runs', async () => {
    const { client } = host();
    await createFunction(client, 'lanes', handler);
    await following(async (model, events) => {
      const slow = [call(client, 'lanes', { ms: 400 })];
      await until(() => Promise.resolve(model.laneCount === 1), { what: 'the first environment' });
      slow.push(call(client, 'lanes', { ms: 400 }));
      await until(
        () =>
          Promise.resolve(
            [...model.lanes()].every(({ running }) => running !== undefined) && model.laneCount === 2,
          ),
        {
          what: 'both environments to run something',
        },
      );
      assert.equal(model.running('lanes').last, 2);
      await Promise.all(slow);
      await client.send(
        new UpdateFunctionCodeCommand({
          FunctionName: 'lanes',
          ZipFile: await zipOf({ 'index.js': `${handler} //` }),
        }),
      );
      await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 20 }, { FunctionName: 'lanes' });
      await call(client, 'lanes', {});
      await until(() => Promise.resolve(model.running(ALL).last === 0 && model.laneCount === 3), {
        what: 'the end of it',
      });
      assert.deepEqual(reasons(model), ['first 0', 'busy 1', 'changed 0']);
      const [first] = model.lanes();
      assert.deepEqual(
        [first?.runs.length, first?.runs[0]?.cold, first?.runs[0]?.status],
        [1, true, 'success'],
      );
      assert.ok((first?.init.end ?? 0) > (first?.start ?? 0), 'its init took time');
      assert.ok((first?.runs[0]?.durationMs ?? 0) >= 399);
      assert.ok(events.some(event => event.type === 'environment' && event.environment.state === 'stopped'));
    });
  });

  it('tells of throttles as they happen, and to whoever comes later', async () => {
    const { client } = host();
    await createFunction(client, 'refused', handler);
    const concurrency = { FunctionName: 'refused', ReservedConcurrentExecutions: 0 };
    await client.send(new PutFunctionConcurrencyCommand(concurrency));
    const total = (model: TimelineModel): number =>
      model.throttles.reduce(
        (sum, { count, functionName }) => sum + (functionName === 'refused' ? count : 0),
        0,
      );
    await following(async model => {
      for (let nth = 0; nth < 3; nth++)
        await assert.rejects(call(client, 'refused', {}), { name: 'TooManyRequestsException' });
      await until(() => Promise.resolve(total(model) >= 3), { what: 'three throttles' });
      const [throttle] = model.throttles;
      assert.deepEqual(
        [throttle?.reason, throttle?.type, throttle?.qualifier],
        ['ReservedFunctionConcurrentInvocationLimitExceeded', 'RequestResponse', '$LATEST'],
      );
      await following(async late => {
        await until(() => Promise.resolve(total(late) === total(model)), { what: 'the same throttles' });
        assert.deepEqual(late.throttles, model.throttles);
      });
    });
  });
});
