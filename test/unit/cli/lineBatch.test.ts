import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { createLineBatch } from '../../../src/cli/lineBatch.ts';

describe('lines of a busy host', () => {
  it('are written together a moment later, in order', async () => {
    const out = new PassThrough();
    const lines = createLineBatch(text => out.write(text));
    lines.add('one\n');
    lines.add('two\n');
    assert.equal(out.readableLength, 0);
    const [written] = (await once(out, 'data')) as [Buffer];
    assert.equal(written.toString(), 'one\ntwo\n');
  });

  it('are written at once where they are many, or asked for, and nothing is written for nothing', () => {
    const written: string[] = [];
    const lines = createLineBatch(text => written.push(text));
    const long = 'x'.repeat(64 * 1024);
    lines.add(long);
    assert.deepEqual(written, [long]);
    lines.add('short\n');
    assert.equal(written.length, 1);
    lines.flush();
    lines.flush();
    assert.deepEqual(written, [long, 'short\n']);
  });
});
