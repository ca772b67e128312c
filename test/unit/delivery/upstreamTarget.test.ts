import assert from 'node:assert/strict';
import { DeliveryRefused, type DeliveryMessage } from '../../../src/host/delivery/deliveryTargets.ts';
import { parseArn } from '../../../src/host/delivery/resourceArn.ts';
import type { UpstreamAnswer, UpstreamCall } from '../../../src/host/delivery/upstreamClient.ts';
import { isRefusal } from '../../../src/host/delivery/upstreamCalls.ts';
import { createUpstreamTarget } from '../../../src/host/delivery/upstreamTarget.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST';
const message: DeliveryMessage = {
  body: Buffer.from('{"version":"1.0"}'),
  attributes: {
    RequestID: { type: 'String', value: 'r' },
    ErrorCode: { type: 'Number', value: '200' },
  },
  about: {
    requestId: 'r',
    functionName: 'f',
    functionArn: FUNCTION,
    isSuccess: false,
    at: Date.UTC(2026, 8, 14, 18, 32, 58, 36),
  },
  traceId: 'Root=1-2-3',
};

async function delivered(
  arn: string,
  answers: readonly Partial<UpstreamAnswer>[] = [{}, {}],
): Promise<UpstreamCall[]> {
  const calls: UpstreamCall[] = [];
  const deliver = createUpstreamTarget({
    url: 'http://upstream',
    call: call => {
      const answer = answers[calls.length];
      calls.push(call);
      return Promise.resolve({ status: 200, headers: {}, body: Buffer.from('{}'), ...answer });
    },
    open: () => Promise.reject(new Error('not used')),
    close: () => undefined,
  });
  await deliver(parseArn(arn)!, message);
  return calls;
}

describe('results at the upstream endpoint', () => {
  it('are sent to a queue of the ARN’s account, with attributes and trace', async () => {
    const QueueUrl = 'http://upstream/111111111111/q';
    const [find, send] = await delivered('arn:aws:sqs:eu-west-1:111111111111:q', [
      { body: Buffer.from(JSON.stringify({ QueueUrl })) },
      {},
    ]);
    assert.deepEqual([find?.service, find?.region, find?.accountId], ['sqs', 'eu-west-1', '111111111111']);
    assert.equal(send?.headers?.['x-amz-target'], 'AmazonSQS.SendMessage');
    assert.deepEqual(JSON.parse(String(send.body)), {
      QueueUrl,
      MessageBody: '{"version":"1.0"}',
      MessageAttributes: {
        RequestID: { DataType: 'String', StringValue: 'r' },
        ErrorCode: { DataType: 'Number', StringValue: '200' },
      },
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2-3' } },
    });
  });

  it('are published to a topic', async () => {
    const [call] = await delivered('arn:aws:sns:us-east-1:000000000000:t');
    assert.deepEqual(Object.fromEntries(new URLSearchParams(String(call?.body))), {
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:t',
      Message: '{"version":"1.0"}',
      'MessageAttributes.entry.1.Name': 'RequestID',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'r',
      'MessageAttributes.entry.2.Name': 'ErrorCode',
      'MessageAttributes.entry.2.Value.DataType': 'Number',
      'MessageAttributes.entry.2.Value.StringValue': '200',
    });
  });

  it('are events of a bus', async () => {
    const bus = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
    const [call] = await delivered(bus);
    assert.deepEqual(JSON.parse(String(call?.body)), {
      Entries: [
        {
          Source: 'lambda',
          DetailType: 'Lambda Function Invocation Result - Failure',
          Detail: '{"version":"1.0"}',
          Resources: [bus, FUNCTION],
          EventBusName: bus,
          Time: 1789410778,
        },
      ],
    });
    const failing = (ErrorCode?: string) =>
      delivered(bus, [
        { body: Buffer.from(JSON.stringify({ FailedEntryCount: 1, Entries: [{ ErrorCode }] })) },
      ]);
    await assert.rejects(delivered(bus, [{ body: Buffer.from('{"FailedEntryCount":1}') }]), DeliveryRefused);
    await assert.rejects(failing('MalformedDetail'), DeliveryRefused);
    for (const code of ['ThrottlingException', 'InternalFailure', 'InternalException'])
      await assert.rejects(failing(code), error => !isRefusal(error));
  });

  it('are objects of a bucket', async () => {
    const [call] = await delivered('arn:aws:s3:::bucket');
    assert.equal(call?.method, 'PUT');
    assert.match(
      call.url,
      /^\/bucket\/aws\/lambda\/async\/f\/2026\/09\/14\/2026-09-14T18\.32\.58-[0-9a-f-]{36}$/,
    );
    assert.deepEqual(call.body, message.body);
  });

  it('are refused for good with 4xx and unknown services, and for now with 429 and 5xx', async () => {
    const topic = 'arn:aws:sns:us-east-1:000000000000:t';
    await assert.rejects(delivered(topic, [{ status: 404, body: Buffer.from('NotFound') }]), {
      name: 'DeliveryRefused',
      message: `http://upstream answered 404 for ${topic}: NotFound`,
    });
    for (const status of [429, 503])
      await assert.rejects(delivered(topic, [{ status }]), (error: Error) => error.name === 'Error');
    await assert.rejects(delivered('arn:aws:kinesis:us-east-1:000000000000:stream/s'), DeliveryRefused);
  });
});
