import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { isAlive } from '../../../src/client/processIdentity.ts';
import { until } from '../../helpers/until.ts';
import { startTestHost, type TestHost } from '../../helpers/testHost.ts';
import { useBareMachine } from './bareMachine.ts';
import { createFunction, run } from './program.ts';

/** Ignores SIGHUP and outlives its runtime: what a killed host leaves behind. */
const FORKS = `
import { spawn } from 'node:child_process';
export const handler = async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  return child.pid;
};`;

describe('lamplight doctor', () => {
  const root = useBareMachine();
  const { doctor, program } = root;

  it('is content with an empty folder, and says what else there could be', async () => {
    const { code, out } = await doctor();
    assert.equal(code, 0);
    const lines = out.split('\n');
    assert.equal(lines[0], `✓ Node.js ${process.versions.node} runs the host (${process.execPath})`);
    assert.equal(lines[1], '- No host runs here');
    assert.ok(lines.includes('✓ Engine process: ready'));
    assert.match(out, /^(✓ Engine sandbox: ready|- Engine sandbox: .*--engine process.*)$/m);
    assert.match(out, /^- Engine docker: No Docker engine answers at .*\/no\/such\/docker\.sock/m);
    assert.match(out, /^- No AWS CLI on the PATH/m);
  });

  it("looks for the languages of the folder's functions", async () => {
    await writeFile(
      path.join(root.path, 'template.yaml'),
      `Transform: AWS::Serverless-2016-10-31
Resources:
  Bill:
    Type: AWS::Serverless::Function
    Properties: { Runtime: python3.13, Handler: app.handler, CodeUri: . }
`,
    );
    await writeFile(path.join(root.path, 'app.py'), 'def handler(event, context):\n    return 1\n');
    const { code, out } = await doctor();
    assert.match(out, /^✗ python3\.13: Python was not found on this machine/m);
    assert.equal(code, 1);
  });

  it('knows an old AWS CLI', async () => {
    await program('aws', '#!/bin/sh\necho aws-cli/2.9.19 Python/3.11\n');
    assert.match((await doctor()).out, /^- AWS CLI 2\.9\.19 does not read AWS_ENDPOINT_URL/m);
  });

  it('finds what a killed host left behind, and removes it when it is told to', async () => {
    const host: TestHost = await startTestHost({ root });
    const { endpoint, region, credentials } = host.ready;
    const client = new LambdaClient({ endpoint, region, credentials: { ...credentials } });
    await createFunction(client, 'forks', FORKS);
    client.destroy();
    const state = ['--state', host.stateDir];
    const invoked = await run(['invoke', 'forks', ...state], { cwd: root.path });
    const left = Number(invoked.out);
    const alive = await doctor(...state);
    assert.match(alive.out, new RegExp(`^✓ A host runs at ${endpoint} \\(pid ${host.pid}, `, 'm'));
    assert.match(alive.out, /^✓ nodejs24\.x: /m);
    await host.kill();
    assert.ok(isAlive(left));

    const found = await doctor(...state);
    assert.equal(found.code, 1);
    assert.match(found.out, /^✗ A host was killed and may have left processes/m);
    assert.ok(isAlive(left), 'looking changes nothing');

    const fixed = await doctor(...state, '--fix');
    assert.equal(fixed.code, 0);
    assert.match(
      fixed.out,
      // Runtimes that were frozen are there too: they could not end with their host.
      new RegExp(
        `^✓ Cleaned up after a host that was killed .*\\n(?: {4}process \\d+\\n)* {4}process ${left}$`,
        'm',
      ),
    );
    await until(() => !isAlive(left), { what: `process ${left} to end` });
    await assert.rejects(stat(path.join(host.stateDir, 'host.json')), { code: 'ENOENT' });
    assert.equal((await doctor(...state)).code, 0);
  });
});
