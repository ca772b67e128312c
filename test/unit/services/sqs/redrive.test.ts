/** Messages that are received too often, and their way back. */
import assert from 'node:assert/strict';
import path from 'node:path';
import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { manualClock } from '../../../helpers/manualClock.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { arnOf, openQueues, startSqs, type SqsFixture } from './sqsFixture.ts';
import { until } from '../../../helpers/until.ts';

describe('redrive of SQS', () => {
  let sqs: SqsFixture;
  beforeEach(async () => {
    sqs = await startSqs();
    await create('dead');
    await create('source', redrive('dead'));
  });
  afterEach(() => sqs.close());

  const redrive = (name: string, maxReceiveCount: number | string = 1): Record<string, string> => ({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(name), maxReceiveCount }),
  });
  const create = (QueueName: string, Attributes: Record<string, string> = {}) =>
    sqs.client.send(new CreateQueueCommand({ QueueName, Attributes }));
  const send = (name: string, MessageBody: string) =>
    sqs.client.send(new SendMessageCommand({ QueueUrl: urlOf(name), MessageBody }));
  const receive = async (name: string): Promise<Message[]> =>
    (
      await sqs.client.send(
        new ReceiveMessageCommand({
          QueueUrl: urlOf(name),
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 1,
          MessageSystemAttributeNames: ['All'],
        }),
      )
    ).Messages ?? [];
  const urlOf = (name: string) => `http://elsewhere:1/000000000000/${name}`;
  const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);
  /** Each message once received and forgotten, and then once more looked for. */
  const bury = async (name: string, ...texts: string[]): Promise<void> => {
    for (const text of texts) await send(name, text);
    await receive(name);
    sqs.clock.advance(1_000);
    assert.deepEqual(await receive(name), []);
  };

  it('moves what was received too often, with its id, age and count', async () => {
    const { MessageId } = await send('source', 'poison');
    const [first] = await receive('source');
    sqs.clock.advance(1_000);
    assert.deepEqual(await receive('source'), []);
    const [dead] = await receive('dead');
    assert.equal(dead?.MessageId, MessageId);
    assert.deepEqual(
      { ...dead?.Attributes },
      {
        ...first?.Attributes,
        ApproximateReceiveCount: '2',
        DeadLetterQueueSourceArn: arnOf('source'),
      },
    );
  });

  it('receives what is behind messages that move', async () => {
    await send('source', 'one');
    await receive('source');
    sqs.clock.advance(1_000);
    await send('source', 'two');
    assert.deepEqual(bodies(await receive('source')), ['two']);
    assert.deepEqual(bodies(await receive('dead')), ['one']);
  });

  it('wakes whoever waits at the dead-letter queue', async () => {
    await send('source', 'one');
    await receive('source');
    const { queues } = sqs.host;
    const waiting = queues.receive(queues.table.get('dead')!, { max: 1, waitMs: 20_000 });
    sqs.clock.advance(1_000);
    await receive('source');
    assert.deepEqual(
      (await waiting).map(({ body }) => body),
      ['one'],
    );
  });

  it('leaves messages where their dead-letter queue is gone or does not want them', async () => {
    await sqs.client.send(
      new SetQueueAttributesCommand({
        QueueUrl: urlOf('dead'),
        Attributes: { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' },
      }),
    );
    await send('source', 'stays');
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(bodies(await receive('source')), ['stays']);
      sqs.clock.advance(1_000);
    }
    await assert.rejects(create('another', redrive('dead')), /redrive allow policy does not allow/);
    sqs.host.queues.table.delete(sqs.host.queues.table.get('dead')!);
    assert.deepEqual(bodies(await receive('source')), ['stays']);
  });

  it('keeps the order of groups on the way to a FIFO queue', async () => {
    await create('dead.fifo', { FifoQueue: 'true' });
    await create('source.fifo', {
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
      ...redrive('dead.fifo'),
    });
    const queue = sqs.host.queues.table.get('source.fifo')!;
    for (const body of ['one', 'two', 'three']) sqs.host.queues.send(queue, { body, groupId: 'g' }, 'me');
    assert.deepEqual(bodies(await receive('source.fifo')), ['one', 'two', 'three']);
    sqs.clock.advance(1_000);
    assert.deepEqual(bodies(await receive('source.fifo')), []);
    assert.deepEqual(bodies(await receive('dead.fifo')), ['one', 'two', 'three']);
  });

  const start = (more: object = {}) =>
    sqs.client.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf('dead'), ...more }));
  const tasks = async () =>
    (await sqs.client.send(new ListMessageMoveTasksCommand({ SourceArn: arnOf('dead') }))).Results;

  it('moves back to where messages came from, as new ones', async () => {
    await create('other', redrive('dead'));
    await bury('source', 'one', 'two');
    await bury('other', 'three');
    const startedAt = sqs.clock.serviceNow();
    await start();
    sqs.clock.advance(10);
    assert.deepEqual(await tasks(), [
      {
        SourceArn: arnOf('dead'),
        Status: 'COMPLETED',
        ApproximateNumberOfMessagesMoved: 3,
        ApproximateNumberOfMessagesToMove: 3,
        StartedTimestamp: startedAt,
      },
    ]);
    const back = await receive('source');
    assert.deepEqual(bodies(back), ['one', 'two']);
    assert.equal(back[0]?.Attributes?.['ApproximateReceiveCount'], '1');
    assert.equal(back[0].Attributes['DeadLetterQueueSourceArn'], undefined);
    assert.deepEqual(bodies(await receive('other')), ['three']);
    assert.deepEqual(await receive('dead'), []);
  });

  it('waits with moving until what it does can be stored', async () => {
    await bury('source', 'one');
    sqs.database.run(
      "CREATE TRIGGER full BEFORE DELETE ON sqs_messages BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    );
    await start();
    sqs.clock.advance(10);
    assert.deepEqual(
      (await tasks())?.map(({ Status }) => Status),
      ['RUNNING'],
    );
    sqs.database.run('DROP TRIGGER full');
    await until(async () => (await tasks())?.[0]?.Status === 'COMPLETED', { what: 'the end of the task' });
    const [task] = (await tasks()) ?? [];
    assert.deepEqual([task?.Status, task?.ApproximateNumberOfMessagesMoved], ['COMPLETED', 1]);
    assert.deepEqual(bodies(await receive('source')), ['one']);
  });

  it('moves elsewhere at a rate, until it is cancelled', async () => {
    await create('elsewhere');
    await bury('source', '1', '2', '3', '4');
    const { TaskHandle } = await start({
      DestinationArn: arnOf('elsewhere'),
      MaxNumberOfMessagesPerSecond: 1,
    });
    sqs.clock.advance(1_000);
    const running = (await tasks())?.[0];
    assert.equal(running?.Status, 'RUNNING');
    assert.equal(running.TaskHandle, TaskHandle);
    assert.equal(running.ApproximateNumberOfMessagesMoved, 2);
    await assert.rejects(start(), {
      message:
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
    });
    const cancelled = await sqs.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    assert.equal(cancelled.ApproximateNumberOfMessagesMoved, 2);
    assert.equal((await tasks())?.[0]?.Status, 'CANCELLING');
    sqs.clock.advance(1_000);
    assert.equal((await tasks())?.[0]?.Status, 'CANCELLED');
    assert.deepEqual(bodies(await receive('elsewhere')), ['1', '2']);
  });

  it('fails when its destination goes', async () => {
    await create('elsewhere');
    await bury('source', '1', '2', '3');
    await start({ DestinationArn: arnOf('elsewhere'), MaxNumberOfMessagesPerSecond: 1 });
    sqs.clock.advance(0);
    sqs.host.queues.table.delete(sqs.host.queues.table.get('elsewhere')!);
    sqs.clock.advance(1_000);
    const [task] = (await tasks())!;
    assert.equal(task?.Status, 'FAILED');
    assert.equal(task.FailureReason, 'AWS.SimpleQueueService.NonExistentQueue');
    assert.equal(task.ApproximateNumberOfMessagesMoved, 1);
  });

  it('goes on with the next host', async () => {
    const folder = await temporaryFolder('redrive');
    const file = path.join(folder.path, 'lamplight.db');
    const clock = manualClock();
    let host = openQueues(file, clock);
    try {
      const make = (name: string, attributes: Record<string, string> = {}) =>
        host.queues.table.create({ name, isFifo: false, attributes, tags: {} }, clock.serviceNow());
      const [from, to] = [make('from'), make('to')];
      for (const body of ['1', '2', '3']) host.queues.send(from, { body }, 'me');
      host.moveTasks.start(from, to, 1);
      clock.advance(0);
      host.close();
      host = openQueues(file, clock);
      clock.advance(10_000);
      assert.equal(host.moveTasks.list(from.arn)[0]?.status, 'COMPLETED');
      assert.equal(host.queues.counts(to).visible, 3);
    } finally {
      host.close();
      await folder.remove();
    }
  });

  for (const [what, input, name, message] of [
    [
      'a queue that is nobody’s dead-letter queue',
      { SourceArn: arnOf('source') },
      'InvalidParameterValue',
      'Source queue must be configured as a Dead Letter Queue.',
    ],
    [
      'no such source',
      { SourceArn: arnOf('none') },
      'ResourceNotFoundException',
      "The resource that you specified for the SourceArn parameter doesn't exist.",
    ],
    [
      'no such destination',
      { DestinationArn: arnOf('none') },
      'ResourceNotFoundException',
      "The resource that you specified for the DestinationArn parameter doesn't exist.",
    ],
    [
      'no ARN',
      { SourceArn: 'dead' },
      'InvalidParameterValue',
      'You must use this format to specify the SourceArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>',
    ],
  ] as const)
    it(`does not start for ${what}`, async () => {
      await assert.rejects(start(input), { name, message });
      assert.deepEqual(await tasks(), []);
    });

  it('knows its tasks by their handles', async () => {
    const cancel = (TaskHandle: string) => sqs.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    const handle = (taskId: string, sourceArn: string) =>
      Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64');
    await assert.rejects(cancel('nonsense'), { message: 'Value for parameter TaskHandle is invalid.' });
    await assert.rejects(cancel(handle('x', arnOf('none'))), { name: 'ResourceNotFoundException' });
    await assert.rejects(cancel(handle('x', arnOf('dead'))), { message: 'Task does not exist.' });
  });
});
