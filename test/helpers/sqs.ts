/** Queues of a test's host, by the official client. */
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ReadyMessage } from '../../src/protocol/hostInfo.ts';

type Ready = Pick<ReadyMessage, 'credentials' | 'endpoint' | 'region'>;

/** Whoever takes it destroys it. */
export const sqsClient = ({ endpoint, region, credentials }: Ready): SQSClient =>
  new SQSClient({ endpoint, region, credentials, maxAttempts: 1 });

export async function createQueue(
  ready: Ready,
  QueueName: string,
  Attributes: Readonly<Record<string, string>> = {},
): Promise<string> {
  const client = sqsClient(ready);
  try {
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
    if (QueueUrl === undefined) throw new Error(`The queue ${QueueName} has no URL`);
    return QueueUrl;
  } finally {
    client.destroy();
  }
}

export async function deleteQueue(ready: Ready, QueueUrl: string): Promise<void> {
  const client = sqsClient(ready);
  try {
    await client.send(new DeleteQueueCommand({ QueueUrl }));
  } finally {
    client.destroy();
  }
}
