/** Elastic Load Balancing: an Application Load Balancer with a Lambda target. */
import { arn } from './arn.ts';
import { hex, traceId } from './identifier.ts';
import type { JsonValue } from './json.ts';
import { account, choice, eventTime, region, text } from './parameter.ts';
import { lastValues, multiValues } from './queryString.ts';
import { defineSample } from './sampleEvent.ts';

const service = 'Application Load Balancer';
const docs = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html';

interface TargetRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly targetGroup: string;
  readonly region: string;
  readonly account: string;
  readonly time: Date;
}

const requestContext = (values: Pick<TargetRequest, 'targetGroup' | 'region' | 'account'>): JsonValue => ({
  elb: {
    targetGroupArn: arn(
      'elasticloadbalancing',
      values.region,
      values.account,
      `targetgroup/${values.targetGroup}/${hex(values.targetGroup, 16)}`,
    ),
  },
});

const requestHeaders = (values: TargetRequest): Record<string, string> => ({
  accept: 'application/json',
  ...(values.body !== '' && { 'content-type': 'application/json' }),
  host: `orders-${hex('load balancer', 8)}.${values.region}.elb.amazonaws.com`,
  'user-agent': 'curl/8.5.0',
  'x-amzn-trace-id': traceId('load balancer request', values.time),
  'x-forwarded-for': '203.0.113.10',
  'x-forwarded-port': '443',
  'x-forwarded-proto': 'https',
});

// A load balancer passes the query string on without decoding it.
const singleValueEvent = (values: TargetRequest): JsonValue => ({
  requestContext: requestContext(values),
  httpMethod: values.method,
  path: values.path,
  queryStringParameters: lastValues(values.query, false),
  headers: requestHeaders(values),
  body: values.body,
  isBase64Encoded: false,
});

const path = text('Path', '/orders/1001');
const query = text('Query string', 'status=open&tag=gift&tag=express');
const place = { targetGroup: text('Target group', 'orders'), region, account, time: eventTime };

export const loadBalancerSamples = [
  defineSample({
    id: 'alb/get',
    service,
    title: 'Request without a body',
    description: 'Single-value headers and parameters: of a repeated one, the last value is passed on.',
    docs,
    parameters: { method: choice('Method', ['GET', 'HEAD', 'DELETE']), path, query, ...place },
    event: values => singleValueEvent({ ...values, body: '' }),
  }),
  defineSample({
    id: 'alb/post',
    service,
    title: 'Request with a JSON body',
    description: 'The body is text for text/*, JSON, XML and JavaScript, and base64 for everything else.',
    docs,
    parameters: {
      method: choice('Method', ['POST', 'PUT', 'PATCH', 'DELETE']),
      path: text('Path', '/orders'),
      query: text('Query string', ''),
      body: text('Body', '{"sku":"LAMP-01","quantity":2}'),
      ...place,
    },
    event: singleValueEvent,
  }),
  defineSample({
    id: 'alb/multi-value',
    service,
    title: 'Request with multi-value headers',
    description: 'The target group has multi-value headers on: headers and parameters are lists.',
    docs: `${docs}#multi-value-headers`,
    parameters: {
      method: choice('Method', ['GET', 'HEAD', 'DELETE']),
      path,
      query,
      cookies: text('Cookies, separated by ;', 'session=abc123; theme=dark'),
      ...place,
    },
    event: values => {
      const headers = requestHeaders({ ...values, body: '' });
      return {
        requestContext: requestContext(values),
        httpMethod: values.method,
        path: values.path,
        multiValueQueryStringParameters: multiValues(values.query, false),
        multiValueHeaders: {
          ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
          cookie: values.cookies.split(/;\s*/),
        },
        body: '',
        isBase64Encoded: false,
      };
    },
  }),
  defineSample({
    id: 'alb/health-check',
    service,
    title: 'Health check',
    description: 'Sent by the load balancer itself where the target group has health checks on.',
    docs: `${docs}#enable-health-checks-lambda`,
    parameters: {
      path: text('Health check path', '/health'),
      targetGroup: place.targetGroup,
      region,
      account,
    },
    event: values => ({
      requestContext: requestContext(values),
      httpMethod: 'GET',
      path: values.path,
      queryStringParameters: {},
      headers: { 'user-agent': 'ELB-HealthChecker/2.0' },
      body: '',
      isBase64Encoded: false,
    }),
  }),
] as const;
