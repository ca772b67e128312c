/** A message as it is stored. */
import type { MessageAttributes } from './messageAttributes.ts';

export interface MessageDetails {
  readonly attributes: MessageAttributes;
  readonly md5OfBody: string;
  readonly md5OfAttributes?: string;
  /** X-Ray's trace header, the only system attribute that a sender can give. */
  readonly traceHeader?: string;
  readonly senderId: string;
  /** The queue that it came from to a dead-letter queue. */
  readonly deadLetterSource?: string;
}

export interface StoredMessage {
  /** Order of arrival in its queue. */
  readonly id: number;
  readonly queueId: number;
  readonly messageId: string;
  readonly body: string;
  readonly details: MessageDetails;
  /** All times in epoch milliseconds, service time. */
  readonly sentAt: number;
  /** From when on it is retained. */
  readonly keptFrom: number;
  readonly visibleAt: number;
  /** How often it was received. */
  readonly receives: number;
  readonly firstReceived: number | undefined;
  readonly lastReceived: number | undefined;
  /** Known to whoever received it last. */
  readonly receipt: string | undefined;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
}

/** 20 digits, as AWS's, larger for what came later. */
export const sequenceNumber = (id: number): string => String(18_870_000_000_000_000_000n + BigInt(id) * 256n);
