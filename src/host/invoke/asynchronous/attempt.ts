/** One attempt at an event, by the one way in, and what it came to. */
import { AwsError } from '../../../protocol/awsError.ts';
import { FAULT_HEADER } from '../../../protocol/faults.ts';
import type { InvocationCause } from '../../../protocol/model.ts';
import type { InvokeRequest, InvokeResult } from '../request.ts';
import type { Outcome, QueuedEvent } from './queuedEvent.ts';

export interface AttemptOptions {
  /** Resolves when the function has answered. */
  invoke(request: InvokeRequest): Promise<InvokeResult>;
  /** The function itself is there, whatever became of its version or alias. */
  isThere(functionName: string): boolean;
}

/**
 * Never rejects.
 * @param isDuplicate the event was delivered a moment ago, and is once more since a fault rule asks for it
 */
export async function attempt(
  event: QueuedEvent,
  payload: Buffer,
  options: AttemptOptions,
  isDuplicate = false,
): Promise<Outcome> {
  const { functionName, qualifier, origin } = event;
  const isMarked = origin.fault?.kind === 'duplicate' ? isDuplicate : event.attempts + event.echoes === 0;
  try {
    const result = await options.invoke({
      functionName,
      ...(qualifier === undefined ? {} : { qualifier }),
      payload,
      type: 'Event',
      source: origin.source,
      requestId: event.requestId,
      traceId: origin.traceId,
      ...(origin.tenantId === undefined ? {} : { tenantId: origin.tenantId }),
      ...(origin.parent === undefined ? {} : { parent: origin.parent }),
      attempt: event.attempts + event.echoes + 1,
      cause: isDuplicate ? 'duplicate' : causeOf(event),
      ...(origin.fault !== undefined && isMarked && { fault: origin.fault }),
    });
    return {
      kind: result.functionError === undefined ? 'success' : 'function-error',
      answer: {
        executedVersion: result.executedVersion ?? '$LATEST',
        payload: result.payload ?? Buffer.alloc(0),
        ...(result.heldMs === undefined ? {} : { heldMs: result.heldMs }),
        ...(result.onward === undefined ? {} : { traceId: result.onward }),
      },
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof AwsError)) return { kind: 'system-error', status: 500, message };
    const injected = FAULT_HEADER in error.headers ? { injected: true as const } : {};
    switch (error.code) {
      case 'ResourceNotFoundException': {
        const isAlias = qualifier !== undefined && qualifier !== '$LATEST' && !/^\d+$/.test(qualifier);
        return { kind: 'not-found', message, aliasGone: isAlias && options.isThere(functionName) };
      }
      case 'TooManyRequestsException':
        return { kind: 'throttle', status: 429, message, ...injected };
      case 'RecursiveInvocationException':
        return { kind: 'recursion', message };
      default:
        return { kind: 'system-error', status: error.status, message, ...injected };
    }
  }
}

function causeOf({ last }: QueuedEvent): InvocationCause {
  if (last === undefined) return 'call';
  return last.asked === true ? 'retry-now' : last.kind;
}
