'use strict';
// The context object, and what an event's header sets besides it.

const { runtimeError } = require('./errors.cjs');

/** What the environment's variables say, read once: each read of `process.env` is a call into the operating system's. */
let environment;

function readEnvironment(generation) {
  const name = { functionName: process.env.AWS_LAMBDA_FUNCTION_NAME };
  const version = { functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION };
  return {
    // The clients differ in the order of the two, which a handler sees that logs its context.
    ...(generation >= 4 ? { ...name, ...version } : { ...version, ...name }),
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  };
}

/** Puts the environment's and the event's members on `context` (v3 brings its callbacks, v4 an empty object). */
function createContext(context, header, generation) {
  if (header.trace) process.env._X_AMZN_TRACE_ID = header.trace;
  else delete process.env._X_AMZN_TRACE_ID;
  const { deadline } = header;
  environment ??= readEnvironment(generation);
  const event = {
    clientContext: parse(header.client, generation, 'ClientContext', 'lambda-runtime-client-context'),
    identity: parse(header.cognito, generation, 'CognitoIdentity', 'lambda-runtime-cognito-identity'),
    invokedFunctionArn: header.arn,
    awsRequestId: header.id,
    tenantId: header.tenant,
    ...(generation >= 4 ? { xRayTraceId: header.trace } : {}),
    // A deadline is wall time (DESIGN.md rule 2), and what the user's code measures itself by too.
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  return generation >= 4
    ? Object.assign(context, event, environment)
    : Object.assign(context, environment, event);
}

function parse(text, generation, name, headerName) {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (generation < 4) throw new Error(`Cannot parse ${name} as json: ${error.toString()}`);
    throw runtimeError(
      'PlatformError',
      `Failed to parse ${headerName} as JSON: ${error.message}`,
      generation,
    );
  }
}

module.exports = { createContext };
