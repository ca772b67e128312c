/** From what a runtime sends to what its caller gets (spec/execution-environment.md §1.3, §1.4, §1.6): one rule for HTTP and frames. */
import { MAX_RESPONSE_BYTES } from './protocolErrors.ts';
import { errorCategory, type RuntimeAnswer } from './runtimeStates.ts';

/** `POST …/response`. */
export interface ResponseMessage {
  readonly contentType: string | undefined;
  readonly streaming: boolean;
  readonly body: Buffer;
  /** Trailers of a stream that failed on its way. */
  readonly trailerErrorType?: string | undefined;
  /** base64 */
  readonly trailerErrorBody?: string | undefined;
}

/** `POST …/error` and `POST …/init/error`. */
export interface ErrorMessage {
  readonly contentType: string | undefined;
  readonly category: string | undefined;
  readonly body: Buffer;
}

export function answerOfResponse(message: ResponseMessage): RuntimeAnswer {
  if (message.trailerErrorType !== undefined || message.trailerErrorBody !== undefined) {
    return {
      payload: Buffer.from(message.trailerErrorBody ?? '', 'base64'),
      contentType: 'application/json',
      isError: true,
      errorType: errorCategory(message.trailerErrorType),
    };
  }
  return { payload: message.body, contentType: responseType(message), isError: false };
}

/** What a response is where it does not say so. */
export function responseType(message: Pick<ResponseMessage, 'contentType' | 'streaming'>): string {
  return message.contentType ?? (message.streaming ? 'application/octet-stream' : 'application/json');
}

export function answerOfError(message: ErrorMessage): RuntimeAnswer {
  const errorType = errorCategory(message.category);
  if (message.contentType === 'application/vnd.aws.lambda.error.cause+json') {
    return { ...withoutCause(message.body), isError: true, errorType };
  }
  return {
    payload: message.body,
    contentType: message.contentType ?? 'application/json',
    isError: true,
    errorType,
  };
}

export function answerOfInitError(message: ErrorMessage): RuntimeAnswer {
  return {
    payload: message.body,
    contentType: isJson(message.body) ? 'application/json' : 'application/octet-stream',
    isError: true,
    errorType: errorCategory(message.category),
  };
}

export function answerTooLarge(limit = MAX_RESPONSE_BYTES): RuntimeAnswer {
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${limit} bytes).`;
  const errorType = 'Function.ResponseSizeTooLarge';
  return {
    payload: Buffer.from(JSON.stringify({ errorMessage, errorType })),
    contentType: 'application/json',
    isError: true,
    errorType,
  };
}

/** A response mode that does not exist: the caller gets an error without a body (§1.4). */
export function answerInvalidMode(): RuntimeAnswer {
  return {
    payload: Buffer.alloc(0),
    contentType: 'application/octet-stream',
    isError: true,
    errorType: 'Runtime.InvalidResponseModeHeader',
  };
}

/** The body ended before its announced length. */
export function answerTruncated(): RuntimeAnswer {
  return {
    payload: Buffer.alloc(0),
    contentType: 'application/octet-stream',
    isError: true,
    errorType: 'Runtime.TruncatedResponse',
  };
}

/** The special content type carries the X-Ray cause beside the error: the caller gets the rest (§1.3). */
function withoutCause(body: Buffer): Pick<RuntimeAnswer, 'payload' | 'contentType'> {
  try {
    const parsed = JSON.parse(body.toString('utf8')) as unknown;
    if (typeof parsed !== 'object' || parsed === null) throw new TypeError('not an object');
    const { errorMessage, errorType, stackTrace } = parsed as Record<string, unknown>;
    return {
      payload: Buffer.from(JSON.stringify({ errorMessage, errorType, stackTrace })),
      contentType: 'application/json',
    };
  } catch {
    return { payload: Buffer.from('"Invalid error body"'), contentType: 'application/octet-stream' };
  }
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
