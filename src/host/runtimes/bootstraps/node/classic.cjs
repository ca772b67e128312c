'use strict';
// The loop of AWS's v3 client (nodejs22.x and older): callbacks, the empty event loop, and what happens to a rejection
// that nobody handles.
const { setRequest, logError } = require('./console.cjs');
const { errorBody, serialize, UnhandledPromiseRejection } = require('./errors.cjs');

let connection;
let loaded;
let makeContext;
let onEmptyLoop = () => undefined;
let currentId;

async function start(parts) {
  ({ connection, createContext: makeContext } = parts);
  process.on('uncaughtException', error => {
    logError('Uncaught Exception', error);
    reportAndExit(error, 129);
  });
  process.on('unhandledRejection', (reason, promise) => {
    const error = new UnhandledPromiseRejection(reason, promise);
    logError('Unhandled Promise Rejection', error);
    reportAndExit(error, 128);
  });
  process.on('beforeExit', () => onEmptyLoop());
  // AWS's client reports a load that fails as an exception that nobody caught in its own start.
  let loading = true;
  // Nothing left to do while a module still waits: Node's own answer to an await that never ends.
  process.on('exit', code => {
    if (loading && code === 0) process.exitCode = 13;
  });
  connection.idle(true);
  try {
    loaded = await parts.loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER, 3);
  } catch (error) {
    logError('Uncaught Exception', error);
    reportAndExit(error, 129);
    return;
  }
  loading = false;
  // What fails at once after the load still belongs to the init phase.
  setImmediate(next);
}

function reportAndExit(error, code) {
  const body = errorBody(error, 3);
  const exit = () => process.exit(code);
  if (currentId === undefined) connection.failInit({ category: body.errorType }, JSON.stringify(body), exit);
  else connection.fail({ id: currentId }, JSON.stringify(body), exit);
}

/** Asks for the next event and runs it. */
function next() {
  connection.next().then(({ header, text }) => {
    currentId = header.id;
    setRequest(header.id, header.tenant);
    return loaded.streaming ? runStreaming(header, text) : runBuffered(header, text);
  });
}

function runBuffered(header, text) {
  const { callback, context, complete } = createCallbacks(header.id);
  // The callback was never called and nothing is left to do: the result is null.
  onEmptyLoop = () => {
    complete(null);
    next();
  };
  try {
    const event = JSON.parse(text);
    const result = loaded.handler(event, makeContext(context, header, 3), callback);
    if (result && typeof result.then === 'function') {
      result.then(context.succeed, context.fail).catch(context.fail);
    }
  } catch (error) {
    callback(error);
  }
}

function createCallbacks(id) {
  let completed = false;
  let finished = false;
  let waits = true;
  const complete = result => {
    if (completed) {
      console.error(
        'Invocation has already been reported as done. Cannot call complete more than once per invocation.',
      );
      return;
    }
    const body = serialize(result, 3);
    completed = true;
    connection.respond({ id }, body);
  };
  const fail = error => {
    logError('Invoke Error', error);
    connection.fail({ id }, JSON.stringify(errorBody(error, 3)));
    next();
  };
  const done = (error, result) => {
    onEmptyLoop = () => undefined;
    if (error !== undefined && error !== null) return fail(error);
    complete(result);
    next();
  };
  const callback = (error, result) => {
    onEmptyLoop = () => undefined;
    if (error !== undefined && error !== null) return fail(error);
    if (!waits) {
      complete(result);
      next();
      return;
    }
    onEmptyLoop = () => {
      onEmptyLoop = () => undefined;
      setImmediate(() => {
        complete(result);
        next();
      });
    };
  };
  const once =
    run =>
    (...parameters) => {
      if (finished) return;
      run(...parameters);
      finished = true;
    };
  const context = {
    get callbackWaitsForEmptyEventLoop() {
      return waits;
    },
    set callbackWaitsForEmptyEventLoop(value) {
      waits = value;
    },
    succeed: once(result => done(null, result)),
    fail: once(error => (error === undefined || error === null ? done('handled') : done(error, null))),
    done: once(done),
  };
  return { callback: once(callback), context, complete };
}

async function runStreaming(header, text) {
  const { createResponseStream } = require('./responseStream.cjs');
  const { highWaterMark } = loaded;
  const stream = createResponseStream({ connection, id: header.id, highWaterMark, generation: 3 });
  let waits = true;
  const context = makeContext(
    {
      get callbackWaitsForEmptyEventLoop() {
        return waits;
      },
      set callbackWaitsForEmptyEventLoop(value) {
        waits = value;
      },
    },
    header,
    3,
  );
  const scheduleNext = () => {
    onEmptyLoop = () => undefined;
    if (!waits) return next();
    onEmptyLoop = () => {
      onEmptyLoop = () => undefined;
      setImmediate(next);
    };
  };
  const fail = error => {
    logError('Invoke Error', error);
    stream.fail(errorBody(error, 3)).then(scheduleNext);
  };
  onEmptyLoop = next;
  try {
    const running = loaded.handler(JSON.parse(text), stream.writable, context);
    if (!running || typeof running.then !== 'function') {
      return fail('Streaming does not support non-async handlers.');
    }
    if ((await running) !== undefined) console.warn('Streaming handlers ignore return values.');
    await stream.finished;
    scheduleNext();
  } catch (error) {
    fail(error);
  }
}

module.exports = { start };
