/** Dead letters and records that go to a queue at `--upstream`. */
import assert from 'node:assert/strict';
import {
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { pendingDeliveries } from '../../../../src/client/asynchronous.ts';
import { HostClient } from '../../../../src/client/hostClient.ts';
import { call, createFunction } from '../../../helpers/functions.ts';
import { startTestHost, type TestHost } from '../../../helpers/testHost.ts';
import { until } from '../../../helpers/until.ts';
import { startUpstreamStub, type UpstreamStub } from '../../../helpers/upstreamStub.ts';

const FunctionName = 'failing';
const ARN = 'arn:aws:sqs:us-east-1:000000000000:';

describe('results of asynchronous invocations, with --upstream', function () {
  this.timeout(30_000);
  let upstream: UpstreamStub | undefined;
  let host: TestHost;
  before(async () => {
    upstream = await startUpstreamStub();
    host = await startTestHost({ args: ['--upstream', upstream.url] });
  });
  after(async () => {
    await host.stop();
    await upstream?.close();
  });

  it('are messages in its queues', async () => {
    const { client } = host;
    await createFunction(
      client,
      FunctionName,
      "exports.handler = async () => { throw new TypeError('told to fail'); };",
    );
    await client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, DeadLetterConfig: { TargetArn: `${ARN}dead` } }),
    );
    await client.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: `${ARN}failures` } },
      }),
    );
    const { requestId } = await call(
      client,
      FunctionName,
      { n: 1 },
      { InvocationType: 'Event', LogType: 'None' },
    );
    const sent = await until(() => upstream!.sent.length === 2 && upstream!.sent, { what: 'two messages' });
    const to = (queue: string) =>
      sent.find(({ QueueUrl }) => QueueUrl === `http://upstream/000000000000/${queue}`)!;
    assert.equal(to('dead')['MessageBody'], '{"n":1}');
    assert.deepEqual(to('dead')['MessageAttributes'], {
      RequestID: { DataType: 'String', StringValue: requestId },
      ErrorCode: { DataType: 'Number', StringValue: '200' },
      ErrorMessage: { DataType: 'String', StringValue: 'told to fail' },
    });
    const record = JSON.parse(String(to('failures')['MessageBody'])) as Record<
      string,
      Record<string, unknown>
    >;
    assert.equal(record['requestContext']?.['condition'], 'RetriesExhausted');
    assert.equal(record['responsePayload']?.['errorType'], 'TypeError');
    const control = new HostClient(host.ready);
    await until(async () => (await pendingDeliveries(control)).length === 0, {
      what: 'no delivery that waits',
    });
    control.close();
  });
});
