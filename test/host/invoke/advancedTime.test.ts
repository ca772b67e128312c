/** Service time that was moved, and what waits in it, after `kill -9` (DESIGN.md rule 2). */
import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CreateAliasCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { pendingEvents } from '../../../src/client/asynchronous.ts';
import { advanceClock, clockStatus, freezeClock, metrics } from '../../../src/client/controlCalls.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { call, createFunction } from '../../helpers/functions.ts';
import { createQueue, sqsClient } from '../../helpers/sqs.ts';
import { startTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';

const FunctionName = 'failing';
const target = {
  ServiceNamespace: 'lambda',
  ResourceId: `function:${FunctionName}:live`,
  ScalableDimension: 'lambda:function:ProvisionedConcurrency',
} as const;

describe('time that was advanced, after kill -9', function () {
  this.timeout(60_000);

  it('is what retries, visibility, delay, schedules and metrics still stand on', async () => {
    let host = await startTestHost();
    const { root } = host;
    let control = new HostClient(host.ready);
    try {
      await createFunction(host.client, FunctionName, 'exports.handler = () => { throw new Error("no"); };');
      await host.client.send(new PublishVersionCommand({ FunctionName }));
      await host.client.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
      await freezeClock(control);
      await advanceClock(control, '5h');
      const { serviceTime } = await clockStatus(control);
      assert.ok(serviceTime > Date.now() + 4 * 3_600_000, 'hours ahead of the machine');

      await call(host.client, FunctionName, {}, { InvocationType: 'Event', LogType: 'None' });
      const retry = async () => (await pendingEvents(control)).Events[0];
      const waiting = await until(async () => ((await retry())?.attempt === 2 ? retry() : undefined), {
        what: 'the first attempt to fail',
      });
      assert.equal(Math.round((waiting.nextTryAt - serviceTime) / 1_000), 60);

      const QueueUrl = await createQueue(host.ready, 'q');
      let sqs = sqsClient(host.ready);
      const received = async () =>
        (
          await sqs.send(
            new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
          )
        ).Messages?.map(({ Body }) => Body) ?? [];
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'received' }));
      assert.deepEqual(await received(), ['received']);
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'delayed', DelaySeconds: 300 }));

      const scalingOf = () => new ApplicationAutoScalingClient({ ...host.ready, maxAttempts: 1 });
      let scaling = scalingOf();
      await scaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 0, MaxCapacity: 1 }));
      const at = new Date(serviceTime + 20 * 60_000).toISOString().slice(0, 19);
      await scaling.send(
        new PutScheduledActionCommand({
          ...target,
          ScheduledActionName: 'later',
          Schedule: `at(${at})`,
          ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 2 },
        }),
      );
      const capacity = async () =>
        (await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'lambda' })))
          .ScalableTargets?.[0]?.MaxCapacity;
      const errors = async () =>
        (await metrics(control, { functionName: FunctionName, metric: 'Errors', from: serviceTime - 60_000 }))
          .flatMap(({ points }) => points)
          .reduce((sum, point) => sum + point.sum, 0);
      assert.equal(await errors(), 1);
      // Metrics are written a second later.
      await until(
        () => {
          const database = new DatabaseSync(path.join(host.stateDir, 'lamplight.db'), { readOnly: true });
          try {
            return database.prepare("SELECT 1 FROM metrics WHERE stats LIKE '%Errors%'").get() !== undefined;
          } finally {
            database.close();
          }
        },
        { what: 'stored metrics' },
      );

      control.close();
      sqs.destroy();
      scaling.destroy();
      await host.kill();
      host = await startTestHost({ root });
      control = new HostClient(host.ready);
      sqs = sqsClient(host.ready);
      scaling = scalingOf();
      try {
        assert.equal((await clockStatus(control)).serviceTime, serviceTime, 'frozen: it has not gone on');
        assert.equal((await retry())?.nextTryAt, waiting.nextTryAt);
        assert.equal(await errors(), 1);
        assert.deepEqual(await received(), []);

        const { done } = await advanceClock(control, '61s');
        assert.ok(
          done.some(({ what }) => what === `an event for ${FunctionName} is tried again`),
          JSON.stringify(done),
        );
        assert.equal((await retry())?.attempt, 3);
        assert.equal(await errors(), 2);
        await advanceClock(control, '230s');
        assert.deepEqual(await received(), [], '291 s later the delay of 300 s stands');
        await advanceClock(control, '10s');
        assert.deepEqual(await received(), ['delayed'], 'after 301 s');
        await advanceClock(control, '298s');
        assert.deepEqual(await received(), [], '599 s later it is still invisible');
        await advanceClock(control, '2s');
        assert.deepEqual(await received(), ['received'], 'after 601 s');
        await advanceClock(control, '9m');
        assert.equal(await capacity(), 1, '19 minutes and 1 second later');
        await advanceClock(control, '1m');
        assert.equal(await capacity(), 2, 'after 20 minutes');
      } finally {
        sqs.destroy();
        scaling.destroy();
      }
    } finally {
      control.close();
      await host.stop();
    }
  });
});
