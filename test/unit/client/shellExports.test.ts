import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findAwsCli, readAwsVersion } from '../../../src/client/awsCli.ts';
import { shellExports } from '../../../src/client/shellExports.ts';
import type { HostInfo } from '../../../src/protocol/hostInfo.ts';

const host: HostInfo = {
  endpoint: 'http://127.0.0.1:4567',
  region: 'eu-west-1',
  accountId: '000000000000',
  credentials: { accessKeyId: 'AKIA1', secretAccessKey: `a'b"c$d e` },
  pid: 1,
  version: '1',
  foreground: true,
  stateDir: '/state',
};

describe('shell exports', () => {
  let bin: string;
  beforeEach(async () => {
    bin = await mkdtemp(path.join(os.tmpdir(), 'lamplight-env-'));
  });
  afterEach(() => rm(bin, { recursive: true }));

  async function fakeAws(script: string): Promise<NodeJS.ProcessEnv> {
    await writeFile(path.join(bin, 'aws'), `#!/bin/sh\n${script}\n`);
    await chmod(path.join(bin, 'aws'), 0o755);
    return { PATH: `${bin}:/usr/bin:/bin` };
  }
  const sh = (exports: string, then: string, env: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin' }): string =>
    execFileSync('sh', ['-c', `set -e\neval "$EXPORTS"\n${then}`], {
      env: { ...env, EXPORTS: exports },
    }).toString();

  it('survive a real shell, and take away what would lead elsewhere', () => {
    const shown = sh(
      shellExports(host, 'sh', false),
      'echo "$AWS_ENDPOINT_URL $AWS_REGION $AWS_DEFAULT_REGION $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY [$AWS_PROFILE$AWS_SESSION_TOKEN]"',
      { PATH: '/usr/bin:/bin', AWS_PROFILE: 'work', AWS_SESSION_TOKEN: 't' },
    );
    assert.equal(shown, `http://127.0.0.1:4567 eu-west-1 eu-west-1 AKIA1 a'b"c$d e []\n`);
  });

  it('give an old AWS CLI its endpoint', async () => {
    const env = await fakeAws('echo "called with $*"');
    assert.equal(
      sh(shellExports(host, 'sh', false), 'aws lambda list-functions', env),
      'called with lambda list-functions\n',
    );
    assert.equal(
      sh(shellExports(host, 'sh', true), 'aws lambda list-functions "a b"', env),
      'called with --endpoint-url http://127.0.0.1:4567 lambda list-functions a b\n',
    );
  });

  it('quote for fish and PowerShell', () => {
    assert.match(shellExports(host, 'fish', true), /set -gx AWS_SECRET_ACCESS_KEY 'a\\'b"c\$d e';/);
    assert.match(shellExports(host, 'powershell', true), /\$env:AWS_SECRET_ACCESS_KEY = 'a''b"c\$d e'/);
  });

  it('know which AWS CLIs read the endpoint', () => {
    const reads = (text: string): boolean | undefined => readAwsVersion(text)?.readsEndpoint;
    assert.equal(reads('aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64'), false);
    assert.equal(reads('aws-cli/2.13.0 Python/3.11.4'), true);
    assert.equal(reads('aws-cli/1.28.99 Python/3.8'), false);
    assert.equal(reads('aws-cli/1.29.0 Python/3.8'), true);
    assert.equal(reads('aws-cli/3.0.1 x'), true);
    assert.equal(reads('command not found'), undefined);
  });

  it('ask the aws on the PATH', async () => {
    assert.deepEqual(await findAwsCli(await fakeAws('echo aws-cli/1.20.1 Python/2.7 >&2')), {
      version: '1.20.1',
      readsEndpoint: false,
    });
    assert.equal(await findAwsCli({ PATH: '/nowhere' }), undefined);
    assert.equal(await findAwsCli(await fakeAws('exit 3')), undefined);
  });
});
