import assert from 'node:assert/strict';
import { missingPackageHint } from '../../../src/client/missingPackage.ts';

const hint = (errorMessage: string): string | undefined =>
  missingPackageHint(JSON.stringify({ errorType: 'Runtime.ImportModuleError', errorMessage }));

describe('the hint about a missing package', () => {
  it('names what npm would install', () => {
    for (const [message, name] of [
      ["Error: Cannot find module 'uuid'\nRequire stack:\n- /w/index.js", 'uuid'],
      ["Cannot find package 'left-pad' imported from /w/index.mjs", 'left-pad'],
      ["Error: Cannot find module 'lodash/fp'", 'lodash'],
      ["Cannot find module '@middy/core/lib/x.js'", '@middy/core'],
      ["Cannot find module 'socket.io'", 'socket.io'],
    ] as const)
      assert.equal(hint(message), `${name} is not installed in the project: npm install ${name}`, message);
  });

  it('names what pip would install, which may have another name', () => {
    const text = (module: string, name: string): string =>
      `${module} is neither a module of the project nor installed: pip install ${name}`;
    assert.equal(
      hint("Unable to import module 'app': No module named 'requests'"),
      text('requests', 'requests'),
    );
    assert.equal(hint("No module named 'jinja2.ext'"), text('jinja2', 'jinja2'));
    assert.equal(hint("No module named 'yaml'"), text('yaml', 'PyYAML'));
    assert.equal(hint("No module named 'constructor'"), text('constructor', 'constructor'));
  });

  it('is silent about files, what the SDK’s own notice tells, and other answers', () => {
    for (const message of [
      "Cannot find module './helper'",
      "Cannot find module '/w/dist/app'",
      "Cannot find module '../x'",
      "Cannot find module '#db'",
      "Cannot find module 'node:nothing'",
      "Cannot find module 'C:\\w\\app'",
      "Cannot find module 'file:///w/app.js'",
      "Cannot find module '@aws-sdk/client-s3'",
      "Unable to import module 'app': No module named 'boto3'",
      "Unable to import module 'src.app': No module named 'src'",
      "No module named 'google.protobuf'",
      'Task timed out',
    ])
      assert.equal(hint(message), undefined, message);
    for (const answer of ['', 'null', '"No module named x"', '{"errorMessage":1}', '{"message":"x"}'])
      assert.equal(missingPackageHint(answer), undefined, answer);
  });
});
