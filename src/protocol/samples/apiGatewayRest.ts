/** Amazon API Gateway, REST APIs: payload format 1.0. */
import { arn, host } from './arn.ts';
import { alphanumeric, traceId, uuid } from './identifier.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { account, choice, eventTime, jsonObject, region, text } from './parameter.ts';
import { lastValues, multiValues } from './queryString.ts';
import { defineSample } from './sampleEvent.ts';
import { commonLog } from './timeFormat.ts';

const service = 'Amazon API Gateway (REST)';
const guide = 'https://docs.aws.amazon.com/apigateway/latest/developerguide';

interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly stage: string;
  readonly region: string;
  readonly account: string;
  readonly time: Date;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly authorizer?: JsonObject;
}

const apiId = (request: Pick<RestRequest, 'account'>): string =>
  alphanumeric(`rest api ${request.account}`, 10);

const domainName = (request: RestRequest): string =>
  `${apiId(request)}.${host('execute-api', request.region)}`;

/** Headers as API Gateway hands them on: in the spelling of the client and of CloudFront. */
const requestHeaders = (request: RestRequest): Record<string, string> => ({
  Accept: 'application/json',
  Host: domainName(request),
  'User-Agent': 'curl/8.5.0',
  'X-Amzn-Trace-Id': traceId('rest request', request.time),
  'X-Forwarded-For': '203.0.113.10',
  'X-Forwarded-Port': '443',
  'X-Forwarded-Proto': 'https',
  ...request.headers,
});

const requestContext = (request: RestRequest): JsonObject => ({
  accountId: request.account,
  apiId: apiId(request),
  ...(request.authorizer && { authorizer: request.authorizer }),
  deploymentId: alphanumeric('rest deployment', 6),
  domainName: domainName(request),
  domainPrefix: apiId(request),
  extendedRequestId: `${alphanumeric('rest extended request', 15)}=`,
  httpMethod: request.method,
  identity: {
    accessKey: null,
    accountId: null,
    caller: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: '203.0.113.10',
    user: null,
    userAgent: 'curl/8.5.0',
    userArn: null,
  },
  path: `/${request.stage}${request.path}`,
  protocol: 'HTTP/1.1',
  requestId: uuid('rest request'),
  requestTime: commonLog(request.time),
  requestTimeEpoch: request.time.getTime(),
  resourceId: alphanumeric('rest resource', 6),
  resourcePath: '/{proxy+}',
  stage: request.stage,
});

