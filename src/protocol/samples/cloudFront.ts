/** Amazon CloudFront: Lambda@Edge. */
import { token } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { choice, eventTime, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

const service = 'Amazon CloudFront (Lambda@Edge)';
const docs = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html';

interface Request {
  readonly method: string;
  readonly uri: string;
  readonly query: string;
  readonly distribution: string;
}

/** Header values by lower-case name, each with the spelling of the sender. */
const headers = (values: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key.toLowerCase(), [{ key, value }]]));

const event = (distribution: string, eventType: string, cf: JsonObject): JsonObject => ({
  Records: [
    {
      cf: {
        config: {
          distributionDomainName: 'd111111abcdef8.cloudfront.net',
          distributionId: distribution,
          eventType,
          requestId: token(`cloudfront ${eventType}`, 40),
        },
        ...cf,
      },
    },
  ],
});

const viewerRequest = (request: Request): JsonObject => ({
  clientIp: '203.0.113.10',
  headers: headers({
    Host: 'd111111abcdef8.cloudfront.net',
    'User-Agent': 'curl/8.5.0',
    Accept: '*/*',
  }),
  method: request.method,
  querystring: request.query,
  uri: request.uri,
});

const originRequest = (
  request: Request & { readonly bucket: string; readonly region: string },
): JsonObject => {
  const domainName = `${request.bucket}.s3.${request.region}.amazonaws.com`;
  return {
    clientIp: '203.0.113.10',
    headers: headers({
      'X-Forwarded-For': '203.0.113.10',
      'User-Agent': 'Amazon CloudFront',
      Via: '1.1 2afae0d44e2540f472c0635ab62c232b.cloudfront.net (CloudFront)',
      Host: domainName,
      'Cache-Control': 'no-cache',
    }),
    method: request.method,
    origin: {
      s3: {
        authMethod: 'none',
        customHeaders: headers({ 'X-Origin-Secret': 'EXAMPLE' }),
        domainName,
        path: '',
        region: '',
      },
    },
    querystring: request.query,
    uri: request.uri,
  };
};

const response = (at: Date, status: string): JsonObject => ({
  headers: headers({
    Date: at.toUTCString(),
    'Content-Type': 'text/html',
    'Content-Length': '9593',
    'Cache-Control': 'max-age=300',
    Server: 'AmazonS3',
  }),
  status,
  statusDescription: status === '200' ? 'OK' : 'Not Found',
});

const request = {
  method: choice('Method', ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']),
  uri: text('Path', '/orders/index.html'),
  query: text('Query string', 'lang=en'),
  distribution: text('Distribution', 'EDFDVBD6EXAMPLE'),
};
const origin = { ...request, bucket: text('Bucket of the origin', 'orders-site'), region };
const status = choice('Status', ['200', '404']);

export const cloudFrontSamples = [
  defineSample({
    id: 'cloudfront/viewer-request',
    service,
    title: 'Viewer request',
    description: 'Before CloudFront looks into its cache: answer the request, changed or not, or a response.',
    docs,
    parameters: request,
    event: values => event(values.distribution, 'viewer-request', { request: viewerRequest(values) }),
  }),
  defineSample({
    id: 'cloudfront/origin-request',
    service,
    title: 'Origin request',
    description: 'The object is not in the cache; the origin (here a bucket) can be changed.',
    docs,
    parameters: origin,
    event: values => event(values.distribution, 'origin-request', { request: originRequest(values) }),
  }),
  defineSample({
    id: 'cloudfront/origin-response',
    service,
    title: 'Origin response',
    description: 'The origin has answered; what the function answers is cached.',
    docs,
    parameters: { ...origin, status, time: eventTime },
    event: values =>
      event(values.distribution, 'origin-response', {
        request: originRequest(values),
        response: response(values.time, values.status),
      }),
  }),
  defineSample({
    id: 'cloudfront/viewer-response',
    service,
    title: 'Viewer response',
    description: 'Before the answer goes to the viewer, from the cache or not.',
    docs,
    parameters: { ...request, status, time: eventTime },
    event: values =>
      event(values.distribution, 'viewer-response', {
        request: viewerRequest(values),
        response: response(values.time, values.status),
      }),
  }),
] as const;
