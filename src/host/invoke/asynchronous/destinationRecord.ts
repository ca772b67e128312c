/** What is told of an event's end: the record for destinations and the attributes of a dead letter (spec/lambda-service.md §7.3, §7.4). */
import type { MessageAttribute } from '../../delivery/deliveryTargets.ts';
import type { EventEnd } from './eventQueue.ts';
import { errorFacts } from './nextStep.ts';
import type { Outcome, QueuedEvent } from './queuedEvent.ts';

/** What the last attempt came to; of an event that is given up while it waits, the one before. */
interface Ending {
  /** Absent where nothing was tried. */
  readonly status?: number;
  readonly executedVersion?: string;
  readonly functionError?: 'Unhandled';
  readonly payload?: Buffer;
  readonly message?: string;
}

/** As C38 was recorded. */
const ZERO_RESERVED = 'Function not invoked. Function isconfigured with zero reserved concurrent executions';
const THROTTLED = 'Rate Exceeded.';

function endingOf(outcome: Outcome, { last }: QueuedEvent): Ending {
  switch (outcome.kind) {
    case 'success':
    case 'function-error': {
      const { executedVersion, payload } = outcome.answer;
      const isError = outcome.kind === 'function-error';
      return {
        status: 200,
        executedVersion,
        payload,
        ...(isError ? { functionError: 'Unhandled', ...errorFacts(payload) } : {}),
      };
    }
    case 'not-found':
      return { status: 404, message: outcome.message };
    case 'throttle':
    case 'system-error':
      return { status: outcome.status, message: outcome.message };
    case 'recursion':
      return { status: 400, message: outcome.message };
    case 'zero-reserved':
      return { message: ZERO_RESERVED };
    case 'expired':
      // On AWS an event that was never tried has waited for concurrency.
      return {
        status: last?.status ?? 429,
        message: last?.message ?? THROTTLED,
        ...(last?.executedVersion === undefined ? {} : { executedVersion: last.executedVersion }),
        ...(last?.kind === 'function-error' ? { functionError: 'Unhandled' } : {}),
      };
  }
}

/** JSON text; the event and the answer stand in it as they were, number for number. */
export function destinationRecord(end: EventEnd, functionArn: string): Buffer {
  const { event, payload, step, at } = end;
  const { status, executedVersion, functionError, payload: answer } = endingOf(end.outcome, event);
  const isReadable = answer === undefined || isJson(answer);
  const members: [string, string][] = [
    ['version', '"1.0"'],
    ['timestamp', JSON.stringify(new Date(at).toISOString())],
    [
      'requestContext',
      JSON.stringify({
        requestId: event.requestId,
        functionArn,
        condition: step.condition,
        // Also after retries (measured).
        approximateInvokeCount: step.condition === 'Success' ? 1 : step.attempts,
      }),
    ],
    ['requestPayload', payload.toString('utf8')],
  ];
  if (status !== undefined)
    members.push(['responseContext', JSON.stringify({ statusCode: status, executedVersion, functionError })]);
  if (answer !== undefined && isReadable) members.push(['responsePayload', answer.toString('utf8')]);
  if (!isReadable)
    members.push([
      'deliveryError',
      JSON.stringify({ statusCode: 400, errorCode: 'InvalidRequestContentException' }),
    ]);
  return Buffer.from(`{${members.map(([name, text]) => `"${name}":${text}`).join(',')}}`);
}

/** Bytes of the message that a dead letter carries. */
const MOST_MESSAGE_BYTES = 1_024;

export function deadLetterAttributes(end: EventEnd): Readonly<Record<string, MessageAttribute>> {
  const { status, message } = endingOf(end.outcome, end.event);
  // The way over bytes mends a character that the cut has halved.
  const text = Buffer.from(message ?? '')
    .subarray(0, MOST_MESSAGE_BYTES)
    .toString('utf8');
  return {
    RequestID: { type: 'String', value: end.event.requestId },
    ...(status === undefined ? {} : { ErrorCode: { type: 'Number', value: String(status) } }),
    // Queues take no empty attribute.
    ...(text === '' ? {} : { ErrorMessage: { type: 'String', value: text } }),
  };
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
