/** The HTTP transport of the Runtime API (spec/execution-environment.md §1.1 to §1.4): AWS's clients and custom runtimes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DEBUGGER_PATHS } from '../engine.ts';
import {
  answerInvalidMode,
  answerOfError,
  answerOfInitError,
  answerTooLarge,
  answerTruncated,
} from './answers.ts';
import { IncomingResponse } from './incomingResponse.ts';
import {
  invalidResponseMode,
  MAX_RESPONSE_BYTES,
  protocolErrorBody,
  responseTooLarge,
  truncatedRequest,
  type ProtocolError,
} from './protocolErrors.ts';
import {
  isProtocolError,
  type PendingAnswer,
  type RuntimeEvent,
  type RuntimeStates,
} from './runtimeStates.ts';

const INVOCATION = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

/** Answers one request of a runtime. */
export function serveHttp(request: IncomingMessage, response: ServerResponse, states: RuntimeStates): void {
  const { method } = request;
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const invocation = method === 'POST' ? INVOCATION.exec(path) : null;
  if (method === 'GET' && path === '/2018-06-01/runtime/invocation/next') {
    serveNext(response, states);
  } else if (invocation?.[2] === 'response') {
    serveResponse(request, response, states, invocation[1] ?? '');
  } else if (invocation?.[2] === 'error') {
    serveError(request, response, states, invocation[1] ?? '');
  } else if (method === 'POST' && path === '/2018-06-01/runtime/init/error') {
    takeBody(request, response, body => states.initError(answerOfInitError(errorMessage(request, body))));
  } else if (method === 'POST' && (path === DEBUGGER_PATHS.waiting || path === DEBUGGER_PATHS.attached)) {
    serveDebugger(request, response, states, path);
  } else if (method === 'GET' && path === '/ping') {
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end('pong');
  } else {
    // Restore without SnapStart, and everything unknown: 404 without a body.
    response.writeHead(404).end();
    request.resume();
  }
}

function serveNext(response: ServerResponse, states: RuntimeStates): void {
  const waiter = (event: RuntimeEvent): void => {
    response.writeHead(200, eventHeaders(event)).end(event.payload);
  };
  response.on('close', () => states.abandon(waiter));
  const refusal = states.next(waiter);
  if (refusal) refuse(response, refusal);
}

function eventHeaders(event: RuntimeEvent): Record<string, string | number> {
  return {
    'Content-Type': event.contentType,
    'Content-Length': event.payload.length,
    'Lambda-Runtime-Aws-Request-Id': event.requestId,
    'Lambda-Runtime-Deadline-Ms': event.deadlineMs,
    'Lambda-Runtime-Invoked-Function-Arn': event.invokedFunctionArn,
    ...(event.traceId ? { 'Lambda-Runtime-Trace-Id': event.traceId } : {}),
    ...(event.clientContext ? { 'Lambda-Runtime-Client-Context': headerText(event.clientContext) } : {}),
    ...(event.cognitoIdentity
      ? { 'Lambda-Runtime-Cognito-Identity': headerText(event.cognitoIdentity) }
      : {}),
    ...(event.tenantId ? { 'Lambda-Runtime-Aws-Tenant-Id': headerText(event.tenantId) } : {}),
  };
}

/**
 * Node writes header values as Latin-1; the clients read UTF-8, as AWS sends it. Control characters cannot stand in a
 * header: those of JSON that was printed over several lines mean nothing, so a blank takes their place.
 */
function headerText(value: string): string {
  return Buffer.from(value.replace(/\p{Cc}/gu, ' '), 'utf8').toString('latin1');
}

