import { invalidValue } from '../errors.ts';
import type { SqsHost } from '../operation.ts';
import type { QueueAttributes } from '../queueAttributes.ts';
import { allowsSource } from '../redriveAllowPolicy.ts';
import { parseRedrivePolicy } from '../redrivePolicy.ts';

/** Throws where a redrive policy that is being set names a queue that is not there, of another kind, or that refuses. */
export function checkDeadLetterTarget(
  host: SqsHost,
  set: QueueAttributes,
  isFifo: boolean,
  sourceArn: string,
): void {
  const policy = set['RedrivePolicy'];
  if (policy === undefined || policy === '') return;
  const invalid = (reason: string): Error => invalidValue(policy, 'RedrivePolicy', reason);
  const { target } = parseRedrivePolicy(policy);
  // Recorded with both dots.
  if (target.resource.endsWith('.fifo') !== isFifo)
    throw invalid('Dead-letter queue must be same type of queue as the source..');
  const queue = host.queues.table.find(target.text);
  if (queue === undefined) throw invalid('Dead letter target does not exist.');
  if (!allowsSource(queue.attributes['RedriveAllowPolicy'], sourceArn))
    throw invalid("The dead-letter queue's redrive allow policy does not allow this source queue.");
}
