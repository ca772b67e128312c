/** Takes messages out of sight, and those that were received too often to where their redrive policy says. */
import type { Clock } from '../../clock.ts';
import type { Database } from '../../state/database.ts';
import type { MessageRows } from './messageRows.ts';
import { sqsError } from './errors.ts';
import { deadLetterTarget, numberOf, type Queue, type QueueTable } from './queueTable.ts';
import { newReceipt, writeReceiptHandle } from './receiptHandle.ts';
import { allowsSource } from './redriveAllowPolicy.ts';
import type { StoredMessage } from './storedMessage.ts';

export interface ReceivedMessage extends StoredMessage {
  readonly receiptHandle: string;
}

export interface ReceiveOptions {
  /** At most 10. */
  readonly max: number;
  /** Seconds; the queue's where it is not said. */
  readonly visibilityTimeout?: number | undefined;
}

/** AWS's quotas. */
const MAX_IN_FLIGHT = 120_000;

export interface ReceiveMessages {
  /** What can be received now. Throws OverLimit where too much of a standard queue is in flight. */
  take(queue: Queue, options: ReceiveOptions): ReceivedMessage[];
  /** Deletes what a queue has kept for longer than it keeps messages. */
  expire(queue: Queue): void;
}

export function createReceiveMessages(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly rows: MessageRows;
  readonly table: QueueTable;
  /** Told of a queue that something was moved to. */
  readonly moved: (to: Queue) => void;
}): ReceiveMessages {
  const { database, clock, rows, table } = options;

  function expire(queue: Queue): void {
    rows.expire(queue.id, clock.serviceNow() - numberOf(queue, 'MessageRetentionPeriod') * 1_000);
  }

  /** Where the message is to go instead of to a receiver; it stays where that is not there or does not want it. */
  function deadLetterQueue(queue: Queue, message: StoredMessage): Queue | undefined {
    const policy = deadLetterTarget(queue);
    if (policy === undefined || message.receives < policy.maxReceiveCount) return undefined;
    const target = table.find(policy.target.text);
    if (target?.isFifo !== queue.isFifo || target.id === queue.id) return undefined;
    return allowsSource(target.attributes['RedriveAllowPolicy'], queue.arn) ? target : undefined;
  }

  /** It keeps its id and its age, as AWS's; a FIFO queue counts the age anew. */
  function move(message: StoredMessage, from: Queue, to: Queue, now: number): void {
    rows.delete(message.id);
    rows.insert({
      ...message,
      queueId: to.id,
      details: { ...message.details, deadLetterSource: from.arn },
      keptFrom: to.isFifo ? now : message.keptFrom,
      visibleAt: now,
      receipt: undefined,
    });
  }

  /** How many more may be in flight; exactly only where there may be less than `enough`. */
  function roomInFlight(queue: Queue, enough: number, now: number): number {
    const least = MAX_IN_FLIGHT - rows.mostInFlight(queue.id, now);
    return least >= enough ? least : MAX_IN_FLIGHT - rows.counts(queue.id, now).inFlight;
  }

  function takeNow(queue: Queue, { max, visibilityTimeout }: ReceiveOptions): ReceivedMessage[] {
    const now = clock.serviceNow();
    const visibleAt = now + (visibilityTimeout ?? numberOf(queue, 'VisibilityTimeout')) * 1_000;
    const limit = Math.min(max, roomInFlight(queue, max, now));
    if (limit <= 0) {
      if (queue.isFifo) return [];
      throw sqsError('OverLimit', `Too many messages in flight: at most ${MAX_IN_FLIGHT} are allowed.`);
    }
    const taken: ReceivedMessage[] = [];
    const targets = new Set<Queue>();
    const groups: string[] = [];
    while (taken.length < limit) {
      const left = limit - taken.length;
      // What has been taken with a timeout of 0 can still be received.
      const found = queue.isFifo
        ? rows.visibleOfOneGroup(queue.id, now, left, groups)
        : rows.visible(queue.id, now, limit).filter(({ id }) => taken.every(one => one.id !== id));
      if (found.length === 0) break;
      for (const message of found.slice(0, left)) {
        const target = deadLetterQueue(queue, message);
        if (target !== undefined) {
          move(message, queue, target, now);
          targets.add(target);
          continue;
        }
        const secret = newReceipt();
        rows.received(message.id, secret, now, visibleAt);
        taken.push({
          ...message,
          receives: message.receives + 1,
          firstReceived: message.firstReceived ?? now,
          lastReceived: now,
          visibleAt,
          receiptHandle: writeReceiptHandle(queue, { id: message.id, secret }),
        });
        if (message.groupId !== undefined && !groups.includes(message.groupId)) groups.push(message.groupId);
      }
    }
    for (const target of targets) options.moved(target);
    return taken;
  }

  return {
    expire,
    take: (queue, receive) =>
      database.transaction(() => {
        expire(queue);
        return takeNow(queue, receive);
      }),
  };
}
