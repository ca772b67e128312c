/** Idle environments stand still, with all that they started. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Environment } from '../../../src/host/environments/environment.ts';
import { skipTest } from '../../helpers/skipTest.ts';
import { until } from '../../helpers/until.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

const HANDLER = `
  const { spawn } = require('node:child_process');
  let ticks = 0;
  setInterval(() => ticks++, 5).unref();
  let child;
  exports.handler = async event => {
    child ??= spawn('sleep', ['60'], { stdio: 'ignore' });
    if (event.beat) await new Promise(done => setTimeout(done, event.beat));
    return { ticks, pid: process.pid, child: child.pid };
  };`;

interface Told {
  readonly ticks: number;
  readonly pid: number;
  readonly child: number;
}

const stateOf = (pid: number): string | undefined =>
  /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];

function isRunning(pid: number): boolean {
  try {
    return stateOf(pid) !== 'Z';
  } catch {
    return false;
  }
}

describe('an idle environment', () => {
  let harness: Harness;
  const frozen = async ({ summary }: Pick<Environment, 'summary'>): Promise<void> => {
    if (summary.state !== 'frozen') await harness.whenState('frozen');
  };
  afterEach(() => harness.close());

  it('is frozen with its children, thawed in no time, and ends while it is frozen', async function () {
    if (process.platform !== 'linux') skipTest(this, 'needs /proc, which tells what stands still');
    harness = createHarness({ freezeAfterMs: 50 });
    const environment = await harness.start({ 'index.js': HANDLER });
    const first = (await invoke(environment)).result as Told;
    await harness.whenState('frozen');
    // A signal is on its way for a moment.
    await until(() => stateOf(first.pid) === 'T' && stateOf(first.child) === 'T', { what: 'both to stop' });

    const took: number[] = [];
    for (let i = 0; i < 5; i++) {
      await frozen(environment);
      const began = performance.now();
      await invoke(environment);
      took.push(performance.now() - began);
    }
    // The median of whole invocations; the budget of a thaw is 5 ms.
    took.sort((a, b) => a - b);
    assert.ok(took[2]! < 25, `${took.map(ms => ms.toFixed(1)).join(', ')} ms`);
    assert.equal(((await invoke(environment)).result as Told).pid, first.pid);

    await frozen(environment);
    await environment.stop('spindown');
    assert.throws(() => process.kill(first.pid, 0), { code: 'ESRCH' });
    // What it started is its parent's to bury, which is not us.
    await until(() => !isRunning(first.child), { what: 'its child to end' });
  });

  it('is not frozen while it works', async function () {
    if (process.platform !== 'linux') skipTest(this, 'needs /proc, which tells what stands still');
    harness = createHarness({ freezeAfterMs: 10 });
    const environment = await harness.start({ 'index.js': HANDLER });
    const told = (await invoke(environment, { beat: 300 })).result as Told;
    assert.ok(told.ticks > 20, `${told.ticks} ticks`);
    const states = harness.changes.map(({ state }) => state);
    const busy = states.indexOf('busy');
    assert.ok(!states.slice(busy, states.indexOf('idle', busy)).includes('frozen'), states.join());
  });
});
