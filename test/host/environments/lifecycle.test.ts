import assert from 'node:assert/strict';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

describe('execution environment', () => {
  let harness: Harness;
  beforeEach(() => {
    harness = createHarness();
  });
  afterEach(() => harness.close());

  it('initialises, answers, stays warm and stops', async () => {
    const environment = await harness.start({
      'index.js': `let calls = 0; exports.handler = async event => ({ event, calls: ++calls });`,
    });
    assert.equal(environment.summary.state, 'idle');
    const first = await invoke(environment, { a: 1 });
    assert.deepEqual(first.result, { event: { a: 1 }, calls: 1 });
    assert.equal(first.phase.cold, true);
    const second = await invoke(environment, { a: 2 });
    assert.deepEqual(second.result, { event: { a: 2 }, calls: 2 });
    assert.equal(second.phase.cold, false);
    assert.equal(second.phase.report.initMs, undefined);
    const { pid } = environment.summary;
    await environment.stop('spindown');
    assert.throws(() => process.kill(pid!, 0), { code: 'ESRCH' });
    assert.deepEqual(harness.ended, [environment.id]);
  });

  it('writes START, END and REPORT around the output of the invocation', async () => {
    const environment = await harness.start({
      'index.js': `exports.handler = async () => { console.log('one\\ntwo'); process.stdout.write('raw\\n'); };`,
    });
    const { phase, requestId } = await invoke(environment);
    const lines = phase.log.split('\n');
    assert.equal(lines[0], `START RequestId: ${requestId} Version: $LATEST`);
    assert.match(lines[1]!, new RegExp(`^\\d{4}-.*Z\\t${requestId}\\tINFO\\tone$`));
    assert.deepEqual(lines.slice(2, 4), ['two', 'raw']);
    assert.equal(lines[4], `END RequestId: ${requestId}`);
    assert.match(
      lines[5]!,
      new RegExp(
        `^REPORT RequestId: ${requestId}\\tDuration: \\d+\\.\\d\\d ms\\tBilled Duration: \\d+ ms\\tMemory Size: 512 MB\\tMax Memory Used: \\d+ MB\\tInit Duration: \\d+\\.\\d\\d ms\\t$`,
      ),
    );
    assert.equal(lines.length, 7);
  });
});
