import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock, type Clock } from '../../../src/host/clock.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

/** A clock on which the init limit of 10 s is over after 2 s; everything else takes its time. */
function impatientClock(): Clock {
  const clock = systemClock();
  return { ...clock, afterWall: (ms, run) => clock.afterWall(ms === 10_000 ? 2000 : ms, run) };
}

describe('failures of a function', () => {
  let harness: Harness;
  beforeEach(() => {
    harness = createHarness();
  });
  afterEach(() => harness.close());

  const reportOf = (log: string): string => log.split('\n').find(line => line.startsWith('REPORT')) ?? '';

  it('answers a timeout with the exact body, kills the process group and starts again on the next event', async () => {
    const environment = await harness.start(
      {
        'index.js': `
          const { spawn } = require('node:child_process'); const fs = require('node:fs'); const os = require('node:os');
          const file = os.tmpdir() + '/calls'; let warm = 0;
          exports.handler = async event => {
            fs.appendFileSync(file, 'x');
            if (event.hang) { spawn('sleep', ['60']); for (;;); }
            return { files: fs.readFileSync(file, 'utf8'), warm: warm++ };
          };`,
      },
      { timeout: 1 },
    );
    await invoke(environment);
    const { answer, phase, requestId } = await invoke(environment, { hang: true });
    assert.equal(
      answer.payload.toString(),
      `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ${requestId} Error: Task timed out after 1.00 seconds"}`,
    );
    assert.equal(answer.isError, true);
    assert.equal(phase.status, 'timeout');
    assert.equal(phase.report.durationMs, 1000);
    assert.equal(phase.report.billedMs, 1000);
    assert.match(
      phase.log,
      new RegExp(`Z ${requestId} Task timed out after 1.00 seconds\\n\\nEND RequestId: ${requestId}\\n`),
    );
    assert.match(reportOf(phase.log), /\tStatus: timeout$/);
    assert.equal(environment.ended, false);
    // /tmp is kept over the reset, what the module remembered is not.
    const { result } = await invoke(environment);
    assert.deepEqual(result, { files: 'xxx', warm: 0 });
  });

  for (const [what, statement, message] of [
    ['exits with status 7', 'process.exit(7)', 'Runtime exited with error: exit status 7'],
    ['exits with status 0', 'process.exit(0)', 'Runtime exited without providing a reason'],
    ['is killed', `process.kill(process.pid, 'SIGKILL')`, 'Runtime exited with error: signal: killed'],
    ['aborts', 'process.abort()', 'Runtime exited with error: signal: aborted'],
    [
      'is terminated',
      `process.kill(process.pid, 'SIGTERM'); await new Promise(() => setInterval(() => 1, 1e6))`,
      'Runtime exited with error: signal: terminated',
    ],
  ] as const) {
    it(`answers for a handler that ${what}`, async () => {
      const environment = await harness.start({
        'index.js': `exports.handler = async event => { if (event.end) { ${statement} } return 'alive'; };`,
      });
      const { answer, phase, requestId } = await invoke(environment, { end: true });
      assert.equal(
        answer.payload.toString(),
        `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ${requestId} Error: ${message}"}`,
      );
      assert.equal(phase.status, 'error');
      assert.match(reportOf(phase.log), /\tStatus: error\tError Type: Runtime\.ExitError$/);
      assert.equal((await invoke(environment)).result, 'alive');
    });
  }

  it('keeps the answer of a handler that exits right after it, and is gone then', async () => {
    const environment = await harness.start({
      'index.js': `exports.handler = async () => { setImmediate(() => setImmediate(() => process.exit(3))); return 'done'; };`,
    });
    const ended = harness.nextEnd();
    const { result, phase } = await invoke(environment);
    assert.equal(result, 'done');
    assert.equal(phase.status, 'success');
    assert.equal(await ended, environment.id);
    assert.equal(environment.ended, true);
  });

  it('ends silently when the runtime exits between two events', async () => {
    const environment = await harness.start({
      'index.js': `exports.handler = async () => { setTimeout(() => process.exit(1), 50); return 1; };`,
    });
    const ended = harness.nextEnd();
    await invoke(environment);
    assert.equal(await ended, environment.id);
    assert.equal(environment.summary.state, 'stopped');
  });

  it('does not report an init error of the init phase, but runs it again within the first event', async () => {
    const environment = await harness.start(
      { 'index.js': `console.log('loading'); throw new TypeError('not today');` },
      { runtime: 'nodejs22.x' },
    );
    assert.equal(environment.summary.state, 'idle');
    const { answer, result, phase } = await invoke(environment);
    assert.equal(answer.isError, true);
    const { trace, ...body } = result as { trace: string[] };
    assert.deepEqual(body, { errorType: 'TypeError', errorMessage: 'not today' });
    assert.equal(trace[0], 'TypeError: not today');
    assert.deepEqual(Object.keys(result as object), ['errorType', 'errorMessage', 'trace']);
    assert.equal(phase.status, 'error');
    const text = harness.logs.map(record => record.text);
    const reports = text.filter(line => line.startsWith('INIT_REPORT'));
    assert.match(
      reports[0]!,
      /^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error\tError Type: Runtime\.Unknown\n$/,
    );
    assert.match(
      reports[1]!,
      /^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: invoke\tStatus: error\tError Type: Runtime\.Unknown\n$/,
    );
    assert.equal(text.filter(line => line.includes('loading')).length, 2);
    // The first one belongs to no event, the second one to this one.
    assert.equal(phase.log.split('loading').length, 2);
    assert.equal(phase.report.initMs, undefined);
  });

  it('answers for a runtime that exits while it loads', async () => {
    const environment = await harness.start({ 'index.js': `process.exit(5);` });
    const { answer, requestId } = await invoke(environment);
    assert.equal(
      answer.payload.toString(),
      `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ${requestId} Error: Runtime exited with error: exit status 5"}`,
    );
  });

  it('gives up an init phase at its limit and gives the first event its own timeout', async () => {
    await harness.close();
    harness = createHarness({ clock: impatientClock() });
    const environment = await harness.start(
      {
        'index.mjs': `
          import fs from 'node:fs'; import os from 'node:os';
          const seen = os.tmpdir() + '/seen';
          if (!fs.existsSync(seen)) { fs.writeFileSync(seen, ''); await new Promise(r => setTimeout(r, 60_000)); }
          export const handler = async () => 'at last';`,
      },
      { timeout: 5 },
    );
    const report = harness.logs.find(record => record.text.startsWith('INIT_REPORT'));
    assert.match(report?.text ?? '', /\tPhase: init\tStatus: timeout\n$/);
    assert.equal((await invoke(environment)).result, 'at last');
  });

  it('ends an event at its timeout although its init is not over', async () => {
    await harness.close();
    harness = createHarness({ clock: impatientClock() });
    const environment = await harness.start(
      { 'index.mjs': `await new Promise(r => setTimeout(r, 60_000)); export const handler = async () => 1;` },
      { timeout: 1 },
    );
    const { result, requestId, phase } = await invoke(environment);
    assert.deepEqual(result, {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`,
    });
    assert.equal(phase.status, 'timeout');
    assert.match(phase.log, /INIT_REPORT Init Duration: [\d.]+ ms\tPhase: invoke\tStatus: timeout\n/);
  });

  it('answers for a response that is too large, and the environment goes on', async () => {
    const environment = await harness.start({
      'index.js': `exports.handler = async event => 'x'.repeat(event.size);`,
    });
    const { answer, phase } = await invoke(environment, { size: 7_000_000 });
    assert.equal(
      answer.payload.toString(),
      '{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}',
    );
    assert.match(reportOf(phase.log), /Error Type: Function\.ResponseSizeTooLarge$/);
    const largest = await invoke(environment, { size: 6_291_554 });
    assert.equal(largest.answer.isError, false);
    assert.equal(largest.answer.payload.length, 6_291_556);
  });

  it('settles the event of an environment that is stopped', async () => {
    const environment = await harness.start({
      'index.js': `exports.handler = async () => new Promise(r => setTimeout(r, 60_000));`,
    });
    const running = invoke(environment);
    await environment.stop('failure');
    const { answer, phase } = await running;
    assert.equal(answer.errorType, 'Sandbox.Failure');
    assert.equal(phase.status, 'error');
  });

  it('rejects init where it is stopped meanwhile', async () => {
    const environment = harness.environments.create(
      harness.spec({ 'index.mjs': `await new Promise(r => setTimeout(r, 60_000));` }),
    );
    const rejected = assert.rejects(environment.init(), { name: 'ServiceException' });
    await harness.whenLogged('INIT_START');
    await environment.stop('spindown');
    await rejected;
  });

  it('says what to do where the state folder can’t be written, and starts nothing', async () => {
    mkdirSync(path.join(harness.folder, 'state'), { recursive: true });
    writeFileSync(path.join(harness.folder, 'state', 'environments'), 'in the way');
    const environment = harness.environments.create(harness.spec({ 'index.js': '' }));
    await assert.rejects(environment.init(), {
      name: 'ServiceException',
      message:
        /^The host's state folder can't be written: ENOTDIR.*Free space there, or start the host with another --state\.$/,
    });
    assert.equal(environment.summary.pid, undefined);
    assert.equal(environment.ended, true);
  });

  it('says so where the code is gone', async () => {
    const spec = harness.spec({ 'index.js': '' });
    rmSync(spec.code.kind === 'folder' ? spec.code.root : '', { recursive: true });
    await assert.rejects(harness.environments.create(spec).init(), {
      name: 'ServiceException',
      message:
        /^The code of orders is not there any more: \/.*\. Bring it back, or deploy the function again\.$/,
    });
  });
});
