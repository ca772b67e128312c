/** An endpoint for `--upstream` that knows every queue and stream but those that it is told to lack, and objects of S3. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerGetObject } from './fakeS3.ts';

export interface UpstreamStub {
  readonly url: string;
  /** Names of queues, names of streams, ARNs of tables' streams. */
  readonly missing: Set<string>;
  /** Seconds, by a queue's name; 30 for the others. */
  readonly visibilityTimeouts: Map<string, number>;
  /** By `bucket/key`; a bucket is there when anything in it is. */
  readonly objects: Map<string, Buffer>;
  /** What was sent to queues. */
  readonly sent: Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

export async function startUpstreamStub(): Promise<UpstreamStub> {
  const missing = new Set<string>();
  const visibilityTimeouts = new Map<string, number>();
  const objects = new Map<string, Buffer>();
  const sent: Readonly<Record<string, unknown>>[] = [];
  const answer = (target: string, input: Readonly<Record<string, string>>): readonly [number, unknown] => {
    const name = input['QueueName'] ?? input['StreamName'] ?? input['StreamArn'] ?? '';
    if (target === 'AmazonSQS.GetQueueUrl')
      return missing.has(name)
        ? [400, { __type: 'com.amazonaws.sqs#QueueDoesNotExist' }]
        : [200, { QueueUrl: `http://upstream/000000000000/${name}` }];
    if (target === 'AmazonSQS.GetQueueAttributes') {
      const queue = input['QueueUrl']?.split('/').at(-1) ?? '';
      return [200, { Attributes: { VisibilityTimeout: String(visibilityTimeouts.get(queue) ?? 30) } }];
    }
    if (target === 'AmazonSQS.SendMessage') {
      sent.push(input);
      return [200, { MessageId: String(sent.length) }];
    }
    return missing.has(name) ? [400, { __type: 'ResourceNotFoundException' }] : [200, {}];
  };
  const server: Server = createServer((request: IncomingMessage, response) => {
    if (request.method === 'GET') {
      answerGetObject(objects, request.url ?? '', response);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const input = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
      const [status, body] = answer(String(request.headers['x-amz-target']), input);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    missing,
    visibilityTimeouts,
    objects,
    sent,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
