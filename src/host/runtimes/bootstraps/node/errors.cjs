'use strict';
// Errors as AWS's client reports them: names, key order and fall-backs (spec/execution-environment.md §6.1).
const DELETE = /\x7F/g;

/**
 * An error of the runtime's own: `Runtime.<name>`. v3 has that name on its classes, v4 on each error, where the log shows
 * it as one of its members; the classes' own names are in the JSON log.
 */
function runtimeError(name, message, generation) {
  if (generation < 4) return new classes[name](message);
  const error = new currentClasses[name](String(message));
  error.name = `Runtime.${name}`;
  return error;
}

function named(type, name) {
  Object.defineProperty(type, 'name', { value: name });
  return type;
}

function classicClass(name) {
  const type = named(class extends Error {}, name);
  type.prototype.name = `Runtime.${name}`;
  return type;
}

function currentClass(name) {
  return named(class extends Error {}, name);
}

class UnhandledPromiseRejection extends classicClass('UnhandledPromiseRejection') {
  constructor(reason, promise) {
    super(reason);
    this.reason = reason;
    this.promise = promise;
  }
}

const classes = {
  HandlerNotFound: classicClass('HandlerNotFound'),
  MalformedHandlerName: classicClass('MalformedHandlerName'),
  ImportModuleError: classicClass('ImportModuleError'),
  UserCodeSyntaxError: classicClass('UserCodeSyntaxError'),
  MalformedStreamingHandler: classicClass('MalformedStreamingHandler'),
  InvalidStreamingOperation: classicClass('InvalidStreamingOperation'),
};

const currentClasses = {
  HandlerNotFound: currentClass('HandlerNotFoundError'),
  MalformedHandlerName: currentClass('MalformedHandlerNameError'),
  ImportModuleError: currentClass('ImportModuleError'),
  UserCodeSyntaxError: currentClass('UserCodeSyntaxError'),
  MalformedStreamingHandler: currentClass('MalformedStreamingHandler'),
  InvalidStreamingOperation: currentClass('InvalidStreamingOperation'),
  CallbackHandlerDeprecated: currentClass('CallbackHandlerDeprecatedError'),
  JSONStringifyError: currentClass('JSONStringifyError'),
  PlatformError: currentClass('PlatformError'),
};

/** Has what an error has, whatever realm made it. */
function looksLikeError(value) {
  return (
    value &&
    typeof value.name === 'string' &&
    typeof value.message === 'string' &&
    typeof value.stack === 'string' &&
    value.name &&
    value.message &&
    value.stack
  );
}

/** The error's body: `errorType`, `errorMessage`, `trace`, in this order. */
function errorBody(error, generation) {
  try {
    return generation < 4 ? classicBody(error) : currentBody(error);
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
      ...(generation < 4 ? {} : { trace: [] }),
    };
  }
}

function classicBody(error) {
  if (!require('node:util').types.isNativeError(error) && !looksLikeError(error)) {
    return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
  }
  return {
    errorType: error.name?.replace(DELETE, '%7F'),
    errorMessage: error.message?.replace(DELETE, '%7F'),
    trace: error.stack.replace(DELETE, '%7F').split('\n'),
  };
}

function currentBody(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name?.replace(DELETE, '%7F'),
    errorMessage: error.message?.replace(DELETE, '%7F'),
    trace: error.stack?.replace(DELETE, '%7F').split('\n') || [],
  };
}

function intoError(error, generation) {
  if (error instanceof Error) return error;
  return new Error(generation < 4 ? error : String(error));
}

/** The text after `Invoke Error`: the error with all that it carries. */
function errorLogText(error, generation) {
  try {
    return `\t${JSON.stringify(error, (_key, value) => withOwnProperties(value))}`;
  } catch {
    return `\t${JSON.stringify(errorBody(error, generation))}`;
  }
}

function withOwnProperties(value) {
  if (!(value instanceof Error)) return value;
  const all = Object.assign({ errorType: value.name, errorMessage: value.message, code: value.code }, value);
  if (typeof value.stack === 'string') all.stack = value.stack.split('\n');
  return all;
}

/** A result as JSON. What JSON does not know at all (a function) is what the clients' native part refuses. */
function serialize(result, generation) {
  let text;
  try {
    text = JSON.stringify(result === undefined ? null : result);
  } catch {
    const message = 'Unable to stringify response body';
    throw generation < 4 ? new Error(message) : runtimeError('JSONStringifyError', message, generation);
  }
  if (text === undefined) throw new TypeError('Wrong arguments');
  return text;
}

module.exports = { runtimeError, UnhandledPromiseRejection, errorBody, intoError, errorLogText, serialize };
