/** A function whose dead letters come back to itself: nothing may run without end (issue "Bad input"). */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { pendingDeliveries, pendingEvents } from '../../../src/client/asynchronous.ts';
import { metrics } from '../../../src/client/controlCalls.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { call, createFunction } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';

const FunctionName = 'own';

describe('a dead-letter topic that is the function’s own source', function () {
  this.timeout(30_000);
  const host = useTestHost();

  it('comes to rest, and the last letter is shown', async () => {
    const { client, ready, root } = host();
    const file = path.join(root.path, 'runs');
    const sns = new SNSClient({ ...ready, maxAttempts: 1 });
    const control = new HostClient(ready);
    try {
      await createFunction(
        client,
        FunctionName,
        `exports.handler = async () => { require('node:fs').appendFileSync(${JSON.stringify(file)}, 'x'); throw new Error('no'); };`,
      );
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'own' }));
      const Endpoint = `arn:aws:lambda:us-east-1:000000000000:function:${FunctionName}`;
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint }));
      await client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }));
      await client.send(
        new UpdateFunctionConfigurationCommand({ FunctionName, DeadLetterConfig: { TargetArn: TopicArn } }),
      );
      await call(client, FunctionName, {}, { InvocationType: 'Event', LogType: 'None' });
      // Each turn wraps the last one's event, so that it grows too large for SNS before the chain is 16 long.
      const [failed] = await until(
        async () => {
          const all = await pendingDeliveries(control);
          return all[0]?.state === 'failed' && all;
        },
        { what: 'the dead letter that is not taken' },
      );
      assert.deepEqual([failed?.target, failed?.error], [TopicArn, 'Invalid parameter: Message too long']);
      const runs = (await readFile(file, 'utf8')).length;
      assert.ok(runs > 1 && runs <= 16, String(runs));
      assert.deepEqual((await pendingEvents(control)).Events, []);
      const [errors] = await metrics(control, { functionName: FunctionName, metric: 'DeadLetterErrors' });
      assert.deepEqual(
        errors?.points.map(({ sum }) => sum),
        [1],
      );
    } finally {
      control.close();
      sns.destroy();
    }
  });
});
