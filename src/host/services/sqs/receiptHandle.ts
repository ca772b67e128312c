/** Receipt handles: opaque to clients; which queue, which message, which of its receives. */
import { randomBytes } from 'node:crypto';
import { sqsError } from './errors.ts';
import type { Queue } from './queueTable.ts';

export interface Receipt {
  readonly id: number;
  /** As it is stored beside the message. */
  readonly secret: string;
}

export const newReceipt = (): string => randomBytes(48).toString('base64url');

export const writeReceiptHandle = (queue: Queue, { id, secret }: Receipt): string =>
  Buffer.from(`${queue.id}:${id}:${secret}`).toString('base64');

/** Throws ReceiptHandleIsInvalid for what this queue never gave out. */
export function readReceiptHandle(queue: Queue, handle: string): Receipt {
  const [, queueId, id, secret] =
    /^(\d{1,15}):(\d{1,15}):([\w-]{64})$/.exec(Buffer.from(handle, 'base64').toString('latin1')) ?? [];
  if (secret === undefined || Number(queueId) !== queue.id)
    throw sqsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  return { id: Number(id), secret };
}
