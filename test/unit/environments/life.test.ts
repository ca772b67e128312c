import assert from 'node:assert/strict';
import { Deadline } from '../../../src/host/environments/life/deadline.ts';
import { LogCapture } from '../../../src/host/environments/life/logCapture.ts';
import { LogPipe } from '../../../src/host/environments/life/logPipe.ts';
import { LogStream } from '../../../src/host/environments/life/logStream.ts';
import { manualClock } from '../../helpers/manualClock.ts';

describe('deadline', () => {
  it('expires after the time in which it ran', () => {
    const clock = manualClock(0);
    let expired = 0;
    const deadline = new Deadline(clock, 1000, false, () => expired++);
    clock.advance(400);
    deadline.setPaused(true);
    deadline.setPaused(true);
    clock.advance(5000);
    assert.equal(deadline.elapsed, 400);
    deadline.setPaused(false);
    clock.advance(599);
    assert.equal(expired, 0);
    assert.equal(deadline.elapsed, 999);
    clock.advance(1);
    assert.equal(expired, 1);
  });

  it('that begins paused waits for its start, and one that ended stays what it was', () => {
    const clock = manualClock(0);
    let expired = 0;
    const deadline = new Deadline(clock, 1000, true, () => expired++);
    clock.advance(5000);
    deadline.setPaused(false);
    clock.advance(10);
    deadline.end();
    deadline.setPaused(false);
    clock.advance(1_000_000);
    assert.deepEqual([expired, deadline.elapsed], [0, 10]);
  });
});

describe('log of an invocation', () => {
  it('keeps head and tail of what is too long, and counts the rest', () => {
    const capture = new LogCapture();
    capture.append(Buffer.from('START\n'));
    for (let n = 0; n < 4000; n++) capture.append(Buffer.alloc(1024, 0x61));
    capture.append(Buffer.from('END\n'));
    const text = capture.text();
    assert.ok(text.length <= 1024 * 1024 + 100);
    assert.ok(text.startsWith('START\n') && text.endsWith('aEND\n'));
    const dropped = Number(/… (\d+) bytes of log left out …/.exec(text)?.[1]);
    const kept = Buffer.byteLength(text) - Buffer.byteLength(`\n… ${dropped} bytes of log left out …\n`);
    assert.equal(kept + dropped, 4000 * 1024 + 10);
  });

  it('is whole records, with the newlines inside them restored', () => {
    const told: string[] = [];
    const clock = manualClock(0);
    const stream = new LogStream(clock, 'orders', 'id', ({ text }) => told.push(text));
    const pipe = new LogPipe(records => stream.records(records, undefined));
    pipe.push(Buffer.from('one\ntw'));
    pipe.push(Buffer.concat([Buffer.from('o'), Buffer.from([0xff]), Buffer.from('more\nthr')]));
    pipe.push(Buffer.from('ee ✓').subarray(0, 4));
    pipe.push(Buffer.from('ee ✓').subarray(4));
    pipe.flush();
    pipe.flush();
    assert.deepEqual(told, ['one\n', 'two\nmore\n', 'three ✓']);
  });

  it('is told live at a sane rate, with a count of what was left out', () => {
    const clock = manualClock(0);
    const told: string[] = [];
    const stream = new LogStream(clock, 'orders', 'id', record => told.push(`${record.kind} ${record.text}`));
    const line = Buffer.alloc(512 * 1024 - 100, 0x61);
    for (let n = 0; n < 5; n++) stream.records(line, 'request');
    stream.platform('END\n', 'request');
    assert.deepEqual(
      told.map(text => text.slice(0, 60)),
      [
        `function ${'a'.repeat(51)}`,
        `function ${'a'.repeat(51)}`,
        'platform … 3 log lines (1572564 bytes) left out: printed fast',
        'platform END\n',
      ].map(text => text.slice(0, 60)),
    );
    clock.advance(1000);
    stream.records(line, 'request');
    assert.equal(told.length, 5);
  });

  it('is told live at a sane rate where a million lines are empty', () => {
    const clock = manualClock(0);
    let told = 0;
    const stream = new LogStream(clock, 'orders', 'id', () => told++);
    const line = Buffer.from('\n');
    for (let n = 0; n < 1_000_000; n++) stream.records(line, 'request');
    assert.ok(told > 1000 && told <= (1024 * 1024) / 101, `told ${told}`);
  });
});
