/** AWS AppSync: direct Lambda resolvers and Lambda authorization. */
import { host } from './arn.ts';
import { alphanumeric, traceId, uuid } from './identifier.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { account, eventTime, integer, jsonObject, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { epochSeconds } from './timeFormat.ts';

const service = 'AWS AppSync';
const docs = 'https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference.html';

interface Resolution {
  readonly parentType: string;
  readonly field: string;
  readonly arguments: JsonObject;
  readonly selection: string;
  readonly username: string;
  readonly region: string;
  readonly time: Date;
  readonly source?: JsonObject;
}

function identity(resolution: Resolution): JsonObject {
  const issuer = `https://${host('cognito-idp', resolution.region)}/${resolution.region}_EXAMPLE01`;
  const sub = uuid(`user ${resolution.username}`);
  return {
    claims: {
      sub,
      iss: issuer,
      'cognito:username': resolution.username,
      token_use: 'access',
      auth_time: epochSeconds(resolution.time),
      iat: epochSeconds(resolution.time),
      exp: epochSeconds(resolution.time) + 3_600,
    },
    defaultAuthStrategy: 'ALLOW',
    groups: null,
    issuer,
    sourceIp: ['203.0.113.10'],
    sub,
    username: resolution.username,
  };
}

/** The whole context of a resolver, as a direct Lambda resolver passes it on. */
function resolverContext(resolution: Resolution): JsonObject {
  const fields = resolution.selection.split(/\s+/).filter(field => field !== '');
  return {
    arguments: resolution.arguments,
    identity: identity(resolution),
    source: resolution.source ?? null,
    request: {
      headers: {
        'content-type': 'application/json',
        host: `${alphanumeric('appsync host', 26)}.appsync-api.${resolution.region}.amazonaws.com`,
        'user-agent': 'curl/8.5.0',
        'x-amzn-trace-id': traceId('appsync request', resolution.time),
        'x-forwarded-for': '203.0.113.10, 198.51.100.7',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      domainName: null,
    },
    prev: null,
    info: {
      selectionSetList: fields,
      selectionSetGraphQL: `{\n${fields.map(field => `  ${field}\n`).join('')}}`,
      fieldName: resolution.field,
      parentTypeName: resolution.parentType,
      variables: {},
    },
    stash: {},
  };
}

const caller = {
  selection: text('Selected fields', 'id status total'),
  username: text('User name', 'jane'),
  region,
  time: eventTime,
};

const field = (parentType: string, name: string, given: JsonObject) => ({
  parentType: text('Parent type', parentType),
  field: text('Field', name),
  arguments: jsonObject('Arguments', given),
  ...caller,
});

const lines = (count: number): readonly JsonObject[] =>
  Array.from({ length: count }, (_, index) => ({ id: String(1001 + index) }));

export const appSyncSamples = [
  defineSample({
    id: 'appsync/query',
    service,
    title: 'Direct resolver, query',
    description: 'The resolver context of a query that a Cognito user sends; answer the value of the field.',
    docs,
    parameters: field('Query', 'getOrder', { id: '1001' }),
    event: values => resolverContext(values),
  }),
  defineSample({
    id: 'appsync/mutation',
    service,
    title: 'Direct resolver, mutation',
    description: 'The resolver context of a mutation that a Cognito user sends.',
    docs,
    parameters: field('Mutation', 'createOrder', { input: { sku: 'LAMP-01', quantity: 2 } }),
    event: values => resolverContext(values),
  }),
  defineSample({
    id: 'appsync/batch',
    service,
    title: 'Direct resolver, batch',
    description: 'Batching is on: the event is a list of contexts; answer a list of the same length.',
    docs: 'https://docs.aws.amazon.com/appsync/latest/devguide/tutorial-lambda-resolvers.html',
    parameters: {
      ...field('Order', 'shipments', {}),
      count: integer('Parents', 2, { minimum: 1, maximum: 2_000 }),
    },
    event: ({ count, ...values }): JsonValue =>
      lines(count).map(source => resolverContext({ ...values, source })),
  }),
  defineSample({
    id: 'appsync/authorizer',
    service,
    title: 'Lambda authorization',
    description: 'Answer isAuthorized, and resolverContext, deniedFields and ttlOverride if you like.',
    docs: 'https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-lambda-authorization',
    parameters: {
      token: text('Authorization token', 'allow'),
      query: text('GraphQL document', 'query GetOrder($id: ID!) { getOrder(id: $id) { id status } }'),
      operation: text('Operation', 'GetOrder'),
      variables: jsonObject('Variables', { id: '1001' }),
      account,
    },
    event: values => ({
      authorizationToken: values.token,
      requestContext: {
        apiId: alphanumeric('appsync api', 26),
        accountId: values.account,
        requestId: uuid(`appsync ${values.operation}`),
        queryString: values.query,
        operationName: values.operation,
        variables: values.variables,
      },
      requestHeaders: { authorization: values.token, host: 'api.example.com' },
    }),
  }),
] as const;