function serveResponse(
  request: IncomingMessage,
  response: ServerResponse,
  states: RuntimeStates,
  id: string,
): void {
  const pending = states.beginAnswer(id, 'InvocationResponse');
  if (isProtocolError(pending)) {
    refuse(response, pending);
    return;
  }
  const mode = header(request, 'lambda-runtime-function-response-mode');
  if (mode !== undefined && mode !== '' && mode !== 'streaming') {
    pending.abort(answerInvalidMode());
    refuse(response, invalidResponseMode);
    return;
  }
  const contentType = header(request, 'content-type');
  const streaming = mode === 'streaming';
  const incoming = new IncomingResponse(pending, { contentType, streaming }, () => request.resume());
  readBody(request, response, {
    take: chunk => incoming.take(chunk),
    complete: () =>
      incoming.finish({
        trailerErrorType: request.trailers['lambda-runtime-function-error-type'],
        trailerErrorBody: request.trailers['lambda-runtime-function-error-body'],
      }),
    truncated: () => incoming.truncate(),
  });
}

function serveError(
  request: IncomingMessage,
  response: ServerResponse,
  states: RuntimeStates,
  id: string,
): void {
  const pending = states.beginAnswer(id, 'InvocationErrorResponse');
  if (isProtocolError(pending)) refuse(response, pending);
  else
    takeBody(request, response, body => pending.finish(answerOfError(errorMessage(request, body))), pending);
}

/** Our own preload in a container tells the inspector's address here (DEBUGGING.md, Containers), then that one attached. */
function serveDebugger(
  request: IncomingMessage,
  response: ServerResponse,
  states: RuntimeStates,
  path: string,
): void {
  takeBody(request, response, body => {
    const waiting = path === DEBUGGER_PATHS.waiting;
    states.owner.debugger(waiting ? { state: 'waiting', url: body.toString('utf8') } : { state: 'attached' });
    return undefined;
  });
}

function errorMessage(request: IncomingMessage, body: Buffer) {
  return {
    contentType: header(request, 'content-type'),
    category: header(request, 'lambda-runtime-function-error-type'),
    body,
  };
}

function refuse(response: ServerResponse, error: ProtocolError): void {
  // The body of a refused request is still on its way: it is read past, so that the connection can go on.
  if (!response.req.readableEnded) response.req.resume();
  json(response, error.status, protocolErrorBody(error));
}

function json(response: ServerResponse, status: number, body: string): void {
  if (response.destroyed) return;
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
    .end(body);
}

/** Who takes a body; what it returns at its end is what the request is refused with. */
interface BodyTaker {
  /** False: no more until the request is resumed. */
  take(chunk: Buffer): boolean;
  complete(): ProtocolError | undefined;
  truncated(): ProtocolError;
}

/** Reads the body and answers: 202, or what its taker refuses it with. */
function readBody(request: IncomingMessage, response: ServerResponse, taker: BodyTaker): void {
  const answer = (refusal: ProtocolError | undefined): void => {
    if (refusal) refuse(response, refusal);
    else json(response, 202, '{"status":"OK"}\n');
  };
  const closed = (): void => {
    if (!request.complete) answer(taker.truncated());
  };
  request.on('data', (chunk: Buffer) => {
    if (!taker.take(chunk)) request.pause();
  });
  request.on('end', () => answer(taker.complete()));
  if (request.destroyed) closed();
  else request.on('close', closed);
}

/** Reads a body whole. No more is kept than a legal response has; what is over it is read past, so that the client sees the 413. */
function takeBody(
  request: IncomingMessage,
  response: ServerResponse,
  take: (body: Buffer) => ProtocolError | undefined,
  pending?: PendingAnswer,
): void {
  let chunks: Buffer[] = [];
  let length = 0;
  readBody(request, response, {
    take(chunk) {
      length += chunk.length;
      if (length <= MAX_RESPONSE_BYTES) chunks.push(chunk);
      else chunks = [];
      return true;
    },
    complete() {
      if (length > MAX_RESPONSE_BYTES) return pending?.finish(answerTooLarge()) ?? responseTooLarge;
      return take(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    },
    truncated: () => pending?.finish(answerTruncated()) ?? truncatedRequest,
  });
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
