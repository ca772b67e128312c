/**
 * Payload format 2.0, which HTTP APIs and function URLs share:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * What a request lacks is absent, not null (spec/lambda-service.md §9.3).
 */
import { base64, byteLength } from './encoding.ts';
import { traceId } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { joinedValues } from './queryString.ts';
import { commonLog } from './timeFormat.ts';

export interface RequestV2 {
  readonly method: string;
  /** As the client wrote it, with percent-encoding. */
  readonly path: string;
  readonly query: string;
  readonly time: Date;
  readonly apiId: string;
  readonly domainName: string;
  readonly requestId: string;
  /** `$default`, or method and path. */
  readonly routeKey: string;
  readonly accountId: string;
  readonly cookies?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly pathParameters?: JsonObject;
  readonly authorizer?: JsonObject;
  readonly body?: string;
  /** The body is passed on in base64: its content type is not one of text. */
  readonly binary?: boolean;
}

function requestHeaders(request: RequestV2): Record<string, string> {
  return {
    accept: 'application/json',
    'content-length': String(byteLength(request.body ?? '')),
    ...(request.cookies && { cookie: request.cookies.join('; ') }),
    host: request.domainName,
    'user-agent': 'curl/8.5.0',
    'x-amzn-trace-id': traceId(`request ${request.apiId}`, request.time),
    'x-forwarded-for': '203.0.113.10',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
    ...request.headers,
  };
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What proxy and authorizer events say alike of the request. */
export function requestPartV2(request: RequestV2): JsonObject {
  return {
    routeKey: request.routeKey,
    rawPath: request.path,
    rawQueryString: request.query,
    ...(request.cookies && { cookies: request.cookies }),
    headers: requestHeaders(request),
    ...(request.query !== '' && { queryStringParameters: joinedValues(request.query) }),
    requestContext: {
      accountId: request.accountId,
      apiId: request.apiId,
      ...(request.authorizer && { authorizer: request.authorizer }),
      domainName: request.domainName,
      domainPrefix: request.domainName.split('.')[0] ?? '',
      http: {
        method: request.method,
        path: decodedPath(request.path),
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.10',
        userAgent: 'curl/8.5.0',
      },
      requestId: request.requestId,
      routeKey: request.routeKey,
      stage: '$default',
      time: commonLog(request.time),
      timeEpoch: request.time.getTime(),
    },
    ...(request.pathParameters && { pathParameters: request.pathParameters }),
  };
}

/** The event of a proxied request. */
export const proxyEventV2 = (request: RequestV2): JsonObject => ({
  version: '2.0',
  ...requestPartV2(request),
  ...(request.body !== undefined && { body: request.binary ? base64(request.body) : request.body }),
  isBase64Encoded: request.binary ?? false,
});

/** `authorizer.iam` of a request that was signed by an assumed role. */
export const iamAuthorizer = (accountId: string, userArn: string): JsonObject => ({
  iam: {
    accessKey: 'ASIAIOSFODNN7EXAMPLE',
    accountId,
    callerId: 'AROAIOSFODNN7EXAMPLE:session',
    cognitoIdentity: null,
    principalOrgId: 'o-exampleorgid',
    userArn,
    userId: 'AROAIOSFODNN7EXAMPLE:session',
  },
});
