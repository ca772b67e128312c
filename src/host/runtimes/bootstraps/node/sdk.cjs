'use strict';
// AWS's runtimes bring its SDK, and packages may lie where Lamplight has installed them for the function. `require` finds
// both by NODE_PATH, which `import` does not read: for ES modules what the project lacks is resolved from there.
const nodeModule = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const SDK = /^@(aws-sdk|smithy)\//;
const PACKAGE = /^[\w@]/;

/**
 * Of the SDK, and of nothing else. `folder` is the storage's node_modules. `beforeImport` takes what is to be run once
 * before the handler is imported: Nodes before 22.15 resolve in a thread of its own, whose start only ES modules shall pay.
 */
function bringSdk(folder, beforeImport) {
  bring(folder, SDK, beforeImport);
}

/** Any package of a node_modules that Node would not find from the code. */
function bringPackages(folder, beforeImport) {
  bring(folder, PACKAGE, beforeImport);
}

function bring(folder, concerns, beforeImport) {
  const parentURL = pathToFileURL(path.join(path.dirname(folder), 'index.mjs')).href;
  if (nodeModule.registerHooks) {
    nodeModule.registerHooks({
      resolve(specifier, context, next) {
        if (!concerns.test(specifier)) return next(specifier, context);
        try {
          return next(specifier, context);
        } catch (error) {
          if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
          return orElse(() => next(specifier, { ...context, parentURL }), error);
        }
      },
    });
  } else if (nodeModule.register) {
    beforeImport(() => {
      const loader = pathToFileURL(path.join(__dirname, 'sdkLoader.mjs')).href;
      nodeModule.register(loader, { data: { parentURL, concerns } });
    });
  }
}

/** The error is about the project: it names the file that imports. */
function orElse(run, error) {
  try {
    return run();
  } catch {
    throw error;
  }
}

module.exports = { bringPackages, bringSdk };
