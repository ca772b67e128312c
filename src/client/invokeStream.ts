/** InvokeWithResponseStream, as AWS's clients call it (spec/lambda-service.md §5.5). */
import { encodeRfc3986 } from '../protocol/sigv4.ts';
import { AwsCallError } from './callError.ts';
import { eventMessages } from './eventMessages.ts';
import { errorOf, type HostClient } from './hostClient.ts';
import { answerFacts, invocationHeaders, type InvokeAnswer, type InvokeOptions } from './invoke.ts';

/**
 * Invokes a function and hands over its answer as it comes. Resolves when it has ended; the payload is empty then, or
 * the error that the function failed with. Rejects with AwsCallError where nothing was invoked, or Lambda itself failed.
 */
export async function invokeStream(
  client: HostClient,
  options: Omit<InvokeOptions, 'type'>,
  onChunk: (chunk: Buffer) => void,
): Promise<InvokeAnswer> {
  const path = `/2021-11-15/functions/${encodeRfc3986(options.functionName)}/response-streaming-invocations`;
  const response = await client.open('lambda', 'POST', path, {
    query: { Qualifier: options.qualifier },
    headers: invocationHeaders(options),
    body: options.payload,
    signal: options.signal,
  });
  const { statusCode: status = 0, headers } = response;
  if (status >= 300) {
    const body = Buffer.concat((await response.toArray()) as Buffer[]);
    throw errorOf({ status, headers, body });
  }
  const facts = answerFacts(headers);
  for await (const { headers: kind, payload } of eventMessages(response as AsyncIterable<Buffer>)) {
    const code = kind.get(':error-code');
    if (code !== undefined)
      throw new AwsCallError(code, kind.get(':error-message') ?? '', status, facts.requestId);
    if (kind.get(':event-type') === 'PayloadChunk') onChunk(payload);
    else if (kind.get(':event-type') === 'InvokeComplete') {
      const end = JSON.parse(payload.toString()) as Completion;
      return {
        ...facts,
        status,
        payload: Buffer.from(end.ErrorDetails ?? ''),
        ...(end.ErrorCode !== undefined && { functionError: end.ErrorCode }),
        ...(end.LogResult !== undefined && { logTail: Buffer.from(end.LogResult, 'base64').toString() }),
      };
    }
  }
  throw new Error(`The host ended the answer of ${options.functionName} before it was complete.`);
}

interface Completion {
  readonly ErrorCode?: string;
  readonly ErrorDetails?: string;
  readonly LogResult?: string;
}
