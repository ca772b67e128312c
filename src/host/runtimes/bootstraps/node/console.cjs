'use strict';
// console.* as AWS's client writes it: text or JSON, with level and request id (spec/execution-environment.md §6.1).
const fs = require('node:fs');

const LEVELS = { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 };
const METHODS = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
};

const current = { requestId: undefined, tenantId: undefined };
let json = false;
let generation = 3;

/** Replaces the methods of `console`; format and level come from the function's environment. */
function patchConsole(clientGeneration) {
  generation = clientGeneration;
  json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';
  const lowest = LEVELS[process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()] ?? LEVELS.TRACE;
  for (const [method, level] of Object.entries(METHODS)) {
    console[method] =
      LEVELS[level] >= lowest || level === 'FATAL'
        ? (message, ...params) => log(level, message, params)
        : () => undefined;
  }
  console.log = console.info;
}

function setRequest(requestId, tenantId) {
  current.requestId = requestId;
  current.tenantId = tenantId;
}

/** `Invoke Error`, `Uncaught Exception`, `Init Error`: the error whole. */
function logError(title, error) {
  const { intoError, errorLogText } = require('./errors.cjs');
  const whole = intoError(error, generation);
  if (json) console.error(whole);
  else console.error(title, errorLogText(whole, generation));
}

function log(level, message, params) {
  // The handler's own process has no other clock, and its deadline is of wall time (DESIGN.md rule 2).
  const time = new Date().toISOString();
  writeRecord(json ? jsonRecord(time, level, message, params) : textRecord(time, level, message, params));
}

function textRecord(time, level, message, params) {
  const text = typeof message === 'string' && params.length === 0 ? message : format(message, ...params);
  return `${time}\t${current.requestId}\t${level}\t${text}\n`;
}

function jsonRecord(timestamp, level, message, params) {
  const record = { timestamp, level, requestId: current.requestId };
  if (current.tenantId != null) record.tenantId = current.tenantId;
  if (params.length === 0) {
    record.message = message;
    try {
      return `${JSON.stringify(record, errorsWhole)}\n`;
    } catch {
      record.message = format(message);
      return `${JSON.stringify(record)}\n`;
    }
  }
  record.message = format(message, ...params);
  const error = [message, ...params].find(param => param instanceof Error);
  if (error) {
    record.errorType = error.constructor?.name ?? 'UnknownError';
    record.errorMessage = error.message;
    record.stackTrace = typeof error.stack === 'string' ? error.stack.split('\n') : [];
  }
  return `${JSON.stringify(record)}\n`;
}

function errorsWhole(_key, value) {
  if (!(value instanceof Error)) return value;
  return Object.assign(
    {
      errorType: value.constructor?.name ?? 'UnknownError',
      errorMessage: value.message,
      stackTrace: typeof value.stack === 'string' ? value.stack.split('\n') : value.stack,
    },
    value,
  );
}

function format(...params) {
  return require('node:util').format(...params);
}

/**
 * One record on stdout, in order with everything else that is written there. Newlines inside it are sent as a byte that
 * never occurs in UTF-8, so that the host sees one record.
 */
function writeRecord(text) {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = bytes.indexOf(10); at >= 0 && at < bytes.length - 1; at = bytes.indexOf(10, at + 1))
    bytes[at] = 0xff;
  let written = 0;
  while (written < bytes.length) {
    try {
      written += fs.writeSync(1, bytes, written);
    } catch (error) {
      // The pipe is full and the user's code made it non-blocking: wait for the host to read.
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

module.exports = { patchConsole, setRequest, logError };
