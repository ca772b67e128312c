/** How the Node.js bootstrap finds, loads and calls a handler: AWS's clients v3 (nodejs22.x) and v4 (nodejs24.x), spec/execution-environment.md §6.1. */
import assert from 'node:assert/strict';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

type Files = Readonly<Record<string, string>>;

interface Found {
  readonly what: string;
  readonly handler: string;
  readonly files: Files;
  readonly runtimes?: readonly string[];
}

const both = ['nodejs22.x', 'nodejs24.x'];
const cjs = `exports.handler = async () => 'found';`;
const esm = `export const handler = async () => 'found';`;

const found: readonly Found[] = [
  { what: 'a CommonJS file', handler: 'index.handler', files: { 'index.js': cjs } },
  { what: 'a .cjs file', handler: 'index.handler', files: { 'index.cjs': cjs } },
  { what: 'an .mjs file', handler: 'index.handler', files: { 'index.mjs': esm } },
  {
    what: 'a module by the type of its package',
    handler: 'index.handler',
    files: { 'package.json': '{"type":"module"}', 'index.js': esm },
  },
  {
    what: 'a script in a folder whose own package is none, inside one that is a module',
    handler: 'sub/index.handler',
    files: { 'package.json': '{"type":"module"}', 'sub/package.json': '{}', 'sub/index.js': cjs },
  },
  { what: 'a file in a folder', handler: 'src/api/index.handler', files: { 'src/api/index.js': cjs } },
  {
    what: 'the .js file before the .mjs one',
    handler: 'index.handler',
    files: { 'index.js': cjs, 'index.mjs': 'throw 1' },
  },
  {
    what: 'a nested export, split at the first dot',
    handler: 'app.api.orders.get',
    files: { 'app.js': `exports.api = { orders: { get: async () => 'found' } };` },
  },
  {
    what: 'an export on default',
    handler: 'index.handler',
    files: { 'index.mjs': `export default { handler: async () => 'found' };` },
    runtimes: ['nodejs24.x'],
  },
  {
    what: 'the default export itself',
    handler: 'index.default',
    files: { 'index.mjs': `export default async () => 'found';` },
  },
  {
    what: 'a package, by its name',
    handler: 'orders.handler',
    files: { 'node_modules/orders/package.json': '{"main":"main.js"}', 'node_modules/orders/main.js': cjs },
  },
  {
    what: 'a module that waits at its top',
    handler: 'index.handler',
    files: { 'index.mjs': `await new Promise(r => setTimeout(r, 10)); ${esm}` },
  },
];

interface Refused {
  readonly what: string;
  readonly handler: string;
  readonly files: Files;
  readonly runtimes?: readonly string[];
  readonly errorType: string;
  readonly message: RegExp | string;
}

const refused: readonly Refused[] = [
  {
    what: 'a path that climbs',
    handler: '../index.handler',
    files: {},
    errorType: 'Runtime.MalformedHandlerName',
    message: `'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
  },
  {
    what: 'no dot',
    handler: 'handler',
    files: { 'handler.js': cjs },
    errorType: 'Runtime.MalformedHandlerName',
    message: 'Bad handler',
  },
  {
    what: 'an export that is not there',
    handler: 'index.other',
    files: { 'index.js': cjs },
    errorType: 'Runtime.HandlerNotFound',
    message: 'index.other is undefined or not exported',
  },
  {
    what: 'an export that is no function',
    handler: 'index.handler',
    files: { 'index.js': `exports.handler = { a: 1 };` },
    errorType: 'Runtime.HandlerNotFound',
    message: 'index.handler is not a function',
  },
  {
    what: 'an export on default, which v3 does not look at',
    handler: 'index.handler',
    files: { 'index.mjs': `export default { handler: async () => 'found' };` },
    runtimes: ['nodejs22.x'],
    errorType: 'Runtime.HandlerNotFound',
    message: 'index.handler is undefined or not exported',
  },
  {
    what: 'a file that is not there',
    handler: 'absent.handler',
    files: {},
    errorType: 'Runtime.ImportModuleError',
    message: /^Error: Cannot find module 'absent'\nRequire stack:\n/,
  },
  {
    what: 'a dependency that is not there',
    handler: 'index.handler',
    files: { 'index.js': `require('absent'); ${cjs}` },
    errorType: 'Runtime.ImportModuleError',
    message: /^Error: Cannot find module 'absent'\nRequire stack:\n- .*index\.js/,
  },
  {
    what: 'a syntax error',
    handler: 'index.handler',
    files: { 'index.js': `exports.handler = async () => {` },
    errorType: 'Runtime.UserCodeSyntaxError',
    message: `SyntaxError: Unexpected end of input`,
  },
  {
    what: 'a streaming mark that does not exist',
    handler: 'index.handler',
    files: {
      'index.js': `exports.handler = async () => 1; exports.handler[Symbol.for('aws.lambda.runtime.handler.streaming')] = 'request';`,
    },
    errorType: 'Runtime.MalformedStreamingHandler',
    message: 'Only response streaming is supported.',
  },
  {
    what: 'a callback, from nodejs24.x on',
    handler: 'index.handler',
    files: { 'index.js': `exports.handler = (event, context, callback) => callback(null, 1);` },
    runtimes: ['nodejs24.x'],
    errorType: 'Runtime.CallbackHandlerDeprecated',
    message:
      /^ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node\.js 24\./,
  },
  {
    what: 'code that throws what is no error',
    handler: 'index.handler',
    files: { 'index.js': `throw 'a string';` },
    runtimes: ['nodejs24.x'],
    errorType: 'string',
    message: 'a string',
  },
];

describe('Node.js handlers', () => {
  let harness: Harness;
  before(() => {
    harness = createHarness();
  });
  after(() => harness.close());

  for (const runtime of both) {
    describe(runtime, () => {
      for (const { what, handler, files, runtimes = both } of found) {
        if (!runtimes.includes(runtime)) continue;
        it(`finds ${what}`, async () => {
          const environment = await harness.start(files, { runtime, handler });
          assert.equal((await invoke(environment)).result, 'found');
          await environment.stop('spindown');
        });
      }

      for (const { what, handler, files, runtimes = both, errorType, message } of refused) {
        if (!runtimes.includes(runtime)) continue;
        it(`refuses ${what}`, async () => {
          const environment = await harness.start(files, { runtime, handler });
          const { answer, result } = await invoke(environment);
          assert.equal(answer.isError, true);
          const body = result as { errorType: string; errorMessage: string; trace: string[] };
          assert.deepEqual(Object.keys(body), ['errorType', 'errorMessage', 'trace']);
          assert.equal(body.errorType, errorType);
          if (typeof message === 'string') assert.equal(body.errorMessage, message);
          else assert.match(body.errorMessage, message);
          await environment.stop('spindown');
        });
      }
    });
  }
});
