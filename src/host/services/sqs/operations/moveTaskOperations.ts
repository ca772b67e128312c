/** Redrive of dead-letter queues: message move tasks. */
import { parseArn } from '../../../delivery/resourceArn.ts';
import { invalidParameter, invalidValue, required, sqsError } from '../errors.ts';
import type { MoveTask } from '../moveTasks.ts';
import type { SqsHost, SqsOperations } from '../operation.ts';
import type { Queue } from '../queueTable.ts';

const MAX_RATE = 500;
const MAX_LISTED = 10;

export const moveTaskOperations: Pick<
  SqsOperations,
  'CancelMessageMoveTask' | 'ListMessageMoveTasks' | 'StartMessageMoveTask'
> = {
  StartMessageMoveTask: ({ host, input }) => {
    const { DestinationArn, MaxNumberOfMessagesPerSecond: rate } = input;
    const source = queueOf(host, required(input.SourceArn, 'SourceArn'), 'SourceArn');
    if (host.queues.table.sourcesOf(source).length === 0)
      throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
    const destination =
      DestinationArn === undefined ? undefined : queueOf(host, DestinationArn, 'DestinationArn');
    if (rate !== undefined && (rate < 1 || rate > MAX_RATE))
      throw invalidValue(
        rate,
        'MaxNumberOfMessagesPerSecond',
        `Must be between 1 and ${MAX_RATE}, if provided.`,
      );
    return { TaskHandle: handleOf(host.moveTasks.start(source, destination, rate)) };
  },
  ListMessageMoveTasks: ({ host, input }) => {
    const source = queueOf(host, required(input.SourceArn, 'SourceArn'), 'SourceArn');
    const max = input.MaxResults ?? 1;
    if (max < 1 || max > MAX_LISTED)
      throw invalidValue(max, 'MaxResults', `Must be between 1 and ${MAX_LISTED}, if provided.`);
    return { Results: host.moveTasks.list(source.arn).slice(0, max).map(describe) };
  },
  CancelMessageMoveTask: ({ host, input }) => {
    const { taskId, sourceArn } = readHandle(required(input.TaskHandle, 'TaskHandle'));
    queueOf(host, sourceArn, 'SourceArn');
    const task = host.moveTasks.get(taskId);
    if (task?.sourceArn !== sourceArn) throw sqsError('ResourceNotFoundException', 'Task does not exist.');
    return { ApproximateNumberOfMessagesMoved: host.moveTasks.cancel(task).moved };
  },
};

function queueOf(host: SqsHost, arn: string, parameter: string): Queue {
  if (parseArn(arn)?.service !== 'sqs')
    throw invalidParameter(
      `You must use this format to specify the ${parameter}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
    );
  const queue = host.queues.table.find(arn);
  if (queue === undefined)
    throw sqsError(
      'ResourceNotFoundException',
      `The resource that you specified for the ${parameter} parameter doesn't exist.`,
    );
  return queue;
}

const handleOf = ({ id, sourceArn }: MoveTask): string =>
  Buffer.from(JSON.stringify({ taskId: id, sourceArn })).toString('base64');

function readHandle(handle: string): { readonly taskId: string; readonly sourceArn: string } {
  try {
    const value = JSON.parse(Buffer.from(handle, 'base64').toString()) as Record<string, unknown>;
    const { taskId, sourceArn } = value;
    if (typeof taskId === 'string' && typeof sourceArn === 'string') return { taskId, sourceArn };
  } catch {
    // As below.
  }
  throw invalidParameter('Value for parameter TaskHandle is invalid.');
}

const describe = (task: MoveTask) => ({
  // Recorded: only of one that runs.
  TaskHandle: task.status === 'RUNNING' ? handleOf(task) : undefined,
  Status: task.status,
  SourceArn: task.sourceArn,
  DestinationArn: task.destinationArn,
  MaxNumberOfMessagesPerSecond: task.maxPerSecond,
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  FailureReason: task.failureReason,
  StartedTimestamp: task.startedAt,
});
