/** Amazon API Gateway, HTTP APIs: payload format 2.0. */
import { arn, host, sessionArn } from './arn.ts';
import { alphanumeric } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { account, choice, eventTime, jsonObject, region, text } from './parameter.ts';
import type { RequestV2 } from './payloadV2.ts';
import { iamAuthorizer, proxyEventV2, requestPartV2 } from './payloadV2.ts';
import { defineSample } from './sampleEvent.ts';
import { epochSeconds } from './timeFormat.ts';

const service = 'Amazon API Gateway (HTTP)';
const guide = 'https://docs.aws.amazon.com/apigateway/latest/developerguide';

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly region: string;
  readonly account: string;
  readonly time: Date;
}

function request(values: HttpRequest, more: Partial<RequestV2> = {}): RequestV2 {
  const apiId = alphanumeric(`http api ${values.account}`, 10);
  return {
    method: values.method,
    path: values.path,
    query: values.query,
    time: values.time,
    apiId,
    domainName: `${apiId}.${host('execute-api', values.region)}`,
    requestId: `${alphanumeric('http request', 15)}=`,
    routeKey: `${values.method} /{proxy+}`,
    accountId: values.account,
    pathParameters: { proxy: values.path.replace(/^\//, '') },
    ...more,
  };
}

const path = text('Path', '/orders/1001');
const query = text('Query string', 'status=open&tag=gift&tag=express');
const place = { region, account, time: eventTime };
const get = { method: choice('Method', ['GET', 'HEAD', 'DELETE']), path, query, ...place };

const jwtClaims = (values: HttpRequest, subject: string): JsonObject => ({
  sub: subject,
  iss: `https://${host('cognito-idp', values.region)}/${values.region}_EXAMPLE01`,
  client_id: '1example23456789',
  token_use: 'access',
  scope: 'orders/read orders/write',
  iat: String(epochSeconds(values.time)),
  exp: String(epochSeconds(values.time) + 3_600),
});

export const apiGatewayHttpSamples = [
  defineSample({
    id: 'httpapi/get',
    service,
    title: 'Request without a body',
    description: 'Payload format 2.0: header names are in lower case, repeated values are joined by commas.',
    docs: `${guide}/http-api-develop-integrations-lambda.html`,
    parameters: get,
    event: values => proxyEventV2(request(values, { cookies: ['session=abc123', 'theme=dark'] })),
  }),
  defineSample({
    id: 'httpapi/post',
    service,
    title: 'Request with a JSON body',
    description: 'Payload format 2.0 with a body of text.',
    docs: `${guide}/http-api-develop-integrations-lambda.html`,
    parameters: {
      method: choice('Method', ['POST', 'PUT', 'PATCH', 'DELETE']),
      path: text('Path', '/orders'),
      query: text('Query string', ''),
      body: text('Body', '{"sku":"LAMP-01","quantity":2}'),
      ...place,
    },
    event: values =>
      proxyEventV2(request(values, { body: values.body, headers: { 'content-type': 'application/json' } })),
  }),
  defineSample({
    id: 'httpapi/binary',
    service,
    title: 'Request with a binary body',
    description: 'A body whose content type is not text comes in base64, with isBase64Encoded true.',
    docs: `${guide}/http-api-develop-integrations-lambda.html`,
    parameters: {
      method: choice('Method', ['PUT', 'POST']),
      path: text('Path', '/labels/1001'),
      query: text('Query string', ''),
      body: text('Body, before base64', '%PDF-1.7 a label'),
      ...place,
    },
    event: values =>
      proxyEventV2(
        request(values, {
          body: values.body,
          binary: true,
          headers: { 'content-type': 'application/octet-stream' },
        }),
      ),
  }),
  defineSample({
    id: 'httpapi/jwt',
    service,
    title: 'Request behind a JWT authorizer',
    description: "The token's claims stand in requestContext.authorizer.jwt, all of them as text.",
    docs: `${guide}/http-api-jwt-authorizer.html`,
    parameters: { subject: text('Subject', 'user-1001'), ...get },
    event: values =>
      proxyEventV2(
        request(values, {
          headers: { authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.signature' },
          authorizer: { jwt: { claims: jwtClaims(values, values.subject), scopes: ['orders/read'] } },
        }),
      ),
  }),
  defineSample({
    id: 'httpapi/iam',
    service,
    title: 'Request behind IAM authorization',
    description: 'The caller that signed the request stands in requestContext.authorizer.iam.',
    docs: `${guide}/http-api-access-control-iam.html`,
    parameters: { role: text('Role of the caller', 'orders-client'), ...get },
    event: values => {
      const userArn = sessionArn(values.region, values.account, values.role, 'session');
      return proxyEventV2(request(values, { authorizer: iamAuthorizer(values.account, userArn) }));
    },
  }),
  defineSample({
    id: 'httpapi/lambda-authorizer',
    service,
    title: 'Request behind a Lambda authorizer',
    description: "The authorizer's context stands in requestContext.authorizer.lambda.",
    docs: `${guide}/http-api-lambda-authorizer.html`,
    parameters: { context: jsonObject('Authorizer context', { tenant: 'north', plan: 'basic' }), ...get },
    event: values => proxyEventV2(request(values, { authorizer: { lambda: values.context } })),
  }),
  defineSample({
    id: 'httpapi/authorizer-request',
    service,
    title: 'Lambda authorizer, payload 2.0',
    description: 'Asks a function for a simple response or an IAM policy.',
    docs: `${guide}/http-api-lambda-authorizer.html`,
    parameters: { token: text('Authorization header', 'Bearer allow'), ...get },
    event: values => {
      const asked = request(values, { headers: { authorization: values.token } });
      const resource = `${asked.apiId}/$default/${values.method}${values.path}`;
      return {
        version: '2.0',
        type: 'REQUEST',
        routeArn: arn('execute-api', values.region, values.account, resource),
        identitySource: [values.token],
        ...requestPartV2(asked),
      };
    },
  }),
] as const;
