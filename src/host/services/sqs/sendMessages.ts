/** Puts messages into queues. What is answered is stored. */
import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Database } from '../../state/database.ts';
import type { CheckedMessage } from './checkMessage.ts';
import { createDeduplication } from './deduplication.ts';
import { md5OfAttributes } from './messageAttributes.ts';
import type { MessageRows } from './messageRows.ts';
import { attributeOf, type Queue } from './queueTable.ts';
import { sequenceNumber } from './storedMessage.ts';

export interface SentMessage {
  readonly messageId: string;
  readonly md5OfBody: string;
  readonly md5OfAttributes: string | undefined;
  readonly md5OfSystemAttributes: string | undefined;
  /** Of a FIFO queue. */
  readonly sequenceNumber: string | undefined;
}

/** @returns what the sender is told. `senderId`: who sends, as receivers see it */
export type SendMessage = (queue: Queue, message: CheckedMessage, senderId: string) => SentMessage;

export function createSendMessage(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly rows: MessageRows;
}): SendMessage {
  const { database, clock, rows } = options;
  const deduplication = createDeduplication(database);

  return (queue, message, senderId) => {
    const digests = {
      md5OfBody: createHash('md5').update(message.body).digest('hex'),
      md5OfAttributes: md5OfAttributes(message.attributes),
      md5OfSystemAttributes: md5OfAttributes(message.systemAttributes),
    };
    const now = clock.serviceNow();
    const { traceHeader } = message;
    const store = (): { messageId: string; id: number } => {
      const messageId = randomUUID();
      const id = rows.insert({
        queueId: queue.id,
        messageId,
        body: message.body,
        details: {
          attributes: message.attributes,
          md5OfBody: digests.md5OfBody,
          ...(digests.md5OfAttributes === undefined ? {} : { md5OfAttributes: digests.md5OfAttributes }),
          ...(traceHeader === undefined ? {} : { traceHeader }),
          senderId,
        },
        sentAt: now,
        keptFrom: now,
        visibleAt: now + message.delayMs,
        receives: 0,
        firstReceived: undefined,
        lastReceived: undefined,
        receipt: undefined,
        groupId: message.groupId,
        deduplicationId: message.deduplicationId,
      });
      return { messageId, id };
    };
    const { deduplicationId, groupId = '' } = message;
    if (!queue.isFifo || deduplicationId === undefined)
      return { ...digests, messageId: store().messageId, sequenceNumber: undefined };
    const scope = attributeOf(queue, 'DeduplicationScope') === 'messageGroup' ? groupId : '';
    return database.transaction(() => {
      let sent = deduplication.find(queue.id, scope, deduplicationId, now);
      if (sent === undefined) {
        const { messageId, id } = store();
        sent = { messageId, sequence: sequenceNumber(id) };
        deduplication.add(queue.id, scope, deduplicationId, sent, now);
      }
      return { ...digests, messageId: sent.messageId, sequenceNumber: sent.sequence };
    });
  };
}
