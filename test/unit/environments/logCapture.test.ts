import assert from 'node:assert/strict';
import { LogCapture } from '../../../src/host/environments/life/logCapture.ts';

describe('the log of one invocation', () => {
  it('keeps head and tail of a million short lines, in no time', function () {
    // A shift for each line took half a minute of everybody's time.
    this.timeout(4_000);
    const log = new LogCapture();
    for (let i = 0; i < 1_000_000; i++) log.append(Buffer.from(`${i}\n`));
    const text = log.text();
    assert.ok(text.startsWith('0\n1\n2\n'));
    assert.ok(text.endsWith('\n999998\n999999\n'));
    assert.match(text, /\n… \d+ bytes of log left out …\n/);
    assert.ok(text.length < 1.2 * 1024 * 1024, String(text.length));
  });

  it('leaves nothing out of what fits', () => {
    const log = new LogCapture();
    const parts = Array.from({ length: 20 }, (_, i) => `${String(i)}:${'x'.repeat(50_000)}\n`);
    for (const part of parts) log.append(Buffer.from(part));
    assert.equal(log.text(), parts.join(''));
  });
});
