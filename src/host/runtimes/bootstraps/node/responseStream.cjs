'use strict';
// awslambda.streamifyResponse: the stream that a handler writes to. What it writes goes out at once; where its reader is
// slow the socket fills up, and with it this stream, so that a handler that minds `drain` waits.
const { Writable } = require('node:stream');
const { runtimeError } = require('./errors.cjs');

const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';

function createResponseStream({ connection, id, highWaterMark, generation }) {
  let type = 'application/octet-stream';
  let begun = false;
  let written = false;
  let over = false;
  let resolveFinished;
  let rejectFinished;
  const finished = new Promise((resolve, reject) => {
    resolveFinished = resolve;
    rejectFinished = reject;
  });
  // The handler may have failed before anybody waits for it.
  finished.catch(() => undefined);
  let trailers;
  const begin = () => {
    if (!begun) connection.beginStream({ id, type, mode: 'streaming' });
    begun = true;
  };
  const end = sent => {
    if (over) return;
    over = true;
    begin();
    connection.endStream(trailers, sent);
  };
  const writable = new Writable({
    highWaterMark,
    write(chunk, _encoding, done) {
      begin();
      connection.stream([chunk], done);
    },
    writev(parts, done) {
      begin();
      connection.stream(
        parts.map(part => part.chunk),
        done,
      );
    },
    final(done) {
      end(() => {
        resolveFinished();
        done();
      });
    },
    destroy(error, done) {
      // What AWS's client tells a handler that ends its stream by force, or whose source failed.
      if (!over) rejectFinished(error ?? Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      done(error);
    },
  });
  // It is the handler that fails, not the process.
  writable.on('error', error => rejectFinished(error));
  const write = writable.write.bind(writable);
  writable.setContentType = value => {
    if (written)
      throw runtimeError('InvalidStreamingOperation', 'Cannot set content-type, too late.', generation);
    type = value;
  };
  writable.write = (chunk, encoding, callback) => {
    const data = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk);
    if (!written && typeof writable._onBeforeFirstWrite === 'function')
      writable._onBeforeFirstWrite(part => write(part));
    written = true;
    return write(data, encoding, callback);
  };
  return {
    writable,
    finished,
    /** Ends the response with an error that its caller sees, after all that was written; resolves when that is said. */
    fail(body) {
      trailers = {
        trailerErrorType: body.errorType,
        trailerErrorBody: Buffer.from(JSON.stringify(body)).toString('base64'),
      };
      if (!writable.destroyed) writable.end();
      else end();
      return over && writable.destroyed ? Promise.resolve() : finished.catch(() => end());
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
