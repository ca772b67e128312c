import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { call, createFunction } from '../../helpers/functions.ts';
import { assertNothingRuns } from '../../helpers/leftovers.ts';
import { startTestHost, type TestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';

/** A process and its child, both deaf to SIGTERM. */
const CLINGING = `
  const { spawn } = require('node:child_process');
  process.on('SIGTERM', () => {});
  exports.handler = async event => {
    const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { stdio: 'ignore' });
    console.log('started', child.pid);
    if (event.hang) await new Promise(() => {});
    return child.pid;
  };`;

describe('a host that is killed with -9', function () {
  this.timeout(60_000);
  let host: TestHost | undefined;
  after(async () => {
    await host?.stop();
  });

  it('leaves its functions and nothing else to the next one', async () => {
    const first = await startTestHost();
    const { client, root, stateDir } = first;
    await createFunction(client, 'clinging', CLINGING);
    await call(client, 'clinging');
    const hanging = call(client, 'clinging', { hang: true }).catch((error: unknown) => error);
    await until(async () => (await readdir(path.join(stateDir, 'environments'))).length >= 2, {
      what: 'the second environment',
    });
    await first.kill();
    await hanging;

    host = await startTestHost({ root });
    assert.notEqual(host.pid, first.pid);
    const { Configuration } = await host.client.send(new GetFunctionCommand({ FunctionName: 'clinging' }));
    assert.equal(Configuration?.State, 'Active');
    assert.equal(typeof (await call(host.client, 'clinging')).payload, 'number');
    const environments = (await readdir(path.join(stateDir, 'environments'))).filter(
      name => !name.includes('.'),
    );
    assert.equal(environments.length, 1, String(environments));
    await host.stop({ keep: true });
    await assertNothingRuns(root.path, 1000);
    await root.remove();
    host = undefined;
  });
});
