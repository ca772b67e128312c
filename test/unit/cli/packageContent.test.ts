import assert from 'node:assert/strict';
import { notAllowed } from '../../../scripts/package/content.mjs';

describe('the package', () => {
  it('holds what a user needs', () => {
    const wanted = [
      'extension.vsixmanifest',
      'extension/package.json',
      'extension/LICENSE.txt',
      'extension/dist/cli.js',
      'extension/dist/host.cjs',
      'extension/dist/extensionCommands.cjs',
      'extension/dist/timeline.js',
      'extension/media/timeline.css',
      'extension/dist/bootstraps/python/lamplight_runtime/loop.py',
      'extension/dist/node_modules/esbuild/lib/main.js',
      'extension/dist/node_modules/@esbuild/linux-x64/bin/esbuild',
      'extension/media/walkthrough/debug.svg',
      'extension/media/functionConfiguration.schema.json',
    ];
    assert.deepEqual(notAllowed(wanted), []);
  });

  it('holds nothing else', () => {
    const unwanted = [
      'extension/.env',
      'extension/src/cli/main.ts',
      'extension/dist/host.cjs.map',
      'extension/dist/host.meta.json',
      'extension/dist/node_modules/left-pad/index.js',
      'extension/dist/bootstraps/node/secret.pem',
      'extension/media/notes.docx',
      'extension/test/unit/x.test.ts',
    ];
    assert.deepEqual(notAllowed(unwanted), unwanted);
  });
});
