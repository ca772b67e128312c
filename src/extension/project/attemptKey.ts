/** All attempts at an asynchronous event have one request id: what tells them apart in views and documents. */
import type { InvocationSummary } from '../../protocol/model.ts';

/** The request id itself for the first attempt, which most invocations are. */
export const attemptKey = ({
  requestId,
  attempt,
}: Pick<InvocationSummary, 'requestId' | 'attempt'>): string =>
  attempt === 1 ? requestId : `${requestId}~${attempt}`;

export function attemptOf(key: string): Pick<InvocationSummary, 'requestId' | 'attempt'> {
  const [requestId = '', attempt = '1'] = key.split('~');
  return { requestId, attempt: Number(attempt) };
}

/** An event that was put off is tried again as the same attempt: what comes of that takes the place of this. */
export const mayRunLater = ({ type, status }: Pick<InvocationSummary, 'type' | 'status'>): boolean =>
  type === 'Event' && status === 'throttled';
