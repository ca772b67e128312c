'use strict';
// awslambda.streamifyResponse: the stream that a handler writes to. It is sent whole when it ends; plain Invoke and this
// host's callers get it buffered (docs/fidelity.md).
const { Writable } = require('node:stream');
const { runtimeError } = require('./errors.cjs');

const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';

function createResponseStream({ connection, id, highWaterMark, generation }) {
  const chunks = [];
  let type = 'application/octet-stream';
  let started = false;
  let resolveFinished;
  const finished = new Promise(resolve => (resolveFinished = resolve));
  const send = trailers => {
    const header = { id, type, mode: 'streaming', ...trailers };
    connection.respond(header, Buffer.concat(chunks), resolveFinished);
  };
  const writable = new Writable({
    highWaterMark,
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
    final(done) {
      send();
      done();
    },
  });
  const write = writable.write.bind(writable);
  writable.setContentType = value => {
    if (started)
      throw runtimeError('InvalidStreamingOperation', 'Cannot set content-type, too late.', generation);
    type = value;
  };
  writable.write = (chunk, encoding, callback) => {
    const data = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk);
    if (!started && typeof writable._onBeforeFirstWrite === 'function')
      writable._onBeforeFirstWrite(part => write(part));
    started = true;
    return write(data, encoding, callback);
  };
  return {
    writable,
    finished,
    /** Ends the response with an error that its caller sees. */
    fail(body) {
      if (writable.writableEnded) return;
      writable.destroy();
      send({
        trailerErrorType: body.errorType,
        trailerErrorBody: Buffer.from(JSON.stringify(body)).toString('base64'),
      });
    },
  };
}

class HttpResponseStream {
  /** Status, headers and cookies go before the first byte, and eight zero bytes after them. */
  static from(stream, prelude) {
    stream.setContentType(PRELUDE_TYPE);
    const text = JSON.stringify(prelude);
    stream._onBeforeFirstWrite = write => {
      write(text);
      write(new Uint8Array(8));
    };
    return stream;
  }
}

module.exports = { createResponseStream, HttpResponseStream };
