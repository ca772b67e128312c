/** Lambda function URLs: payload format 2.0 (spec/lambda-service.md §9.3). */
import { sessionArn } from './arn.ts';
import { hex, uuid } from './identifier.ts';
import { account, choice, eventTime, region, text } from './parameter.ts';
import type { RequestV2 } from './payloadV2.ts';
import { iamAuthorizer, proxyEventV2 } from './payloadV2.ts';
import { defineSample } from './sampleEvent.ts';

const service = 'AWS Lambda function URL';
const docs = 'https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html';

interface UrlRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly region: string;
  readonly time: Date;
}

function request(values: UrlRequest, accountId: string, more: Partial<RequestV2> = {}): RequestV2 {
  const urlId = hex('function url', 32);
  return {
    method: values.method,
    path: values.path,
    query: values.query,
    time: values.time,
    apiId: urlId,
    domainName: `${urlId}.lambda-url.${values.region}.on.aws`,
    requestId: uuid('function url request'),
    routeKey: '$default',
    accountId,
    ...more,
  };
}

const path = text('Path', '/orders/1001');
const query = text('Query string', 'status=open&tag=gift&tag=express');
const place = { region, time: eventTime };

export const functionUrlSamples = [
  defineSample({
    id: 'function-url/get',
    service,
    title: 'Request without a body, AuthType NONE',
    description: 'Anybody may call the URL: the account is "anonymous" and there is no authorizer.',
    docs,
    parameters: { method: choice('Method', ['GET', 'HEAD', 'DELETE']), path, query, ...place },
    event: values =>
      proxyEventV2(request(values, 'anonymous', { cookies: ['session=abc123', 'theme=dark'] })),
  }),
  defineSample({
    id: 'function-url/post',
    service,
    title: 'Request with a JSON body, AuthType NONE',
    description: 'The body is text for JSON, XML and text/*; other content types come in base64.',
    docs,
    parameters: {
      method: choice('Method', ['POST', 'PUT', 'PATCH', 'DELETE']),
      path: text('Path', '/orders'),
      query: text('Query string', ''),
      body: text('Body', '{"sku":"LAMP-01","quantity":2}'),
      ...place,
    },
    event: values =>
      proxyEventV2(
        request(values, 'anonymous', {
          body: values.body,
          headers: { 'content-type': 'application/json' },
        }),
      ),
  }),
  defineSample({
    id: 'function-url/iam',
    service,
    title: 'Signed request, AuthType AWS_IAM',
    description: 'The caller that signed the request stands in requestContext.authorizer.iam.',
    docs,
    parameters: {
      method: choice('Method', ['GET', 'HEAD', 'DELETE']),
      path,
      query,
      role: text('Role of the caller', 'orders-client'),
      account,
      ...place,
    },
    event: values => {
      const userArn = sessionArn(values.region, values.account, values.role, 'session');
      return proxyEventV2(
        request(values, values.account, { authorizer: iamAuthorizer(values.account, userArn) }),
      );
    },
  }),
] as const;
