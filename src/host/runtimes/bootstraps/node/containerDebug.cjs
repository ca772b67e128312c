'use strict';
// A preload for containers that start under the debugger. AWS's own client runs there, not our bootstrap: before it loads
// the handler, this opens the inspector, tells its URL to the environment's Runtime API and waits until a debugger has
// set its breakpoints. LAMPLIGHT_DEBUG holds {host, port, paths, nodeOptions?}.
const { isMainThread, Worker } = require('node:worker_threads');

// A package manager in front of the runtime (`npx aws-lambda-ric`) is not what somebody wants to debug: the process that
// it starts inherits the variables, and this.
const IN_FRONT = /[\\/](npm|npx|npm-cli\.js|npx-cli\.js|yarn|yarn\.js|pnpm|pnpm\.cjs|corepack|corepack\.js)$/;

if (isMainThread && process.env.LAMPLIGHT_DEBUG && !IN_FRONT.test(process.argv[1] ?? '')) waitForDebugger();

function waitForDebugger() {
  const { host, port, paths, nodeOptions } = JSON.parse(process.env.LAMPLIGHT_DEBUG);
  // Neither the handler nor the processes that it starts are to see any of this.
  delete process.env.LAMPLIGHT_DEBUG;
  if (nodeOptions === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = nodeOptions;

  const inspector = require('node:inspector');
  quietly(() => inspector.open(port, host));
  const api = process.env.AWS_LAMBDA_RUNTIME_API;
  // This thread is about to stand still: another one tells.
  const teller = new Worker(
    `const { url, body } = require('node:worker_threads').workerData;
     const request = require('node:http').request(url, { method: 'POST', agent: false });
     request.on('response', response => response.resume());
     request.end(body);`,
    {
      eval: true,
      env: {},
      execArgv: [],
      workerData: { url: `http://${api}${paths.waiting}`, body: inspector.url() },
    },
  );
  teller.on('error', error =>
    process.stderr.write(`Lamplight was not told of the debugger: ${error.message}\n`),
  );
  teller.unref();
  inspector.waitForDebugger();
  const attached = require('node:http').request(`http://${api}${paths.attached}`, {
    method: 'POST',
    agent: false,
  });
  attached.on('response', response => response.resume());
  attached.on('error', () => undefined);
  attached.end();
}

// Node warns of an inspector on a public address. In here it is the container's own, published on the host's loopback.
function quietly(run) {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    run();
  } finally {
    process.emitWarning = emitWarning;
  }
}
