/** The memory limit in process mode (spec/execution-environment.md §4.3). */
import assert from 'node:assert/strict';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

describe('memory limit', () => {
  let harness: Harness;
  beforeEach(() => {
    harness = createHarness();
  });
  afterEach(() => harness.close());

  const hog = `
    const kept = [];
    exports.handler = async event => {
      if (event.fill) for (;;) { kept.push(Buffer.alloc(4 * 1024 * 1024, 1)); await new Promise(r => setTimeout(r, 5)); }
      return 'small';
    };`;

  it('kills a function that fills its memory and reports it as AWS does', async () => {
    const environment = await harness.start({ 'index.js': hog }, { memorySize: 128, timeout: 30 });
    assert.equal((await invoke(environment)).result, 'small');
    const { answer, phase, requestId } = await invoke(environment, { fill: true });
    assert.equal(
      answer.payload.toString(),
      `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ${requestId} Error: Runtime exited with error: signal: killed"}`,
    );
    assert.equal(phase.report.maxMemoryUsedMb, 128);
    assert.match(
      phase.log,
      /\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: error\tError Type: Runtime\.OutOfMemory\n$/,
    );
    assert.equal((await invoke(environment)).result, 'small');
  });

  it('counts the processes that the function started', async () => {
    const environment = await harness.start(
      {
        'index.js': `
          const { execFile } = require('node:child_process');
          exports.handler = () => new Promise(resolve => execFile(process.execPath, ['-e', \`const k = []; setInterval(() => k.push(Buffer.alloc(8e6, 1)), 5)\`], resolve));`,
      },
      { memorySize: 256, timeout: 30 },
    );
    const { phase } = await invoke(environment);
    assert.equal(phase.errorType, 'Runtime.OutOfMemory');
  });

  it('measures what a function used at most', async () => {
    const environment = await harness.start(
      {
        'index.js': `exports.handler = async event => { Buffer.alloc(event.mb * 1024 * 1024, 1); return 1; };`,
      },
      { memorySize: 1024 },
    );
    const { phase } = await invoke(environment, { mb: 200 });
    const { maxMemoryUsedMb } = phase.report;
    assert.ok(maxMemoryUsedMb > 200 && maxMemoryUsedMb < 400, String(maxMemoryUsedMb));
    assert.ok(environment.summary.memory! > 200 * 1024 * 1024);
  });
});
