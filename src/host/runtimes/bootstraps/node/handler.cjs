'use strict';
// From the handler string to the function: AWS's rules, v3 (nodejs22.x and older) and v4 (spec/execution-environment.md §6.1).
const fs = require('node:fs');
const path = require('node:path');
const { runtimeError } = require('./errors.cjs');

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const CALLBACK_DEPRECATED =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

/** Resolves with `{ handler, streaming, highWaterMark }`; rejects with the error that init/error reports. */
async function loadHandler(root, text, generation) {
  const { moduleRoot, moduleName, exportPath } = split(text, generation);
  defineGlobals(generation);
  const loaded = await loadModule(root, moduleRoot, moduleName, generation);
  const handler = generation >= 4 ? resolveCurrent(loaded, exportPath) : resolveClassic(loaded, exportPath);
  if (!handler) throw runtimeError('HandlerNotFound', `${text} is undefined or not exported`, generation);
  if (typeof handler !== 'function') {
    throw runtimeError('HandlerNotFound', `${text} is not a function`, generation);
  }
  const streaming = isStreaming(handler, generation);
  if (generation >= 4 && handler.length >= 3 && !streaming) {
    throw runtimeError('CallbackHandlerDeprecated', CALLBACK_DEPRECATED, generation);
  }
  return { handler, streaming, highWaterMark: Number.parseInt(handler[HIGH_WATER_MARK], 10) || undefined };
}

function split(text, generation) {
  if (text.includes('..')) {
    const message = `'${text}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`;
    throw runtimeError('MalformedHandlerName', message, generation);
  }
  const base = path.basename(text);
  const match = /^([^.]*)\.(.*)$/.exec(base);
  if (!match) throw runtimeError('MalformedHandlerName', 'Bad handler', generation);
  return { moduleRoot: text.substring(0, text.indexOf(base)), moduleName: match[1], exportPath: match[2] };
}

async function loadModule(root, moduleRoot, moduleName, generation) {
  try {
    const file = path.resolve(root, moduleRoot, moduleName);
    const loaded = generation >= 4 ? await importCurrent(file) : await requireClassic(file);
    if (loaded) return loaded;
    const searched = generation >= 4 ? path.join(root, moduleRoot) : moduleRoot;
    return require(require.resolve(moduleName, { paths: [root, searched] }));
  } catch (error) {
    if (error instanceof SyntaxError) {
      const wrapped = runtimeError('UserCodeSyntaxError', error, generation);
      if (generation >= 4) wrapped.stack = error.stack;
      throw wrapped;
    }
    if (error?.code === 'MODULE_NOT_FOUND') throw runtimeError('ImportModuleError', error, generation);
    throw error;
  }
}

async function requireClassic(file) {
  const plain = requireIfThere(file);
  if (plain) return plain;
  const isModule = fs.existsSync(`${file}.js`) && hasModuleType(path.dirname(`${file}.js`));
  if (!isModule) {
    const script = requireIfThere(`${file}.js`);
    if (script) return script;
  }
  return (
    (isModule && (await importIfThere(`${file}.js`))) ||
    (await importIfThere(`${file}.mjs`)) ||
    requireIfThere(`${file}.cjs`)
  );
}

async function importCurrent(file) {
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    const loaded = await importIfThere(file + extension);
    if (loaded) return loaded;
  }
  return undefined;
}

function requireIfThere(file) {
  return fs.existsSync(file) ? require(file) : undefined;
}

async function importIfThere(file) {
  if (!fs.existsSync(file)) return undefined;
  const prepare = prepareImport;
  prepareImport = undefined;
  prepare?.();
  return import(require('node:url').pathToFileURL(file).href);
}

let prepareImport;

/** Runs once, before the handler is imported as an ES module; not where it is required. */
function beforeImport(run) {
  prepareImport = run;
}

/** The nearest package.json decides, up to a node_modules folder or the root. */
function hasModuleType(folder) {
  if (folder.endsWith(`${path.sep}node_modules`)) return false;
  const file = path.join(folder, 'package.json');
  if (fs.existsSync(file)) {
    try {
      const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
      if (manifest) return manifest.type === 'module';
    } catch (error) {
      console.warn(`${file} cannot be read, it will be ignored for ES module detection purposes.`, error);
      return false;
    }
  }
  const parent = path.dirname(folder);
  return parent === folder ? false : hasModuleType(parent);
}

function resolveClassic(loaded, exportPath) {
  return exportPath.split('.').reduce((nested, key) => nested && nested[key], loaded);
}

function resolveCurrent(loaded, exportPath) {
  const find = from =>
    exportPath
      .split('.')
      .reduce((nested, key) => (nested && typeof nested === 'object' ? nested[key] : undefined), from);
  const found = find(loaded);
  if (found || typeof loaded !== 'object' || loaded === null || !('default' in loaded)) return found;
  return find(loaded.default);
}

function isStreaming(handler, generation) {
  const mark = handler[STREAMING];
  if (mark === undefined || mark === null || mark === false) return false;
  if (mark === 'response') return true;
  throw runtimeError('MalformedStreamingHandler', 'Only response streaming is supported.', generation);
}

/** `awslambda`, unless the function turned it off. */
function defineGlobals() {
  const off = process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA;
  if (off === '1' || off === 'true') return;
  globalThis.awslambda = {
    ...globalThis.awslambda,
    streamifyResponse(handler, options) {
      handler[STREAMING] = 'response';
      if (typeof options?.highWaterMark === 'number')
        handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
      return handler;
    },
    get HttpResponseStream() {
      return require('./responseStream.cjs').HttpResponseStream;
    },
  };
}

module.exports = { loadHandler, beforeImport };
