'use strict';
// The loop of AWS's v4 client (nodejs24.x and later): promises only, no listeners of its own on the process.
const { setRequest, logError } = require('./console.cjs');
const { errorBody, serialize } = require('./errors.cjs');

const KEYS = {
  REQUEST_ID: Symbol.for('_AWS_LAMBDA_REQUEST_ID'),
  X_RAY_TRACE_ID: Symbol.for('_AWS_LAMBDA_X_RAY_TRACE_ID'),
  TENANT_ID: Symbol.for('_AWS_LAMBDA_TENANT_ID'),
};
let store;

async function start({ connection, loadHandler, createContext }) {
  setRequest('-', undefined);
  defineInvokeStore();
  let loaded;
  connection.idle(true);
  try {
    loaded = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER, 4);
  } catch (error) {
    logError('Init Error', error);
    const body = errorBody(error, 4);
    // AWS's client lets Node print the error a second time when it ends: one record of it is enough.
    connection.failInit({ category: body.errorType }, JSON.stringify(body), () => process.exit(1));
    return;
  }
  const run = loaded.streaming ? runStreaming : runBuffered;
  for (;;) {
    const { header, text } = await connection.next();
    const context = createContext({}, header, 4);
    const event = JSON.parse(text);
    setRequest(header.id, header.tenant);
    store = { [KEYS.REQUEST_ID]: header.id, [KEYS.X_RAY_TRACE_ID]: header.trace };
    await run(connection, loaded, event, context);
  }
}

async function runBuffered(connection, { handler }, event, context) {
  const header = { id: context.awsRequestId };
  try {
    const result = await handler(event, context);
    await afterImmediates();
    connection.respond(header, serialize(result, 4));
  } catch (error) {
    await afterImmediates();
    logError('Invoke Error', error);
    connection.fail(header, JSON.stringify(errorBody(error, 4)));
  }
}

async function runStreaming(connection, { handler, highWaterMark }, event, context) {
  const { createResponseStream } = require('./responseStream.cjs');
  const stream = createResponseStream({ connection, id: context.awsRequestId, highWaterMark, generation: 4 });
  try {
    const running = handler(event, stream.writable, context);
    if (typeof running?.then !== 'function')
      throw new Error('Streaming does not support non-async handlers.');
    const result = await running;
    if (result !== undefined) console.warn('Streaming handlers ignore return values.');
    await stream.finished;
  } catch (error) {
    await afterImmediates();
    logError('Invoke Error', error);
    await stream.fail(errorBody(error, 4));
  }
}

/** What @aws/lambda-invoke-store and the libraries above it look for. */
function defineInvokeStore() {
  const off = process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA;
  if (off === '1' || off === 'true') return;
  const get = key => store?.[key];
  const isProtected = key => Object.values(KEYS).includes(key);
  const invokeStore = {
    getContext: () => store,
    hasContext: () => store !== undefined,
    get,
    set(key, value) {
      if (isProtected(key)) throw new Error(`Cannot modify protected Lambda context field: ${String(key)}`);
      store = store ?? {};
      store[key] = value;
    },
    run(context, run) {
      store = context;
      return run();
    },
    isProtectedKey: isProtected,
    getRequestId: () => get(KEYS.REQUEST_ID) ?? '-',
    getXRayTraceId: () => get(KEYS.X_RAY_TRACE_ID),
    getTenantId: () => get(KEYS.TENANT_ID),
  };
  globalThis.awslambda = { ...globalThis.awslambda, InvokeStore: invokeStore };
}

function afterImmediates() {
  return new Promise(resolve => setImmediate(resolve));
}

module.exports = { start };