/** What proxy and authorizer events say alike of the request. */
function requestPart(request: RestRequest): JsonObject {
  const headers = requestHeaders(request);
  return {
    resource: '/{proxy+}',
    path: request.path,
    httpMethod: request.method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: request.query === '' ? null : lastValues(request.query),
    multiValueQueryStringParameters: request.query === '' ? null : multiValues(request.query),
    pathParameters: { proxy: request.path.replace(/^\//, '') },
    stageVariables: null,
    requestContext: requestContext(request),
  };
}

const proxyEvent = (request: RestRequest): JsonValue => ({
  ...requestPart(request),
  body: request.body ?? null,
  isBase64Encoded: false,
});

const methodArn = (request: Pick<RestRequest, 'account' | 'method' | 'path' | 'region' | 'stage'>): string =>
  arn(
    'execute-api',
    request.region,
    request.account,
    `${apiId(request)}/${request.stage}/${request.method}${request.path}`,
  );

const path = text('Path', '/orders/1001');
const query = text('Query string', 'status=open&tag=gift&tag=express');
const stage = text('Stage', 'prod');
const place = { stage, region, account, time: eventTime };

export const apiGatewayRestSamples = [
  defineSample({
    id: 'apigateway/proxy-get',
    service,
    title: 'Proxy request without a body',
    description: 'A request to a REST API with Lambda proxy integration; absent parts are null.',
    docs: `${guide}/set-up-lambda-proxy-integrations.html`,
    parameters: { method: choice('Method', ['GET', 'HEAD', 'DELETE', 'OPTIONS']), path, query, ...place },
    event: proxyEvent,
  }),
  defineSample({
    id: 'apigateway/proxy-post',
    service,
    title: 'Proxy request with a JSON body',
    description: 'The body reaches the function as text, whatever its content type.',
    docs: `${guide}/set-up-lambda-proxy-integrations.html`,
    parameters: {
      method: choice('Method', ['POST', 'PUT', 'PATCH', 'DELETE']),
      path: text('Path', '/orders'),
      query: text('Query string', ''),
      body: text('Body', '{"sku":"LAMP-01","quantity":2}'),
      ...place,
    },
    event: values => proxyEvent({ ...values, headers: { 'Content-Type': 'application/json' } }),
  }),
  defineSample({
    id: 'apigateway/proxy-cognito',
    service,
    title: 'Proxy request behind a Cognito authorizer',
    description: "The caller's claims stand in requestContext.authorizer.claims, all of them as text.",
    docs: `${guide}/apigateway-integrate-with-cognito.html`,
    parameters: {
      method: choice('Method', ['GET', 'DELETE']),
      path,
      query,
      username: text('User name', 'jane'),
      ...place,
    },
    event: values =>
      proxyEvent({
        ...values,
        headers: { Authorization: 'Bearer eyJraWQiOiJFWEFNUExFIn0.e30.signature' },
        authorizer: {
          claims: {
            sub: uuid(`user ${values.username}`),
            'cognito:username': values.username,
            email: `${values.username}@example.com`,
            email_verified: 'true',
            iss: `https://${host('cognito-idp', values.region)}/${values.region}_EXAMPLE01`,
            token_use: 'id',
          },
        },
      }),
  }),
  defineSample({
    id: 'apigateway/proxy-lambda-authorizer',
    service,
    title: 'Proxy request behind a Lambda authorizer',
    description: "The authorizer's principal and context stand in requestContext.authorizer.",
    docs: `${guide}/api-gateway-lambda-authorizer-output.html`,
    parameters: {
      method: choice('Method', ['GET', 'DELETE']),
      path,
      query,
      principalId: text('Principal id', 'user-1001'),
      context: jsonObject('Authorizer context', { tenant: 'north', plan: 'basic' }),
      ...place,
    },
    event: ({ principalId, context, ...request }) =>
      proxyEvent({
        ...request,
        headers: { Authorization: 'Bearer allow' },
        authorizer: { ...context, principalId, integrationLatency: 42 },
      }),
  }),
  defineSample({
    id: 'apigateway/authorizer-token',
    service,
    title: 'Lambda authorizer, TOKEN',
    description: 'Asks a function for an IAM policy, by a bearer token alone.',
    docs: `${guide}/api-gateway-lambda-authorizer-input.html`,
    parameters: {
      token: text('Authorization token', 'Bearer allow'),
      method: choice('Method', ['GET', 'POST', 'PUT', 'DELETE']),
      path,
      stage,
      region,
      account,
    },
    event: ({ token: authorizationToken, ...request }) => ({
      type: 'TOKEN',
      authorizationToken,
      methodArn: methodArn(request),
    }),
  }),
  defineSample({
    id: 'apigateway/authorizer-request',
    service,
    title: 'Lambda authorizer, REQUEST',
    description: 'Asks a function for an IAM policy, by headers, query string, stage variables and context.',
    docs: `${guide}/api-gateway-lambda-authorizer-input.html`,
    parameters: {
      token: text('Authorization header', 'Bearer allow'),
      method: choice('Method', ['GET', 'POST', 'PUT', 'DELETE']),
      path,
      query,
      ...place,
    },
    event: ({ token: authorization, ...values }) => {
      const request = { ...values, headers: { Authorization: authorization } };
      return { type: 'REQUEST', methodArn: methodArn(request), ...requestPart(request) };
    },
  }),
] as const;
