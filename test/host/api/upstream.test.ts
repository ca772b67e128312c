/** ARNs of services that are not embedded, as they are looked up at `--upstream`: what is missing there is refused. */
import assert from 'node:assert/strict';
import {
  CreateEventSourceMappingCommand,
  type LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { startTestHost, type TestHost } from '../../helpers/testHost.ts';
import { startUpstreamStub, type UpstreamStub } from '../../helpers/upstreamStub.ts';
import { create } from './configurationFixture.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:';
const STREAM = 'arn:aws:kinesis:us-east-1:000000000000:stream/';
const FunctionName = 'f';

describe('a host with --upstream', () => {
  let upstream: UpstreamStub;
  let host: TestHost;
  before(async () => {
    upstream = await startUpstreamStub();
    upstream.missing.add('gone');
    host = await startTestHost({ args: ['--upstream', upstream.url] });
    await create(host.client, FunctionName);
  });
  after(async () => {
    await host.stop();
    await upstream.close();
  });

  const send = <Output>(call: (client: LambdaClient) => Promise<Output>): Promise<Output> =>
    call(host.client);
  const refused = (call: (client: LambdaClient) => Promise<unknown>, words: string): Promise<void> =>
    assert.rejects(send(call), { name: 'InvalidParameterValueException', message: words });

  it('asks it for targets of dead letters', async () => {
    const configure = (queue: string) => (client: LambdaClient) =>
      client.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName,
          DeadLetterConfig: { TargetArn: `${QUEUE}${queue}` },
        }),
      );
    await refused(configure('gone'), `Invalid dead letter queue ARN: There is no such resource:${QUEUE}gone`);
    assert.equal((await send(configure('dlq'))).DeadLetterConfig?.TargetArn, `${QUEUE}dlq`);
    const waiter = { client: host.client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.05 };
    await waitUntilFunctionUpdatedV2(waiter, { FunctionName });
  });

  it('asks it for destinations of asynchronous invocations', async () => {
    const put = (queue: string) => (client: LambdaClient) =>
      client.send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName,
          DestinationConfig: { OnFailure: { Destination: `${QUEUE}${queue}` } },
        }),
      );
    await refused(put('gone'), `The destination ARN ${QUEUE}gone is invalid.`);
    await send(put('there'));
  });

  it('asks it for what mappings read, and for where they send what they discard', async () => {
    const map = (stream: string, queue: string) => (client: LambdaClient) =>
      client.send(
        new CreateEventSourceMappingCommand({
          FunctionName,
          EventSourceArn: `${STREAM}${stream}`,
          StartingPosition: 'LATEST',
          Enabled: false,
          DestinationConfig: { OnFailure: { Destination: `${QUEUE}${queue}` } },
        }),
      );
    await refused(map('gone', 'there'), `Stream not found: ${STREAM}gone`);
    await refused(map('s', 'gone'), `The destination ARN ${QUEUE}gone is invalid.`);
    const { UUID } = await send(map('s', 'there'));
    assert.match(UUID ?? '', /^[0-9a-f-]{36}$/);
  });

  it('says that it does not answer, where it does not', async () => {
    await upstream.close();
    const call = send(client =>
      client.send(new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn: `${QUEUE}q` })),
    );
    await assert.rejects(call, (error: Error) => {
      assert.match(error.message, new RegExp(upstream.url.slice('http://'.length)));
      return true;
    });
  });
});
