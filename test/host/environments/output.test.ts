/** What a function prints: whose it is, and how much of it is kept. */
import assert from 'node:assert/strict';
import { heldBytes } from '../../helpers/heldBytes.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

describe('output of a function', () => {
  let harness: Harness;
  beforeEach(() => {
    harness = createHarness();
  });
  afterEach(() => harness.close());

  it('belongs to the event during which it was written, down to the last line before the answer', async () => {
    const environment = await harness.start({
      'index.js': `
        const fs = require('node:fs'); const { execFileSync } = require('node:child_process');
        exports.handler = async event => {
          console.log('console ' + event.n);
          fs.writeSync(1, 'descriptor ' + event.n + '\\n');
          if (event.n % 10 === 0) execFileSync('echo', ['child ' + event.n], { stdio: 'inherit' });
          fs.writeSync(2, 'error ' + event.n);
          return event.n;
        };`,
    });
    for (let n = 0; n < 100; n++) {
      const { phase } = await invoke(environment, { n });
      const lines = phase.log.split('\n');
      const own = lines.filter(line => / \\d+$/.test(line));
      assert.ok(
        own.every(line => line.endsWith(` ${n}`)),
        phase.log,
      );
      assert.ok(phase.log.includes(`console ${n}\n`), phase.log);
      assert.ok(phase.log.includes(`descriptor ${n}\n`), phase.log);
      assert.ok(phase.log.includes(`error ${n}`), phase.log);
      if (n % 10 === 0) assert.ok(phase.log.includes(`child ${n}\n`), phase.log);
    }
  });

  /** Most that the host held on to while the handler printed, besides what the test itself remembers. */
  async function heldDuring(event: Promise<unknown>): Promise<number> {
    const told = (): number => harness.logs.reduce((sum, { text }) => sum + text.length, 0);
    const before = heldBytes() - told();
    let most = Number.NEGATIVE_INFINITY;
    let timer: NodeJS.Timeout | undefined;
    const look = (): void => {
      const began = performance.now();
      most = Math.max(most, heldBytes() - told() - before);
      // A look takes a while itself: most of the time is the host's.
      timer = setTimeout(look, 4 * (performance.now() - began));
    };
    timer = setTimeout(look, 10);
    await event;
    clearTimeout(timer);
    assert.ok(most > Number.NEGATIVE_INFINITY, 'nobody looked');
    return most;
  }

  it('of 100 MB is kept at its head and its tail, and the host does not grow by it', async function () {
    this.timeout(60_000);
    const environment = await harness.start(
      {
        'index.js': `
          const line = 'x'.repeat(1023) + '\\n'; const block = line.repeat(64);
          exports.handler = async () => {
            console.log('the first'); const fs = require('node:fs');
            for (let n = 0; n < 1600; n++) fs.writeSync(1, block);
            console.log('the last');
          };`,
      },
      { timeout: 60 },
    );
    const event = invoke(environment);
    const held = await heldDuring(event);
    const { phase } = await event;
    assert.equal(phase.status, 'success');
    assert.ok(phase.log.length < 1_200_000, `kept ${phase.log.length}`);
    assert.match(phase.log, /^START .*\n.*the first\n/);
    assert.match(phase.log, /… \d{8,} bytes of log left out …/);
    assert.match(phase.log, /the last\nEND .*\nREPORT .*\n$/);
    assert.ok(held < 10 * 1024 * 1024, `grew by ${held / 1024 / 1024} MB`);
    const told = harness.logs.reduce((sum, record) => sum + record.text.length, 0);
    const dropped = harness.logs.filter(record =>
      /^… \d+ log lines \(\d+ bytes\) left out/.test(record.text),
    );
    assert.ok(dropped.length > 0);
    // 1 MiB at once and 1 MiB per second after that.
    assert.ok(told < (2 + phase.report.durationMs / 1000) * 1024 * 1024 + 100_000, `told ${told}`);
    const lost = dropped.reduce((sum, record) => sum + Number(/\((\d+) bytes/.exec(record.text)?.[1]), 0);
    assert.ok(told + lost > 100 * 1024 * 1024, 'what was left out is counted');
  });

  it('of three million empty lines costs the host no more than as many bytes', async function () {
    this.timeout(60_000);
    const environment = await harness.start(
      {
        'index.js': `
          const block = '\\n'.repeat(65536);
          exports.handler = async () => { for (let n = 0; n < 46; n++) require('node:fs').writeSync(1, block); };`,
      },
      { timeout: 60 },
    );
    const event = invoke(environment);
    const held = await heldDuring(event);
    const { phase } = await event;
    assert.equal(phase.status, 'success');
    assert.ok(phase.log.length < 1_200_000, `kept ${phase.log.length}`);
    assert.ok(held < 10 * 1024 * 1024, `grew by ${held / 1024 / 1024} MB`);
    const limit = (2 + phase.report.durationMs / 1000) * ((1024 * 1024) / 100);
    assert.ok(harness.logs.length < limit, `told ${harness.logs.length} records`);
  });

  it('without a newline is told when its phase ends', async () => {
    const environment = await harness.start({
      'index.js': `exports.handler = async () => { process.stdout.write('no newline'); };`,
    });
    const { phase } = await invoke(environment);
    assert.match(phase.log, /\nno newlineEND /);
    assert.ok(harness.logs.some(record => record.text === 'no newline'));
  });

  it('that is no UTF-8 harms nobody', async () => {
    const environment = await harness.start({
      'index.js': `exports.handler = async () => { require('node:fs').writeSync(1, Buffer.from([0xff, 0xfe, 0x80, 0x0a, 0xc3, 0x0a])); return 1; };`,
    });
    assert.equal((await invoke(environment)).result, 1);
  });
});
