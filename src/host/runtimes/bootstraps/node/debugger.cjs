'use strict';
// Opens the inspector when the environment is told to, on a free port that only the host learns, and waits before any of
// the user's code is loaded.
const inspector = require('node:inspector');

function waitForDebugger(connection) {
  inspector.open(0, '127.0.0.1');
  return new Promise(resolve => {
    connection.debugger({ state: 'waiting', url: inspector.url() }, () => {
      inspector.waitForDebugger();
      connection.debugger({ state: 'attached' }, resolve);
    });
  });
}

module.exports = { waitForDebugger };
