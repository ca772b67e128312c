/** The HTTP side of the Extensions API, `/2020-01-01/extension/…`, on the environment's listener (spec/execution-environment.md §2.1, §2.2). */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { protocolErrorBody, type ProtocolError } from '../runtimeApi/protocolErrors.ts';
import {
  emptyName,
  invalidFormat,
  invalidIdentifier,
  missingErrorType,
  missingIdentifier,
  unknownExtension,
} from './extensionErrors.ts';
import type { ExtensionStates } from './extensionStates.ts';
import { readRegistration } from './registration.ts';

import { serveTelemetry, telemetryApiOf, type Subscribe } from '../telemetry/telemetryRoutes.ts';

export const EXTENSION_PATH = '/2020-01-01/extension/';

/** What the answer to a registration tells. */
export interface FunctionFacts {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly handler: string;
  readonly accountId: string;
}

export interface ExtensionApi {
  readonly states: ExtensionStates;
  readonly facts: FunctionFacts;
  /** Telemetry API and Logs API. */
  readonly subscribe: Subscribe;
  /** False where the function's layers turn extensions off: all of it answers 404. */
  readonly enabled: boolean;
}

/** A registration is a few lines; an error has a stack trace at most. */
const MOST_BYTES = 1024 * 1024;

/** True where a request is an extension's: answered here. */
export function isExtensionCall(method: string | undefined, path: string): boolean {
  return path.startsWith(EXTENSION_PATH) || telemetryApiOf(method, path) !== undefined;
}

/** Answers one request of an extension. */
export function serveExtension(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  api: ExtensionApi | undefined,
): void {
  const telemetry = telemetryApiOf(request.method, path);
  if (telemetry !== undefined && api?.enabled === true) {
    serveTelemetry(request, response, telemetry, whoAsks(request, api.states), api.subscribe);
    return;
  }
  const call = `${request.method ?? ''} ${path.slice(EXTENSION_PATH.length)}`;
  if (api?.enabled !== true || !calls.has(call)) {
    request.resume();
    response.writeHead(404).end();
    return;
  }
  if (call === 'POST register') {
    serveRegister(request, response, api);
    return;
  }
  const id = identifierOf(request);
  if (typeof id !== 'string') refuse(request, response, id);
  else if (call === 'GET event/next') serveNext(request, response, api.states, id);
  else serveError(request, response, api.states, id, call === 'POST init/error');
}

const calls = new Set(['POST register', 'GET event/next', 'POST init/error', 'POST exit/error']);

/** What the header says in one of the forms that AWS reads, as it was handed out; or why it is refused. */
export function identifierOf(request: Pick<IncomingMessage, 'headers'>): string | ProtocolError {
  const text = header(request, 'lambda-extension-identifier');
  if (text === '') return missingIdentifier;
  const bare = text.replace(/^urn:uuid:/i, '').replace(/^\{(.*)\}$/, '$1');
  const parts = /^([0-9a-f]{8})(-?)([0-9a-f]{4})\2([0-9a-f]{4})\2([0-9a-f]{4})\2([0-9a-f]{12})$/i.exec(bare);
  if (!parts) return invalidIdentifier;
  return [parts[1], ...parts.slice(3)].join('-').toLowerCase();
}

function whoAsks(
  request: IncomingMessage,
  states: ExtensionStates,
): { readonly name: string } | ProtocolError {
  const id = identifierOf(request);
  return typeof id === 'string' ? (states.find(id) ?? unknownExtension(id)) : id;
}

function serveRegister(request: IncomingMessage, response: ServerResponse, api: ExtensionApi): void {
  const name = header(request, 'lambda-extension-name');
  if (name === '') {
    refuse(request, response, emptyName);
    return;
  }
  readBody(request, response, body => {
    const asked = readRegistration(body);
    if ('why' in asked) {
      refuse(request, response, invalidFormat(asked.why));
      return;
    }
    const known = api.states.register(name, asked.events);
    if ('status' in known) {
      refuse(request, response, known);
      return;
    }
    const features = header(request, 'lambda-extension-accept-feature').split(',');
    const { accountId, functionName, functionVersion, handler } = api.facts;
    json(
      response,
      200,
      `${JSON.stringify({
        ...(features.some(feature => feature.trim() === 'accountId') ? { accountId } : {}),
        functionName,
        functionVersion,
        handler,
      })}\n`,
      { 'Lambda-Extension-Identifier': known.id },
    );
  });
}

function serveNext(
  request: IncomingMessage,
  response: ServerResponse,
  states: ExtensionStates,
  id: string,
): void {
  const waiter = (event: string): void =>
    json(response, 200, event, { 'Lambda-Extension-Event-Identifier': randomUUID() });
  response.on('close', () => states.abandon(id, waiter));
  const refusal = states.next(id, waiter);
  if (refusal) refuse(request, response, refusal);
  else request.resume();
}

function serveError(
  request: IncomingMessage,
  response: ServerResponse,
  states: ExtensionStates,
  id: string,
  init: boolean,
): void {
  const errorType = header(request, 'lambda-extension-function-error-type');
  const refusal =
    errorType === ''
      ? missingErrorType
      : init
        ? states.initError(id, errorType)
        : states.exitError(id, errorType);
  if (refusal) refuse(request, response, refusal);
  // What the body says of the error nobody is shown on AWS either.
  else readBody(request, response, () => json(response, 202, '{"status":"OK"}\n'));
}

function refuse(request: IncomingMessage, response: ServerResponse, error: ProtocolError): void {
  if (!request.readableEnded) request.resume();
  json(response, error.status, protocolErrorBody(error));
}

function json(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed) return;
  response
    .writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      ...headers,
    })
    .end(body);
}

/** `take` gets no more than the first MiB. Nothing happens where the request breaks off. */
function readBody(request: IncomingMessage, response: ServerResponse, take: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    if (length < MOST_BYTES) chunks.push(chunk);
    length += chunk.length;
  });
  request.on('error', () => response.destroy());
  request.on('end', () => take(Buffer.concat(chunks)));
}

function header(request: Pick<IncomingMessage, 'headers'>, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
