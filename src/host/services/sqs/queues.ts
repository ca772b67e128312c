/**
 * The queues of this host, for whoever is in the same process: the API, deliveries, event source mappings. Everything that
 * is answered is stored.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Database } from '../../state/database.ts';
import { createArrivals } from './arrivals.ts';
import { checkMessage, type GivenMessage } from './checkMessage.ts';
import { expiredReceipt, invalidValue, unavailableReceipt } from './errors.ts';
import { createMessageRows, type Counts } from './messageRows.ts';
import { createQueueTable, numberOf, type Queue, type QueueTable } from './queueTable.ts';
import { readReceiptHandle } from './receiptHandle.ts';
import { createReceiveMessages, type ReceivedMessage, type ReceiveOptions } from './receiveMessages.ts';
import { createSendMessage, type SentMessage } from './sendMessages.ts';
import type { StoredMessage } from './storedMessage.ts';

export interface QueuesOptions {
  /** Migrated with {@link import('./schema.ts').sqsMigrations}. */
  readonly database: Database;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
}

export interface Queues {
  readonly table: QueueTable;
  /** Throws what AWS refuses a message with. `senderId`: who sends, as receivers see it. */
  send(queue: Queue, message: GivenMessage, senderId: string): SentMessage;
  /**
   * Waits up to `waitMs` of wall time for the first message. Empty then, and when `signal` is aborted. Rejects with
   * OverLimit where too much is in flight.
   */
  receive(
    queue: Queue,
    options: ReceiveOptions & { readonly waitMs?: number; readonly signal?: AbortSignal },
  ): Promise<ReceivedMessage[]>;
  /** Throws where the handle is not of this queue, or a FIFO queue's that has expired. */
  delete(queue: Queue, receiptHandle: string): void;
  /** @param seconds from now on; 0 shows it again at once. Throws where the message is not there or can't be hidden so long */
  changeVisibility(queue: Queue, receiptHandle: string, seconds: number): void;
  counts(queue: Queue): Counts;
  purge(queue: Queue): void;
  /** After a change of its attributes: a new delay counts for what waits in a FIFO queue. */
  attributesChanged(before: Queue, after: Queue): void;
  /** Takes the oldest that can be received for good and puts it elsewhere, as a new message. Answers whether there was one. */
  moveOldest(from: Queue, to: (message: StoredMessage) => Queue): boolean;
  close(): void;
}

/** From when it was received on; https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html */
const MAX_VISIBILITY_SECONDS = 43_200;

export function createQueues(options: QueuesOptions): Queues {
  const { database, clock } = options;
  const table = createQueueTable(database, options);
  const rows = createMessageRows(database);
  const send = createSendMessage({ database, clock, rows });
  const arrivals = createArrivals<ReceivedMessage>({
    clock,
    nextVisible: (queueId, now) => rows.nextVisible(queueId, now),
  });
  /** Told once the transaction that it happens in is done. */
  const arrived = (to: Queue): void => queueMicrotask(() => arrivals.changed(to.id));
  const receiving = createReceiveMessages({ database, clock, rows, table, moved: arrived });
  for (const queue of table.list()) receiving.expire(queue);

  function moveOldest(from: Queue, to: (message: StoredMessage) => Queue): boolean {
    const target = database.transaction(() => {
      receiving.expire(from);
      const now = clock.serviceNow();
      const message = rows.oldestVisible(from.id, now);
      if (message === undefined) return undefined;
      const queue = to(message);
      const { deadLetterSource: _source, ...details } = message.details;
      rows.delete(message.id);
      rows.insert({
        ...message,
        messageId: randomUUID(),
        queueId: queue.id,
        details,
        sentAt: now,
        keptFrom: now,
        visibleAt: now,
        receives: 0,
        firstReceived: undefined,
        lastReceived: undefined,
        receipt: undefined,
      });
      return queue;
    });
    if (target !== undefined) arrived(target);
    return target !== undefined;
  }

  return {
    table,
    send: (queue, message, senderId) => {
      const sent = send(queue, checkMessage(queue, message), senderId);
      arrived(queue);
      return sent;
    },
    receive: (queue, { waitMs = 0, signal, ...receive }) =>
      arrivals.wait(
        queue,
        waitMs,
        () => {
          // Its attributes may change while somebody waits, and it may go.
          const current = table.get(queue.name);
          return current?.id === queue.id ? receiving.take(current, receive) : [];
        },
        signal,
      ),
    delete: (queue, receiptHandle) => {
      const { id, secret } = readReceiptHandle(queue, receiptHandle);
      const message = rows.get(id);
      if (message?.queueId !== queue.id) return;
      const isCurrent = message.receipt === secret && message.visibleAt > clock.serviceNow();
      if (queue.isFifo && !isCurrent) throw expiredReceipt(receiptHandle);
      rows.delete(id);
      arrivals.changed(queue.id);
    },
    changeVisibility: (queue, receiptHandle, seconds) => {
      if (seconds < 0 || seconds > MAX_VISIBILITY_SECONDS)
        throw invalidValue(
          seconds,
          'VisibilityTimeout',
          `Must be >= 0 and <= ${MAX_VISIBILITY_SECONDS}, if provided.`,
        );
      const { id, secret } = readReceiptHandle(queue, receiptHandle);
      const message = rows.get(id);
      const now = clock.serviceNow();
      if (message?.queueId !== queue.id) throw unavailableReceipt(receiptHandle);
      const isInFlight = message.visibleAt > now;
      if (queue.isFifo && !(isInFlight && message.receipt === secret))
        throw unavailableReceipt(receiptHandle);
      // Recorded: of a standard queue it succeeds, and changes nothing.
      if (!isInFlight || message.receipt !== secret) return;
      const until = now + seconds * 1_000;
      if (until - (message.lastReceived ?? now) > MAX_VISIBILITY_SECONDS * 1_000)
        throw invalidValue(
          seconds,
          'VisibilityTimeout',
          `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds]`,
        );
      rows.setVisible(id, until);
      arrivals.changed(queue.id);
    },
    counts: queue => {
      receiving.expire(queue);
      return rows.counts(queue.id, clock.serviceNow());
    },
    purge: queue => rows.purge(queue.id),
    attributesChanged: (before, after) => {
      const delay = numberOf(after, 'DelaySeconds');
      if (!after.isFifo || delay === numberOf(before, 'DelaySeconds')) return;
      rows.delayAll(after.id, delay * 1_000);
      arrivals.changed(after.id);
    },
    moveOldest,
    close: () => arrivals.close(),
  };
}
