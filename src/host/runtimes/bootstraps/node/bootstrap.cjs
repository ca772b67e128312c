'use strict';
// Lamplight's Node.js runtime: behaves as AWS's Node.js runtime interface client does, v3 for nodejs22.x and older, v4
// from nodejs24.x on. It is started with AWS_LAMBDA_RUNTIME_API alone or with a function's whole environment, connects,
// and loads nothing of the user's before it was told what it serves: so it can be started ahead.
const { connect } = require('./connection.cjs');

const connection = connect(process.env.AWS_LAMBDA_RUNTIME_API, assign);

// Loaded while the connection is being made.
const { patchConsole } = require('./console.cjs');
const { loadHandler, beforeImport } = require('./handler.cjs');
const { createContext } = require('./context.cjs');
const { watchTimers } = require('./timerPlaces.cjs');
require('./errors.cjs');

async function assign(assignment) {
  if (assignment.variables) adopt(assignment);
  patchConsole(assignment.generation);
  watchTimers();
  for (const folder of assignment.packages ?? []) require('./sdk.cjs').bringPackages(folder, beforeImport);
  if (assignment.sdk) require('./sdk.cjs').bringSdk(assignment.sdk, beforeImport);
  if (assignment.debug) await require('./debugger.cjs').waitForDebugger(connection);
  const run = assignment.generation >= 4 ? require('./current.cjs') : require('./classic.cjs');
  await run.start({ connection, loadHandler, createContext });
}

// A runtime that was started ahead becomes the function's: its environment, its folder, its search paths.
function adopt({ variables, directory }) {
  for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
  Object.assign(process.env, variables);
  if (directory) process.chdir(directory);
  require('node:module').Module._initPaths();
}
