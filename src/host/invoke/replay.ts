/** Runs the event of a stored invocation again, on the code of today. */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../protocol/awsError.ts';
import type { InvocationRecord } from '../../protocol/model.ts';
import type { Replayed, ReplaySide } from '../../protocol/replay.ts';
import type { History } from './history.ts';
import type { InvokeRequest, InvokeResult } from './request.ts';

export interface ReplayOptions {
  readonly history: Pick<History, 'get'>;
  /** The one way in. */
  readonly invoke: (request: InvokeRequest) => Promise<InvokeResult>;
}

export interface ReplayQuery {
  /** Of an asynchronous event the last attempt, unless one is named. */
  readonly attempt?: number | undefined;
  /** What it is invoked as, where it isn't what it was then. */
  readonly qualifier?: string | undefined;
}

/**
 * An event that was asynchronous is called too: it is the answer that is compared. Rejects with what the call is refused
 * with, and where the event is unknown (404) or was too long to be kept (400).
 */
export async function replay(
  { history, invoke }: ReplayOptions,
  requestId: string,
  query: ReplayQuery,
): Promise<Replayed> {
  const then = history.get(requestId, query.attempt);
  if (then === undefined)
    throw new AwsError('ResourceNotFoundException', 404, `Invocation not found: ${requestId}`);
  if (then.cut?.includes('event') === true)
    throw new AwsError(
      'ValidationException',
      400,
      `The event of ${requestId} was too long for the history, which has its beginning only: it can't be sent again.`,
    );
  const qualifier = query.qualifier ?? then.qualifier;
  const again = randomUUID();
  await invoke({
    functionName: then.functionName,
    ...(qualifier === undefined ? {} : { qualifier }),
    payload: Buffer.from(then.event),
    type: 'RequestResponse',
    source: 'replay',
    requestId: again,
    parent: requestId,
    // Its log is of no use here, but its end is.
    tail: true,
    ...(then.clientContext === undefined ? {} : { clientContext: then.clientContext }),
    ...(then.tenantId === undefined ? {} : { tenantId: then.tenantId }),
  });
  const now = history.get(again);
  if (now === undefined)
    throw new AwsError(
      'ServiceException',
      500,
      `The replay of ${requestId} ran, but history can't be written.`,
    );
  return { then: side(then), now: side(now) };
}

function side(record: InvocationRecord): ReplaySide {
  const { event: _event, log: _log, clientContext: _context, ...rest } = record;
  return rest;
}
