import assert from 'node:assert/strict';
import { CREATABLE, NEWER } from '../../../src/host/api/runtimeNames.ts';
import { handlerFits, handlerForm, languageName } from '../../../src/workspace/handlers/handlerForm.ts';
import { supportedRuntimes } from '../../../src/workspace/runtimes.ts';

const fits: Readonly<Record<string, readonly string[]>> = {
  'nodejs24.x': [
    'index.handler',
    'src/orders/create.handler',
    '../shared/app.main',
    'create-order.v1.handler',
  ],
  'python3.13': ['app.lambda_handler', 'src/app.handler', 'package.module.handler'],
  java21: [
    'example.Handler::handleRequest',
    'example.Handler',
    'Handler',
    'com.acme.orders.Create$Inner::run',
  ],
  dotnet8: ['Orders::Orders.Function::FunctionHandler', 'Orders'],
  'ruby3.4': ['app.lambda_handler', 'app.App::Handler.process', 'src/app.handle?'],
  'provided.al2023': ['bootstrap', 'function.handler'],
};
const misfits: Readonly<Record<string, readonly string[]>> = {
  'nodejs24.x': ['', 'index', 'index.', '.handler/', 'a b.handler', 'example.Handler::handleRequest'],
  'python3.13': ['', 'app', 'app.', 'app.2nd', 'example.Handler::handleRequest', `${'a'.repeat(130)}.b`],
  java21: ['', 'example.', 'src/app.handler', 'example.Handler::', 'index.handler'],
  dotnet8: ['', 'Orders::Function', 'a b'],
  'ruby3.4': ['', 'app', 'app.9'],
  'provided.al2023': ['', 'a b'],
};

describe('the form of a handler', () => {
  for (const [runtime, handlers] of Object.entries(fits))
    it(`is right for ${runtime}`, () => {
      assert.deepEqual(
        handlers.filter(handler => !handlerFits(handler, runtime)),
        [],
      );
    });
  for (const [runtime, handlers] of Object.entries(misfits))
    it(`is wrong for ${runtime}`, () => {
      assert.deepEqual(
        handlers.filter(handler => handlerFits(handler, runtime)),
        [],
      );
    });

  it('is known, with an example, for every runtime that functions can be created with', () => {
    assert.deepEqual([...supportedRuntimes].sort(), [...CREATABLE, ...NEWER].sort());
    for (const runtime of supportedRuntimes) {
      assert.notEqual(languageName(runtime), runtime);
      assert.ok(handlerFits(handlerForm(runtime)?.example ?? '', runtime), runtime);
    }
  });
});
