/**
 * Who may do what with queues. The owner's account may do everything, a handler's keys too
 * (docs/decisions/0004-handlers-manage-queues-and-topics.md). Another account may do to a queue what the queue's policy allows it.
 */
import { evaluatePolicy } from '../../functions/policy/evaluatePolicy.ts';
import { parsePolicy } from '../../functions/policy/parsePolicy.ts';
import { RequestContext } from '../../functions/policy/requestContext.ts';
import type { Caller } from '../../gateway/service.ts';
import { sqsError } from './errors.ts';
import { queueAt, type SqsHost } from './operation.ts';
import type { Queue } from './queueTable.ts';

/** Batches have the permissions of the single operation. */
const actionOf = (operation: string): string => `sqs:${operation.replace(/Batch$/, '')}`;

/** Throws AccessDenied, QueueDoesNotExist, or UnsupportedOperation where another account wants queues of its own. */
export function authorize(
  host: SqsHost,
  caller: Caller,
  operation: string,
  queueUrl: string | undefined,
): void {
  if (caller.accountId === host.accountId) return;
  if (queueUrl === undefined)
    throw sqsError(
      'UnsupportedOperation',
      `${operation} for the account ${caller.accountId} is not supported by Lamplight: this host keeps the queues of ${host.accountId}. Name them by their URLs, or start with --account ${caller.accountId}.`,
    );
  const queue = queueAt(host, queueUrl);
  if (!allows(queue, caller, actionOf(operation)))
    throw sqsError(
      'AccessDeniedException',
      `User: ${caller.arn} is not authorized to perform: ${actionOf(operation).toLowerCase()} on resource: ${queue.arn} because no resource-based policy allows the ${actionOf(operation).toLowerCase()} action`,
    );
}

function allows(queue: Queue, caller: Caller, action: string): boolean {
  const text = queue.attributes['Policy'];
  if (text === undefined) return false;
  const decision = evaluatePolicy(parsePolicy(text, 'sqs'), {
    requester: { kind: 'aws', accountId: caller.accountId, arn: caller.arn },
    action,
    resource: queue.arn,
    context: new RequestContext({
      'aws:PrincipalArn': caller.arn,
      'aws:PrincipalAccount': caller.accountId,
      'aws:SecureTransport': 'false',
      'aws:SourceIp': '127.0.0.1',
    }),
  });
  return decision === 'allow';
}
