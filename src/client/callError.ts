/** How a call to the host can fail. */

/** The host answered with an error in AWS's shape. */
export class AwsCallError extends Error {
  /** `ResourceNotFoundException` */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(code: string, message: string, status: number, requestId: string | undefined) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }
}

/** Nobody answers at the endpoint: the host has stopped, or went away during the call. */
export class HostGoneError extends Error {
  readonly endpoint: string;
  /** The call may have reached it: what it asks for may have happened. False where nobody took the connection. */
  readonly sent: boolean;

  constructor(endpoint: string, cause: Error, sent: boolean) {
    super(
      sent
        ? `The Lamplight host at ${endpoint} went away during the call (${cause.message}).`
        : `The Lamplight host at ${endpoint} does not answer (${cause.message}).`,
      { cause },
    );
    this.name = 'HostGoneError';
    this.endpoint = endpoint;
    this.sent = sent;
  }
}
