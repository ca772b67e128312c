'use strict';
// AWS's runtimes bring its SDK. `require` finds it by NODE_PATH, which `import` does not read: for ES modules what the
// project lacks of the SDK, and of nothing else, is resolved from Lamplight's storage.
const nodeModule = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const SDK = /^@(aws-sdk|smithy)\//;

/**
 * `folder` is the storage's node_modules. `beforeImport` takes what is to be run once before the handler is imported:
 * Nodes before 22.15 resolve in a thread of its own, whose start only ES modules shall pay.
 */
function bringSdk(folder, beforeImport) {
  const parentURL = pathToFileURL(path.join(path.dirname(folder), 'index.mjs')).href;
  if (nodeModule.registerHooks) {
    nodeModule.registerHooks({
      resolve(specifier, context, next) {
        if (!SDK.test(specifier)) return next(specifier, context);
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
      nodeModule.register(loader, { data: { parentURL } });
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

module.exports = { bringSdk };
