/**
 * Message move tasks: what lies in a dead-letter queue goes back to where it came from, or elsewhere. A task outlives its
 * host: the next one goes on with it.
 */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../protocol/awsError.ts';
import type { Clock, Timer } from '../../clock.ts';
import type { Database } from '../../state/database.ts';
import { invalidParameter, queueDoesNotExist, spellingOf, sqsError } from './errors.ts';
import type { Queue } from './queueTable.ts';
import type { Queues } from './queues.ts';

export interface MoveTask {
  readonly id: string;
  readonly sourceArn: string;
  readonly destinationArn?: string;
  readonly maxPerSecond?: number;
  readonly status: 'CANCELLED' | 'CANCELLING' | 'COMPLETED' | 'FAILED' | 'RUNNING';
  readonly moved: number;
  readonly toMove: number;
  /** Epoch milliseconds, service time. */
  readonly startedAt: number;
  readonly failureReason?: string;
}

export interface MoveTasks {
  /** Throws where another one runs for the same source. */
  start(source: Queue, destination: Queue | undefined, maxPerSecond: number | undefined): MoveTask;
  /** The newest first. */
  list(sourceArn: string): readonly MoveTask[];
  get(id: string): MoveTask | undefined;
  /** What has been moved stays so. The task must run. */
  cancel(task: MoveTask): MoveTask;
  close(): void;
}

/** Where no rate is asked for: all that is there, in steps of this. */
const STEP = 500;
/** Wall milliseconds after which what could not be stored is done again. */
const AGAIN_MS = 1_000;
/** Finished tasks that are remembered for each source. */
const REMEMBERED = 10;

const isActive = ({ status }: MoveTask): boolean => status === 'RUNNING' || status === 'CANCELLING';

export function createMoveTasks(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly queues: Queues;
}): MoveTasks {
  const { database, clock, queues } = options;
  const put = database.query('INSERT OR REPLACE INTO sqs_move_tasks (id, source, record) VALUES (?, ?, ?)');
  const remove = database.query('DELETE FROM sqs_move_tasks WHERE id = ?');
  const tasks = new Map<string, MoveTask>(
    database
      .query<{ readonly record: string }>('SELECT record FROM sqs_move_tasks ORDER BY rowid')
      .all()
      .map(({ record }) => JSON.parse(record) as MoveTask)
      .map(task => [task.id, task]),
  );
  const timers = new Map<string, Timer>();

  function save(task: MoveTask): MoveTask {
    put.run(task.id, task.sourceArn, JSON.stringify(task));
    tasks.set(task.id, task);
    return task;
  }

  const list = (sourceArn: string): MoveTask[] =>
    [...tasks.values()]
      .filter(task => task.sourceArn === sourceArn)
      .sort((a, b) => b.startedAt - a.startedAt);

  function forgetOld(sourceArn: string): void {
    for (const { id } of list(sourceArn).slice(REMEMBERED)) {
      remove.run(id);
      tasks.delete(id);
    }
  }

  /** Service time: a rate is one of messages in it. */
  function continueLater(id: string, ms: number): void {
    const what = (): string => `messages of ${tasks.get(id)?.sourceArn ?? 'a queue'} are moved`;
    timers.set(
      id,
      clock.afterService(ms, () => step(id), what),
    );
  }

  function step(id: string): void {
    timers.delete(id);
    const task = tasks.get(id);
    if (task === undefined || !isActive(task)) return;
    try {
      goOn(id, task);
    } catch {
      // A full disk, for one, which whoever sends hears of: the task waits until there is room.
      tasks.set(id, task);
      timers.set(
        id,
        clock.afterWall(AGAIN_MS, () => step(id)),
      );
    }
  }

  function goOn(id: string, task: MoveTask): void {
    if (task.status === 'CANCELLING') {
      save({ ...task, status: 'CANCELLED' });
      return;
    }
    // A second's messages one by one, as AWS moves them.
    const most = task.maxPerSecond === undefined ? STEP : 1;
    const { status } = database.transaction(() => {
      let left = most;
      let end: Pick<MoveTask, 'failureReason' | 'status'> | undefined;
      try {
        while (left > 0 && moveOne(task)) left--;
      } catch (error) {
        // What has been moved stays so.
        if (!(error instanceof AwsError)) throw error;
        end = { status: 'FAILED', failureReason: spellingOf(error.code).query };
      }
      end ??= { status: left === 0 ? 'RUNNING' : 'COMPLETED' };
      return save({ ...task, moved: task.moved + most - left, ...end });
    });
    if (status === 'RUNNING')
      continueLater(id, task.maxPerSecond === undefined ? 0 : 1_000 / task.maxPerSecond);
  }

  function moveOne(task: MoveTask): boolean {
    const from = find(task.sourceArn);
    return queues.moveOldest(from, ({ details }) => find(task.destinationArn ?? details.deadLetterSource));
  }

  function find(arn: string | undefined): Queue {
    const queue = arn === undefined ? undefined : queues.table.find(arn);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  }

  for (const task of tasks.values()) if (isActive(task)) continueLater(task.id, 0);

  return {
    start: (source, destination, maxPerSecond) => {
      if (list(source.arn).some(isActive))
        throw invalidParameter(
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      const { visible } = queues.counts(source);
      const task = save({
        id: randomUUID(),
        sourceArn: source.arn,
        ...(destination === undefined ? {} : { destinationArn: destination.arn }),
        ...(maxPerSecond === undefined ? {} : { maxPerSecond }),
        status: 'RUNNING',
        moved: 0,
        toMove: visible,
        startedAt: clock.serviceNow(),
      });
      forgetOld(source.arn);
      continueLater(task.id, 0);
      return task;
    },
    list,
    get: id => tasks.get(id),
    cancel: task => {
      if (task.status !== 'RUNNING') throw sqsError('ResourceNotFoundException', 'Task does not exist.');
      return save({ ...task, status: 'CANCELLING' });
    },
    close: () => {
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    },
  };
}
