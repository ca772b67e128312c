/** The frames transport: one upgraded connection of one of our own bootstraps, in front of the state machine. */
import type { Duplex } from 'node:stream';
import type { DebuggerAddress } from '../../../protocol/control.ts';
import {
  answerOfError,
  answerOfInitError,
  answerOfResponse,
  answerInvalidMode,
  answerTooLarge,
} from './answers.ts';
import {
  encodeFrame,
  FrameDecoder,
  frameTypes,
  type AssignHeader,
  type EventHeader,
  type Frame,
  type ResultHeader,
} from './frames.ts';
import { IncomingResponse } from './incomingResponse.ts';
import {
  invalidResponseMode,
  MAX_RESPONSE_BYTES,
  responseTooLarge,
  type ProtocolError,
} from './protocolErrors.ts';
import {
  isProtocolError,
  type DebuggerNews,
  type PendingAnswer,
  type RuntimeEvent,
  type RuntimeStates,
} from './runtimeStates.ts';

const MOST_LEFT = 21;
/** Characters: the paths in them may be long. */
const LONGEST_LEFT = 1_000;
/** Characters of why a debugger can't be had. */
const LONGEST_REASON = 1_000;

export interface FrameConnection {
  /** Tells the runtime what it serves. */
  assign(header: AssignHeader): void;
  /** Tells a runtime that waits for it where its debugger is. */
  connectDebugger(address: DebuggerAddress): void;
  close(): void;
}

/** Serves `socket`, from which `head` was already read, and whose errors are the caller's. */
export function serveFrames(socket: Duplex, head: Buffer, states: RuntimeStates): FrameConnection {
  const waiter = (event: RuntimeEvent): void => {
    socket.write(encodeFrame(frameTypes.event, eventHeader(event), event.payload));
  };
  const refuse = (error: ProtocolError): void => {
    const { status, errorType, errorMessage } = error;
    socket.write(encodeFrame(frameTypes.result, { status, errorType, errorMessage } satisfies ResultHeader));
  };
  /** The streamed response that is coming; what comes of one that was refused counts for nothing. */
  let incoming: IncomingResponse | undefined;
  const handle = (frame: Frame): ProtocolError | undefined => {
    switch (frame.type) {
      case frameTypes.next:
        if (frame.header['looking'] === true) states.owner.looking();
        return states.next(waiter);
      case frameTypes.streamBegin: {
        const begun = beginResponse(frame, states);
        if (isProtocolError(begun)) return begun;
        const head = { contentType: text(frame, 'type'), streaming: true };
        incoming = new IncomingResponse(begun, head, () => socket.resume());
        return undefined;
      }
      case frameTypes.streamEnd: {
        const ended = incoming;
        incoming = undefined;
        return ended?.finish(trailers(frame));
      }
      default:
        return take(frame, states);
    }
  };
  const decoder = new FrameDecoder(
    MAX_RESPONSE_BYTES,
    frame => {
      const refusal = handle(frame);
      if (refusal) refuse(refusal);
      else if (frame.header['confirm'] === true) {
        socket.write(encodeFrame(frameTypes.result, { status: 202 } satisfies ResultHeader));
      }
    },
    part => {
      if (incoming?.take(part) === false) socket.pause();
    },
  );
  const push = (chunk: Buffer): void => {
    try {
      decoder.push(chunk);
    } catch {
      // It does not speak frames: nothing it says can be trusted from here on.
      socket.destroy();
    }
  };
  socket.on('data', push);
  socket.on('close', () => states.abandon(waiter));
  if (head.length > 0) push(head);
  return {
    assign: header => socket.write(encodeFrame(frameTypes.assign, header)),
    connectDebugger: address => socket.write(encodeFrame(frameTypes.connectDebugger, address)),
    close: () => socket.destroy(),
  };
}

function take(frame: Frame, states: RuntimeStates): ProtocolError | undefined {
  switch (frame.type) {
    case frameTypes.response:
      return takeResponse(frame, states);
    case frameTypes.error: {
      const pending = states.beginAnswer(text(frame, 'id') ?? '', 'InvocationErrorResponse');
      if (isProtocolError(pending)) return pending;
      if (frame.body === undefined) return pending.finish(answerTooLarge()) ?? responseTooLarge;
      return pending.finish(answerOfError(errorMessage(frame, frame.body)));
    }
    case frameTypes.initError:
      return states.initError(answerOfInitError(errorMessage(frame, frame.body ?? Buffer.alloc(0))));
    case frameTypes.debugger:
      states.owner.debugger(debuggerNews(frame));
      return undefined;
    case frameTypes.left:
      states.owner.leftBehind(leftBehind(frame));
      return undefined;
    default:
      throw new Error(`Unknown frame type ${frame.type}`);
  }
}

function beginResponse(frame: Frame, states: RuntimeStates): PendingAnswer | ProtocolError {
  const pending = states.beginAnswer(text(frame, 'id') ?? '', 'InvocationResponse');
  if (isProtocolError(pending)) return pending;
  const mode = text(frame, 'mode');
  if (mode === undefined || mode === 'streaming') return pending;
  pending.abort(answerInvalidMode());
  return invalidResponseMode;
}

function takeResponse(frame: Frame, states: RuntimeStates): ProtocolError | undefined {
  const pending = beginResponse(frame, states);
  if (isProtocolError(pending)) return pending;
  if (frame.body === undefined) return pending.finish(answerTooLarge()) ?? responseTooLarge;
  return pending.finish(
    answerOfResponse({
      contentType: text(frame, 'type'),
      streaming: text(frame, 'mode') === 'streaming',
      body: frame.body,
      ...trailers(frame),
    }),
  );
}

function trailers(frame: Frame) {
  return {
    trailerErrorType: text(frame, 'trailerErrorType'),
    trailerErrorBody: text(frame, 'trailerErrorBody'),
  };
}

function errorMessage(frame: Frame, body: Buffer) {
  return { contentType: text(frame, 'type'), category: text(frame, 'category'), body };
}

function debuggerNews(frame: Frame): DebuggerNews {
  const [state, url, debugpy] = [text(frame, 'state'), text(frame, 'url'), text(frame, 'debugpy')];
  if (state === 'failed') return { state, reason: (text(frame, 'reason') ?? '').slice(0, LONGEST_REASON) };
  if (state !== 'waiting') return { state: 'attached' };
  if (url !== undefined) return { state, url };
  return { state, ...(debugpy === undefined ? {} : { debugpy }) };
}

function leftBehind(frame: Frame): readonly string[] {
  const left = frame.header['left'];
  if (!Array.isArray(left)) return [];
  // The function's process wrote it: no more than our bootstraps would.
  const texts = left.filter(each => typeof each === 'string').slice(0, MOST_LEFT);
  return texts.map(each => each.slice(0, LONGEST_LEFT));
}

function text(frame: Frame, key: string): string | undefined {
  const value = frame.header[key];
  return typeof value === 'string' ? value : undefined;
}

function eventHeader(event: RuntimeEvent): EventHeader {
  return {
    id: event.requestId,
    deadline: event.deadlineMs,
    arn: event.invokedFunctionArn,
    ...(event.traceId === undefined ? {} : { trace: event.traceId }),
    ...(event.clientContext === undefined ? {} : { client: event.clientContext }),
    ...(event.cognitoIdentity === undefined ? {} : { cognito: event.cognitoIdentity }),
    ...(event.tenantId === undefined ? {} : { tenant: event.tenantId }),
    ...(event.contentType === 'application/json' ? {} : { type: event.contentType }),
  };
}
