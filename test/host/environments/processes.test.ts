/** No process of an environment outlives it, and none outlives its host's next start (DESIGN.md rule 3). */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { until } from '../../helpers/until.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

/** Starts what must end with the environment; answers with the pids. */
const family = `
const { spawn } = require('node:child_process');
const stubborn = "trap '' TERM HUP; echo $$; while :; do sleep 1; done";
const first = child => new Promise(resolve => child.stdout.once('data', data => resolve(Number(String(data).trim()))));
exports.handler = async () => {
  const inGroup = spawn('sh', ['-c', stubborn], { stdio: ['ignore', 'pipe', 'ignore'] });
  // In a session of its own, and its parent is gone: nothing but its environment tells whose it was.
  const daemon = spawn('sh', ['-c', \`setsid sh -c "\${stubborn.replace('$$', '\\\\$\\\\$')}" & exit 0\`], { stdio: ['ignore', 'pipe', 'ignore'] });
  return [process.pid, await first(inGroup), await first(daemon)];
};`;

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('processes of an environment', () => {
  let harness: Harness;
  beforeEach(() => {
    harness = createHarness();
  });
  afterEach(() => harness.close());

  it('all end with it, those that left its group too', async () => {
    const environment = await harness.start({ 'index.js': family });
    const pids = (await invoke(environment)).result as number[];
    assert.deepEqual(pids.map(alive), [true, true, true]);
    await environment.stop('spindown');
    await until(() => !pids.some(alive), { ms: 2000, what: 'the processes to end' });
  });

  it('all end with a timeout', async () => {
    const environment = await harness.start(
      {
        'index.js': `${family} const start = exports.handler; exports.handler = async () => { console.log(JSON.stringify(await start())); for (;;); };`,
      },
      { timeout: 1 },
    );
    const { phase } = await invoke(environment);
    const pids = JSON.parse(/\t(\[.*\])\n/.exec(phase.log)?.[1] ?? '[]') as number[];
    assert.equal(pids.length, 3);
    await until(() => !pids.some(alive), { ms: 2000, what: 'the processes to end' });
  });

  it('that can’t be started since no file descriptor is left are told to have ended, and end nothing else', async () => {
    const script = fileURLToPath(new URL('./hostWithoutDescriptors.ts', import.meta.url));
    const host = spawn('sh', ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, errors] = [text(host.stdout), text(host.stderr)];
    await once(host, 'exit');
    const { code, printed } = JSON.parse((await out) || '{}') as { code?: number; printed?: string };
    assert.equal(code, 127, await errors);
    assert.match(printed ?? '', /EMFILE/);
  });

  for (const [what, source] of [
    ['a family', family],
    // Busy for ever after its answer: it can't notice that its host is gone.
    [
      'a runtime that never looks up',
      `exports.handler = async () => { setTimeout(() => { for (;;); }, 20); return [process.pid]; };`,
    ],
  ] as const) {
    it(`${what} of a host that was killed end at the next start on its state`, async () => {
      const spec = harness.spec({ 'index.js': source });
      const stateDir = path.join(harness.folder, 'state');
      const script = fileURLToPath(new URL('./hostThatDies.ts', import.meta.url));
      const host = spawn(process.execPath, [script, JSON.stringify({ stateDir, spec })], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const [line] = (await once(host.stdout, 'data')) as [Buffer];
      const { pid, answer } = JSON.parse(line.toString()) as { pid: number; answer: string };
      const pids = JSON.parse(answer) as number[];
      assert.equal(pids[0], pid);
      host.kill('SIGKILL');
      await once(host, 'exit');
      const innocent = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
      await harness.environments.sweep();
      await until(() => !pids.some(alive), { ms: 2000, what: 'the leftovers to end' });
      assert.equal(alive(innocent.pid!), true);
      innocent.kill('SIGKILL');
      assert.deepEqual(await harness.environments.sweep(), []);
    });
  }
});
