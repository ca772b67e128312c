/** How a call to the host can fail. */
import type { FaultMark } from '../protocol/faults.ts';

/** The host answered with an error in AWS's shape. */
export class AwsCallError extends Error {
  /** `ResourceNotFoundException` */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  readonly requestId: string | undefined;
  /** The fault rule that made it. */
  readonly fault: FaultMark | undefined;

  constructor(
    code: string,
    message: string,
    status: number,
    requestId: string | undefined,
    fault?: FaultMark,
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.requestId = requestId;
    this.fault = fault;
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
