/** Says that somebody does not get what was published, once for each reason. */
import type { UndeliveredDelivery } from './deliveries.ts';

/** Reasons that are remembered. */
const MOST = 1_000;

export function createUndeliveredNotices(
  tell: (message: string) => void,
): (what: UndeliveredDelivery) => void {
  const told = new Set<string>();
  return ({ topicArn, endpoint, error, isLast }) => {
    const message = `A notification of ${topicArn} could not be sent to ${endpoint}${isLast ? '' : ' yet'}: ${error}`;
    if (told.has(message)) return;
    if (told.size >= MOST) told.clear();
    told.add(message);
    tell(message);
  };
}
