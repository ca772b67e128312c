/** External extensions, in Node.js, with a function in Node.js: real processes. */
import assert from 'node:assert/strict';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';
import { said, withExtensions } from './extensionPrograms.ts';

const HANDLER = `exports.handler = async event => {
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.wait) await new Promise(done => setTimeout(done, event.wait));
  return { echo: event };
};`;

describe('external extensions', () => {
  let harness: Harness;
  beforeEach(() => (harness = createHarness()));
  afterEach(() => harness.close());

  it('come before the runtime, get INVOKE and SHUTDOWN, and are told in the log', async () => {
    const environment = await harness.start(
      { 'index.js': HANDLER },
      withExtensions(harness, { watcher: {} }),
    );
    assert.deepEqual(
      harness.logs.map(({ kind, text }) => `${kind} ${text.split(/[ \t]/)[0] ?? ''}`),
      ['platform INIT_START', 'extension born', 'extension registered', 'platform EXTENSION'],
    );
    const { result, phase, requestId } = await invoke(environment, { a: 1 });
    assert.deepEqual(result, { echo: { a: 1 } });
    assert.match(phase.log, /^START .*\nevent watcher .*\n(?:worked .*\n)?END .*\n(?:worked .*\n)?REPORT /);
    await environment.stop('spindown');
    const [invoked, shutdown, ...others] = said(harness, 'event');
    assert.deepEqual(others, []);
    assert.match(
      String(invoked?.['text']),
      new RegExp(
        `^{"eventType":"INVOKE","deadlineMs":\\d{13},"requestId":"${requestId}","invokedFunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:orders"}$`,
      ),
    );
    assert.match(
      String(shutdown?.['text']),
      /^{"eventType":"SHUTDOWN","deadlineMs":\d{13},"shutdownReason":"spindown"}$/,
    );
  });
});
