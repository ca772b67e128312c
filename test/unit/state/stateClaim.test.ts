import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { claimState, StateTakenError } from '../../../src/host/state/stateClaim.ts';

describe('state claim', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lamplight-claim-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is held by one, and free again after its release', () => {
    const first = claimState(folder);
    assert.throws(() => claimState(folder), StateTakenError);
    first.release();
    first.release();
    claimState(folder).release();
  });

  it('is refused while another process has it, and ends with kill -9', async function () {
    this.timeout(10_000);
    // Kept where the garbage collector sees it: a claim that nobody holds is closed with its database.
    const script = `
      import { claimState } from ${JSON.stringify(path.resolve(import.meta.dirname, '../../../src/host/state/stateClaim.ts'))};
      globalThis.claim = claimState(${JSON.stringify(folder)});
      console.log('held');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    try {
      await Promise.race([
        once(child.stdout, 'data'),
        ended.then(([code]) =>
          assert.fail(`The other process ended with ${String(code)} before it had the folder.`),
        ),
      ]);
      assert.throws(() => claimState(folder), StateTakenError);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    claimState(folder).release();
  });

  it('says that the folder is not there', async () => {
    await rm(folder, { recursive: true });
    assert.throws(() => claimState(folder), /cannot write its state to .*owner\.lock/);
  });
});
