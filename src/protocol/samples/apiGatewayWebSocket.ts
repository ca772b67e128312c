/** Amazon API Gateway, WebSocket APIs. */
import { arn, host } from './arn.ts';
import { alphanumeric, traceId } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { account, eventTime, integer, region, text } from './parameter.ts';
import { lastValues, multiValues } from './queryString.ts';
import { defineSample } from './sampleEvent.ts';
import { after, commonLog } from './timeFormat.ts';

const service = 'Amazon API Gateway (WebSocket)';
const guide = 'https://docs.aws.amazon.com/apigateway/latest/developerguide';

interface Connection {
  readonly connectionId: string;
  readonly stage: string;
  readonly region: string;
  readonly account: string;
  /** When the client connected; messages come later. */
  readonly time: Date;
}

const apiId = (connection: Connection): string => alphanumeric(`websocket api ${connection.account}`, 10);

const domainName = (connection: Connection): string =>
  `${apiId(connection)}.${host('execute-api', connection.region)}`;

function requestContext(connection: Connection, routeKey: string, eventType: string, at: Date): JsonObject {
  const requestId = `${alphanumeric(`websocket ${eventType} ${connection.connectionId}`, 15)}=`;
  return {
    routeKey,
    eventType,
    extendedRequestId: requestId,
    requestTime: commonLog(at),
    messageDirection: 'IN',
    stage: connection.stage,
    connectedAt: connection.time.getTime(),
    requestTimeEpoch: at.getTime(),
    identity: { sourceIp: '203.0.113.10', userAgent: 'websocat/1.13' },
    requestId,
    domainName: domainName(connection),
    connectionId: connection.connectionId,
    apiId: apiId(connection),
  };
}

function handshake(connection: Connection, query: string): JsonObject {
  const headers: Record<string, string> = {
    Host: domainName(connection),
    'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    'X-Amzn-Trace-Id': traceId('websocket handshake', connection.time),
    'X-Forwarded-For': '203.0.113.10',
    'X-Forwarded-Port': '443',
    'X-Forwarded-Proto': 'https',
  };
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ...(query !== '' && {
      queryStringParameters: lastValues(query),
      multiValueQueryStringParameters: multiValues(query),
    }),
  };
}

const connection = {
  connectionId: text('Connection id', 'TWegAcC4EowCHnA='),
  stage: text('Stage', 'prod'),
  region,
  account,
  time: eventTime,
};
const query = text('Query string', 'token=allow');

export const apiGatewayWebSocketSamples = [
  defineSample({
    id: 'websocket/connect',
    service,
    title: '$connect',
    description: 'A client opens a connection; an answer other than 2xx refuses it.',
    docs: `${guide}/apigateway-websocket-api-route-keys-connect-disconnect.html`,
    parameters: { query, ...connection },
    event: values => ({
      ...handshake(values, values.query),
      requestContext: requestContext(values, '$connect', 'CONNECT', values.time),
      isBase64Encoded: false,
    }),
  }),
  defineSample({
    id: 'websocket/message',
    service,
    title: 'Message',
    description:
      'A client sends a message; the route is what the route selection expression found, or $default.',
    docs: `${guide}/websocket-api-develop-routes.html`,
    parameters: {
      route: text('Route key', 'sendMessage'),
      body: text('Body', '{"action":"sendMessage","text":"Hello from a client"}'),
      ...connection,
    },
    event: values => ({
      requestContext: {
        ...requestContext(values, values.route, 'MESSAGE', after(values.time, 3_000)),
        messageId: alphanumeric(`websocket message ${values.body}`, 15),
      },
      body: values.body,
      isBase64Encoded: false,
    }),
  }),
  defineSample({
    id: 'websocket/disconnect',
    service,
    title: '$disconnect',
    description: 'The connection has been closed; the event is delivered on a best-effort basis.',
    docs: `${guide}/apigateway-websocket-api-route-keys-connect-disconnect.html`,
    parameters: {
      statusCode: integer('Close status code', 1001, { minimum: 1000, maximum: 4999 }),
      reason: text('Close reason', 'Going away'),
      ...connection,
    },
    event: values => {
      const headers: Record<string, string> = {
        Host: domainName(values),
        'x-api-key': '',
        'X-Forwarded-For': '',
        'x-restapi': '',
      };
      return {
        headers,
        multiValueHeaders: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, [value]]),
        ),
        requestContext: {
          ...requestContext(values, '$disconnect', 'DISCONNECT', after(values.time, 60_000)),
          disconnectStatusCode: values.statusCode,
          disconnectReason: values.reason,
        },
        isBase64Encoded: false,
      };
    },
  }),
  defineSample({
    id: 'websocket/authorizer-request',
    service,
    title: 'Lambda authorizer, REQUEST',
    description: 'Asks a function for an IAM policy when a client connects.',
    docs: `${guide}/apigateway-websocket-api-lambda-auth.html`,
    parameters: { query, ...connection },
    event: values => ({
      type: 'REQUEST',
      methodArn: arn(
        'execute-api',
        values.region,
        values.account,
        `${apiId(values)}/${values.stage}/$connect`,
      ),
      ...handshake(values, values.query),
      stageVariables: {},
      requestContext: requestContext(values, '$connect', 'CONNECT', values.time),
    }),
  }),
] as const;
