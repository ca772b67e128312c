/** What stands behind an ARN, asked at an upstream endpoint that answers as the services do. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../../src/host/clock.ts';
import { createLookup, type EmbeddedLookup } from '../../../src/host/delivery/lookup.ts';
import { createUpstreamClient, type UpstreamClient } from '../../../src/host/delivery/upstreamClient.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Answer = readonly [status: number, body: string, headers?: Record<string, string>];

describe('looking an ARN up', () => {
  let server: Server;
  let client: UpstreamClient;
  let seen: Seen[];
  let answers: Answer[];

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        const [status, body, more] = answers.shift() ?? [500, 'unexpected'];
        response.writeHead(status, more).end(body);
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    client = createUpstreamClient(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`,
      systemClock(),
    );
  });
  after(() => {
    client.close();
    server.close();
  });
  beforeEach(() => {
    seen = [];
    answers = [];
  });

  const find = (arn: string) => createLookup({ upstream: client }).find(arn);
  const target = (index = 0) => seen[index]?.headers['x-amz-target'];

  it('asks for a queue and its visibility timeout, in the name of its account', async () => {
    answers = [
      [200, JSON.stringify({ QueueUrl: 'http://sqs/1/orders' })],
      [200, JSON.stringify({ Attributes: { VisibilityTimeout: '45' } })],
    ];
    assert.deepEqual(await find('arn:aws:sqs:eu-west-1:111111111111:orders'), { visibilityTimeout: 45 });
    assert.equal(target(0), 'AmazonSQS.GetQueueUrl');
    assert.equal(target(1), 'AmazonSQS.GetQueueAttributes');
    assert.equal(seen[0]?.url, '/base/');
    assert.match(seen[0].headers.authorization ?? '', /Credential=111111111111\/\d{8}\/eu-west-1\/sqs\//);
    assert.deepEqual(JSON.parse(seen[1]?.body ?? ''), {
      QueueUrl: 'http://sqs/1/orders',
      AttributeNames: ['VisibilityTimeout'],
    });
  });

  const kinds: readonly [string, string | undefined, Answer][] = [
    [
      'arn:aws:sqs:us-east-1:000000000000:q',
      'AmazonSQS.GetQueueUrl',
      [400, '{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}'],
    ],
    [
      'arn:aws:kinesis:us-east-1:000000000000:stream/s',
      'Kinesis_20131202.DescribeStreamSummary',
      [400, '{"__type":"ResourceNotFoundException"}'],
    ],
    [
      'arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1',
      'Kinesis_20131202.DescribeStreamConsumer',
      [400, '', { 'x-amzn-errortype': 'ResourceNotFoundException' }],
    ],
    [
      'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000',
      'DynamoDBStreams_20120810.DescribeStream',
      [400, '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}'],
    ],
    [
      'arn:aws:dynamodb:us-east-1:000000000000:table/t',
      'DynamoDB_20120810.DescribeTable',
      [400, '{"__type":"ResourceNotFoundException"}'],
    ],
    [
      'arn:aws:sns:us-east-1:000000000000:t',
      undefined,
      [404, '<ErrorResponse><Error><Code>NotFound</Code></Error></ErrorResponse>'],
    ],
    [
      'arn:aws:events:us-east-1:000000000000:event-bus/b',
      'AWSEvents.DescribeEventBus',
      [400, '{"__type":"ResourceNotFoundException"}'],
    ],
    ['arn:aws:s3:::bucket/key', undefined, [404, '']],
  ];
  for (const [arn, operation, answer] of kinds)
    it(`hears whether ${arn} is there`, async () => {
      answers = [answer];
      assert.equal(await find(arn), 'missing');
      assert.equal(target(), operation);
      answers = [
        [200, '{}'],
        [200, '{}'],
      ];
      assert.deepEqual(await find(arn), {});
      answers = [[501, '{"__type":"NotImplemented"}']];
      assert.equal(await find(arn), 'unknown', 'what the endpoint cannot do says nothing');
    });

  it('asks for buckets by their name alone', async () => {
    answers = [[200, '']];
    await find('arn:aws:s3:::bucket/a/key');
    assert.equal(`${seen[0]?.method} ${seen[0]?.url}`, 'HEAD /base/bucket');
  });

  it('takes an ARN as it is where nobody can be asked', async () => {
    assert.equal(await createLookup({ upstream: undefined }).find('arn:aws:sqs:us-east-1:1:q'), 'unknown');
    assert.equal(await find('arn:aws:kafka:us-east-1:000000000000:cluster/c/1'), 'unknown');
    assert.equal(await find('not an arn'), 'unknown');
    assert.equal(await find('arn:aws:constructor:us-east-1:000000000000:x'), 'unknown');
    assert.deepEqual(seen, []);
  });

  it('asks what is embedded first', async () => {
    const embedded = new Map<string, EmbeddedLookup>([
      ['sqs', arn => (arn.resource === 'mine' ? { visibilityTimeout: 30 } : 'missing')],
    ]);
    const lookup = createLookup({ upstream: client, embedded });
    assert.deepEqual(await lookup.find('arn:aws:sqs:us-east-1:1:mine'), { visibilityTimeout: 30 });
    assert.deepEqual(seen, []);
    answers = [
      [200, '{"QueueUrl":"http://there/1/other"}'],
      [200, '{}'],
      [400, '{"__type":"QueueDoesNotExist"}'],
    ];
    assert.deepEqual(await lookup.find('arn:aws:sqs:us-east-1:1:other'), {}, 'what is not here is there');
    assert.equal(await lookup.find('arn:aws:sqs:us-east-1:1:none'), 'missing', 'nor there');
    const alone = createLookup({ upstream: undefined, embedded });
    assert.equal(await alone.find('arn:aws:sqs:us-east-1:1:other'), 'missing');
  });

  it('says so when the endpoint does not answer', async () => {
    const silent = createUpstreamClient('http://127.0.0.1:1', systemClock());
    await assert.rejects(
      createLookup({ upstream: silent }).find('arn:aws:sqs:us-east-1:1:q'),
      (error: unknown) => error instanceof AwsError && /127\.0\.0\.1:1 does not answer/.test(error.message),
    );
    silent.close();
  });
});
