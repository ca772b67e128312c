/** Amazon Bedrock Agents: action groups. */
import { alphanumeric, digits } from './identifier.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { choice, jsonObject, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

const service = 'Amazon Bedrock Agents';
const docs = 'https://docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html';

interface Action {
  readonly agent: string;
  readonly actionGroup: string;
  readonly inputText: string;
  readonly sessionAttributes: JsonObject;
}

const actionEvent = (action: Action, call: JsonObject): JsonObject => ({
  messageVersion: '1.0',
  agent: {
    name: action.agent,
    id: alphanumeric(`agent ${action.agent}`, 10).toUpperCase(),
    alias: 'TSTALIASID',
    version: 'DRAFT',
  },
  inputText: action.inputText,
  sessionId: digits(`session ${action.agent}`, 15),
  actionGroup: action.actionGroup,
  ...call,
  sessionAttributes: action.sessionAttributes,
  promptSessionAttributes: {},
});

function typeName(value: JsonValue): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'boolean') return 'boolean';
  return Array.isArray(value) ? 'array' : 'string';
}

/** Names with type and value; the agent gives every value as text. */
const parameterList = (values: JsonObject): readonly JsonObject[] =>
  Object.entries(values).map(([name, value]) => ({
    name,
    type: typeName(value),
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));

const action = {
  agent: text('Agent', 'orders-agent'),
  actionGroup: text('Action group', 'orders'),
  inputText: text('What the user said', 'Where is order 1001?'),
  sessionAttributes: jsonObject('Session attributes', {}),
};

export const bedrockSamples = [
  defineSample({
    id: 'bedrock/action-group-api',
    service,
    title: 'Action group with an API schema',
    description: 'The agent calls an operation of an OpenAPI schema.',
    docs,
    parameters: {
      ...action,
      method: choice('Method', ['GET', 'POST', 'PUT', 'DELETE']),
      path: text('API path', '/orders/{orderId}'),
      parameters: jsonObject('Parameters', { orderId: '1001' }),
      body: jsonObject('Properties of the request body', {}),
    },
    event: values =>
      actionEvent(values, {
        apiPath: values.path,
        httpMethod: values.method,
        parameters: parameterList(values.parameters),
        ...(Object.keys(values.body).length > 0 && {
          requestBody: { content: { 'application/json': { properties: parameterList(values.body) } } },
        }),
      }),
  }),
  defineSample({
    id: 'bedrock/action-group-function',
    service,
    title: 'Action group with function details',
    description: 'The agent calls one of the functions that the action group describes.',
    docs,
    parameters: {
      ...action,
      function: text('Function of the action group', 'getOrder'),
      parameters: jsonObject('Parameters', { orderId: '1001', includeLines: true }),
    },
    event: values =>
      actionEvent(values, {
        function: values.function,
        parameters: parameterList(values.parameters),
      }),
  }),
] as const;
