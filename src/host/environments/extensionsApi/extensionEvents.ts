/** What extensions get from `/event/next` (spec/execution-environment.md §2.1): keys in AWS's order. */

export type ExtensionEventType = 'INVOKE' | 'SHUTDOWN';

/** Why the processes of an environment end (§2.5). */
export type ShutdownReason = 'spindown' | 'timeout' | 'failure';

/** The event's payload is never sent to extensions. */
export interface InvokeFacts {
  /** Epoch milliseconds. */
  readonly deadlineMs: number;
  readonly requestId: string;
  readonly invokedFunctionArn: string;
  readonly traceId?: string;
}

export function invokeEvent(facts: InvokeFacts): string {
  const { deadlineMs, requestId, invokedFunctionArn, traceId } = facts;
  return JSON.stringify({
    eventType: 'INVOKE',
    deadlineMs,
    requestId,
    invokedFunctionArn,
    ...(traceId === undefined ? {} : { tracing: { type: 'X-Amzn-Trace-Id', value: traceId } }),
  });
}

/** `deadlineMs`: when what is left is killed, epoch milliseconds. */
export function shutdownEvent(reason: ShutdownReason, deadlineMs: number): string {
  return JSON.stringify({ eventType: 'SHUTDOWN', deadlineMs, shutdownReason: reason });
}
