/**
 * What the gateway hands to a service, and what it wants back. One embedded service is one {@link Service}; the gateway
 * picks it by the credential scope of the signature (DESIGN.md, one endpoint).
 */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

export interface Caller {
  readonly accountId: string;
  readonly accessKeyId: string;
  /** `arn:aws:iam::000000000000:root` for the owner, an assumed-role ARN for an environment. */
  readonly arn: string;
  /** `environment`: keys that a handler was given; they may invoke, never change functions. */
  readonly kind: 'owner' | 'environment' | 'any';
  /** Function whose environment calls, for `kind: 'environment'`. */
  readonly functionName?: string;
  /** And that environment's id. */
  readonly environmentId?: string;
}

export interface ServiceRequest {
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** UUID; the gateway sends it as `x-amzn-RequestId`. */
  readonly requestId: string;
  readonly caller: Caller;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export interface ServiceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes or text as they go out; a function takes the response over and ends it itself (streams). */
  readonly body?: string | Uint8Array | ((response: ServerResponse) => void);
}

/** What helps to tell an ARN where a request names a resource by less. */
export interface PointedArns {
  /** Of the request's signature. */
  readonly region: string;
  /** All ARNs that the settings point elsewhere. */
  readonly arns: readonly string[];
}

export interface Service {
  /** Signature scope: `lambda`, `sts`, `lamplight`. */
  readonly scope: string;
  /** Largest body in bytes that is read before the service is asked; above it the answer is {@link tooLarge}'s. */
  readonly maxBodyBytes: number;
  /** A tighter limit for this request, known before its body is read. */
  bodyLimit?(request: Omit<ServiceRequest, 'body' | 'signal'>): number;
  /** ARN of the resource that a request is about, where it names one: the settings may point it at another endpoint. */
  arnOf?(request: Omit<ServiceRequest, 'signal'>, pointed: PointedArns): string | undefined;
  /** May throw an AwsError. */
  handle(request: ServiceRequest): Promise<ServiceResponse>;
  /** The service's own words for a body over {@link maxBodyBytes}. */
  tooLarge(request: Omit<ServiceRequest, 'body' | 'signal'>): Error;
}
