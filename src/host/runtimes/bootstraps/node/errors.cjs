'use strict';
// Errors as AWS's client reports them: names, key order and fall-backs (spec/execution-environment.md §6.1).
const DELETE = /\x7F/g;

/**
 * An error of the runtime's own. v3 has the name on its classes, v4 sets it afterwards: the first line of the stack, and
 * what the log shows of the error, differ by that.
 */
function runtimeError(name, message, generation) {
  if (generation < 4) return new classes[name](message);
  const error = new Error(String(message));
  error.name = `Runtime.${name}`;
  return error;
}

function errorClass(name) {
  const type = class extends Error {};
  type.prototype.name = `Runtime.${name}`;
  return type;
}

class UnhandledPromiseRejection extends errorClass('UnhandledPromiseRejection') {
  constructor(reason, promise) {
    super(reason);
    this.reason = reason;
    this.promise = promise;
  }
}

const classes = {
  HandlerNotFound: errorClass('HandlerNotFound'),
  MalformedHandlerName: errorClass('MalformedHandlerName'),
  ImportModuleError: errorClass('ImportModuleError'),
  UserCodeSyntaxError: errorClass('UserCodeSyntaxError'),
  MalformedStreamingHandler: errorClass('MalformedStreamingHandler'),
  InvalidStreamingOperation: errorClass('InvalidStreamingOperation'),
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
function errorBody(error) {
  try {
    if (require('node:util').types.isNativeError(error) || looksLikeError(error)) {
      return {
        errorType: error.name?.replace(DELETE, '%7F'),
        errorMessage: error.message?.replace(DELETE, '%7F'),
        trace: error.stack.replace(DELETE, '%7F').split('\n'),
      };
    }
    return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    };
  }
}

function intoError(error) {
  return error instanceof Error ? error : new Error(error);
}

/** The text after `Invoke Error`: the error with all that it carries. */
function errorLogText(error) {
  try {
    return `\t${JSON.stringify(error, (_key, value) => withOwnProperties(value))}`;
  } catch {
    return `\t${JSON.stringify(errorBody(error))}`;
  }
}

function withOwnProperties(value) {
  if (!(value instanceof Error)) return value;
  const all = Object.assign({ errorType: value.name, errorMessage: value.message, code: value.code }, value);
  if (typeof value.stack === 'string') all.stack = value.stack.split('\n');
  return all;
}

module.exports = { runtimeError, UnhandledPromiseRejection, errorBody, intoError, errorLogText };
