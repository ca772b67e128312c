/** What the Runtime API answers to a runtime that breaks its rules (spec/execution-environment.md §1.4). */

/** Largest response of a function: 6 MiB + 100 bytes (§1.7). */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** Largest streamed response: 200 MiB (spec/lambda-service.md §5.5). */
export const MAX_STREAMED_BYTES = 209_715_200;

export interface ProtocolError {
  readonly status: 400 | 403 | 404 | 413 | 500;
  readonly errorType: string;
  readonly errorMessage: string;
}

export const invalidRequestId: ProtocolError = {
  status: 400,
  errorType: 'InvalidRequestID',
  errorMessage: 'Invalid request ID',
};

export const invalidResponseMode: ProtocolError = {
  status: 400,
  errorType: 'InvalidFunctionResponseMode',
  errorMessage: 'Invalid function response mode',
};

export const truncatedRequest: ProtocolError = {
  status: 400,
  errorType: 'TruncatedHTTPRequest',
  errorMessage: 'HTTP request detected as truncated',
};

export const responseTooLarge: ProtocolError = tooLarge(MAX_RESPONSE_BYTES);
export const streamTooLarge: ProtocolError = tooLarge(MAX_STREAMED_BYTES);

function tooLarge(limit: number): ProtocolError {
  return {
    status: 413,
    errorType: 'RequestEntityTooLarge',
    errorMessage: `Exceeded maximum allowed payload size (${limit} bytes).`,
  };
}

/** A call that the state does not allow; the names of states are those of AWS's own state machine (§1.5). */
export function invalidTransition(from: string, to: string): ProtocolError {
  return {
    status: 403,
    errorType: 'InvalidStateTransition',
    errorMessage: `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
  };
}

/** The JSON body: keys in AWS's order, and the newline that its encoder adds. */
export function protocolErrorBody(error: ProtocolError): string {
  return `${JSON.stringify({ errorMessage: error.errorMessage, errorType: error.errorType })}\n`;
}
