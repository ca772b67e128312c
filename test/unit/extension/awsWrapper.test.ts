import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { writeWrappers } from '../../../src/extension/shell/awsWrapper.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import type { TemporaryFolder } from '../../helpers/temporaryFolder.ts';

const run = promisify(execFile);

describe('the terminal’s programs', () => {
  let folder: TemporaryFolder;
  before(async () => {
    folder = await temporaryFolder('wrappers');
  });
  after(() => folder.remove());

  it('tell an AWS CLI of any age where to go, with its arguments as they are', async () => {
    const real = path.join(folder.path, 'real programs');
    await mkdir(real);
    await writeFile(path.join(real, 'aws'), '#!/bin/sh\nfor a in "$@"; do printf "%s\\n" "$a"; done\n');
    await chmod(path.join(real, 'aws'), 0o755);
    const lamplight = { command: process.execPath, script: path.join(real, "it's.js") };
    await writeFile(lamplight.script, 'console.log(process.argv.slice(2).join("|"))');
    const bin = await writeWrappers(
      path.join(folder.path, 'bin'),
      { aws: true, lamplight },
      process.platform,
    );
    const env = {
      PATH: [bin, real, process.env['PATH']].join(path.delimiter),
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4100',
    };
    const { stdout } = await run('aws', ['lambda', 'invoke', '--payload', '{"a": "b c"}'], { env });
    assert.deepEqual(stdout.trimEnd().split('\n'), [
      '--endpoint-url',
      'http://127.0.0.1:4100',
      'lambda',
      'invoke',
      '--payload',
      '{"a": "b c"}',
    ]);
    const own = await run('lamplight', ['list', 'a b'], { env });
    assert.equal(own.stdout, 'list|a b\n');
  });

  it('leave an AWS CLI alone that reads the endpoint itself', async () => {
    const lamplight = { command: 'node', script: '/cli.js' };
    const bin = await writeWrappers(
      path.join(folder.path, 'new'),
      { aws: false, lamplight },
      process.platform,
    );
    await assert.rejects(run(path.join(bin, 'aws'), []), /ENOENT/);
  });
});
