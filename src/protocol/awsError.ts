/**
 * An error in AWS's own shape. Every room that refuses a request throws one; the service that answers writes it to the
 * wire (spec/lambda-service.md §1.1, §1.3).
 */
export class AwsError extends Error {
  /** `ResourceNotFoundException` */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** `User` for the caller's mistakes, `Service` for ours; some bodies carry none. */
  readonly type: 'User' | 'Service' | undefined;
  /** AWS spells the member either way, by exception. */
  readonly messageKey: 'message' | 'Message';
  /** Further members of the body, `Reason` of a throttle for one. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    options: {
      readonly type?: 'User' | 'Service' | undefined;
      readonly messageKey?: 'message' | 'Message';
      readonly members?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = code;
    this.code = code;
    this.status = status;
    this.type = 'type' in options ? options.type : status >= 500 ? 'Service' : 'User';
    this.messageKey = options.messageKey ?? 'message';
    this.members = options.members ?? {};
    this.headers = options.headers ?? {};
  }
}
