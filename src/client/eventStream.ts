/** One connection to the host's event stream. */
import { CONTROL_SERVICE, type HostEvent } from '../protocol/control.ts';
import { errorOf, type HostClient } from './hostClient.ts';

export interface StreamOptions {
  /** Names this client to the host; what it holds there (debug sessions) ends with its last stream. */
  readonly clientId: string;
  readonly signal: AbortSignal;
}

/**
 * The host's events, first a `snapshot`. Ends when the host ends the stream or goes away; throws AwsCallError where it
 * refuses, HostGoneError where nobody answers, and the signal's reason when aborted before the stream was open.
 */
export async function* eventStream(
  client: HostClient,
  options: StreamOptions,
): AsyncGenerator<HostEvent, void, undefined> {
  const response = await client.open(CONTROL_SERVICE, 'GET', '/lamplight/events', {
    query: { ClientId: options.clientId },
    signal: options.signal,
  });
  if ((response.statusCode ?? 0) >= 300) {
    const body = Buffer.concat((await response.toArray()) as Buffer[]);
    throw errorOf({ status: response.statusCode ?? 0, headers: response.headers, body });
  }
  response.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of response) {
      rest += chunk as string;
      let end: number;
      while ((end = rest.indexOf('\n')) >= 0) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 1);
        // Empty lines only keep the connection alive.
        if (line !== '') yield JSON.parse(line) as HostEvent;
      }
    }
  } catch (error) {
    // A stream that breaks has ended; anything else is a defect and goes up.
    if (error instanceof SyntaxError) throw error;
  }
}
