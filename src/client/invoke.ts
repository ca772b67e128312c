/** Invoke, as AWS's clients call it (spec/lambda-service.md §5). */
import type { IncomingHttpHeaders } from 'node:http';
import { BUILD_ERROR_HEADER, CLIENT_HEADER } from '../protocol/control.ts';
import { FAULT_HEADER, readMark, type FaultMark } from '../protocol/faults.ts';
import { encodeRfc3986 } from '../protocol/sigv4.ts';
import type { HostClient } from './hostClient.ts';

export type InvocationType = 'RequestResponse' | 'Event' | 'DryRun';

export interface InvokeOptions {
  /** Name or ARN. */
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  /** The event as it goes out; the host reads an empty one as `{}`. */
  readonly payload: Uint8Array;
  /** `RequestResponse` when absent. */
  readonly type?: InvocationType | undefined;
  /** Which of Lamplight's own clients asks; history names it. */
  readonly client?: 'editor' | 'cli';
  /** Ask for the end of the log; the answer then waits for the REPORT line. */
  readonly tail?: boolean | undefined;
  /** JSON text of `context.clientContext`. */
  readonly clientContext?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface InvokeAnswer {
  /** 200, 202 (`Event`) or 204 (`DryRun`). */
  readonly status: number;
  readonly payload: Buffer;
  /** `Unhandled` when the function failed; the payload then is its error. */
  readonly functionError?: string;
  /** Last 4,096 bytes of the invocation's log, where they were asked for. */
  readonly logTail?: string;
  readonly executedVersion?: string;
  /** The last good code ran: the newest does not build, and this is why (first line). */
  readonly buildError?: string;
  /** A fault rule made it what it is. */
  readonly fault?: FaultMark;
  readonly requestId: string;
}

/** Invokes a function. Rejects with AwsCallError where nothing was invoked (no such function, a bad event, a throttle). */
export async function invoke(client: HostClient, options: InvokeOptions): Promise<InvokeAnswer> {
  const type = options.type ?? 'RequestResponse';
  const { status, headers, body } = await client.send(
    'lambda',
    'POST',
    `/2015-03-31/functions/${encodeRfc3986(options.functionName)}/invocations`,
    {
      query: { Qualifier: options.qualifier },
      headers: {
        'x-amz-invocation-type': type,
        ...invocationHeaders({ ...options, tail: options.tail === true && type === 'RequestResponse' }),
      },
      body: options.payload,
      signal: options.signal,
    },
  );
  const functionError = text(headers, 'x-amz-function-error');
  const logResult = text(headers, 'x-amz-log-result');
  return {
    ...answerFacts(headers),
    status,
    payload: body,
    ...(functionError === undefined ? {} : { functionError }),
    ...(logResult === undefined ? {} : { logTail: Buffer.from(logResult, 'base64').toString() }),
  };
}

/** What is asked for beside the event, however the answer comes. */
export function invocationHeaders(
  options: Pick<InvokeOptions, 'client' | 'tail' | 'clientContext'>,
): Record<string, string> {
  return {
    ...(options.client === undefined ? {} : { [CLIENT_HEADER]: options.client }),
    ...(options.tail === true ? { 'x-amz-log-type': 'Tail' } : {}),
    ...(options.clientContext === undefined
      ? {}
      : { 'x-amz-client-context': Buffer.from(options.clientContext).toString('base64') }),
  };
}

/** What an answer's headers say, however it comes. */
export function answerFacts(
  headers: IncomingHttpHeaders,
): Pick<InvokeAnswer, 'executedVersion' | 'buildError' | 'fault' | 'requestId'> {
  const executedVersion = text(headers, 'x-amz-executed-version');
  const buildError = text(headers, BUILD_ERROR_HEADER);
  const fault = readMark(text(headers, FAULT_HEADER) ?? '');
  return {
    requestId: text(headers, 'x-amzn-requestid') ?? '',
    ...(executedVersion === undefined ? {} : { executedVersion }),
    ...(buildError === undefined ? {} : { buildError: decodeURIComponent(buildError) }),
    ...(fault === undefined ? {} : { fault }),
  };
}

function text(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
