/** The HTTP side of the Telemetry API and the Logs API, on the environment's listener (spec/execution-environment.md §3.1). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { protocolErrorBody, type ProtocolError } from '../runtimeApi/protocolErrors.ts';
import type { TelemetryApiName } from './subscription.ts';

/** A subscription is a few lines. */
const MOST_BYTES = 64 * 1024;

/** Undefined: the extension of this name is subscribed. */
export type Subscribe = (api: TelemetryApiName, name: string, body: Buffer) => ProtocolError | undefined;

/** Which of the two APIs a request asks; undefined where it is none of theirs. */
export function telemetryApiOf(method: string | undefined, path: string): TelemetryApiName | undefined {
  if (method !== 'PUT') return undefined;
  if (path === '/2022-07-01/telemetry') return 'telemetry';
  return path === '/2020-08-15/logs' ? 'logs' : undefined;
}

/** Answers one subscription. `who`: the extension that the request says it is from, or why it is refused. */
export function serveTelemetry(
  request: IncomingMessage,
  response: ServerResponse,
  api: TelemetryApiName,
  who: { readonly name: string } | ProtocolError,
  subscribe: Subscribe,
): void {
  if ('status' in who) {
    refuse(request, response, who);
    return;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MOST_BYTES) chunks.push(chunk);
  });
  request.on('error', () => response.destroy());
  request.on('end', () => {
    const refusal = subscribe(api, who.name, length > MOST_BYTES ? Buffer.alloc(0) : Buffer.concat(chunks));
    if (refusal) refuse(request, response, refusal);
    else json(response, 200, '"OK"');
  });
}

function refuse(request: IncomingMessage, response: ServerResponse, error: ProtocolError): void {
  if (!request.readableEnded) request.resume();
  const { status, errorType, errorMessage } = error;
  // AWS writes what is wrong with a subscription the other way round.
  json(
    response,
    status,
    status === 400 ? JSON.stringify({ errorType, errorMessage }) : protocolErrorBody(error),
  );
}

function json(response: ServerResponse, status: number, body: string): void {
  if (response.destroyed) return;
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
    .end(body);
}
