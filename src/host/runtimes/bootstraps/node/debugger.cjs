'use strict';
// Opens the inspector when the environment is told to, on a free port that only the host learns, and waits before any of
// the user's code is loaded.
const inspector = require('node:inspector');

async function waitForDebugger(connection) {
  inspector.open(0, '127.0.0.1');
  // No turn of the event loop between the news and the wait: a debugger that is there earlier would say "run" to nobody.
  if (!connection.debugger({ state: 'waiting', url: inspector.url() })) await connection.flushed();
  inspector.waitForDebugger();
  connection.debugger({ state: 'attached' });
}

module.exports = { waitForDebugger };
