import assert from 'node:assert/strict';
import { answerStreamTo } from '../../../src/host/invoke/responseStream.ts';
import { manualClock } from '../../helpers/manualClock.ts';

const MEBIBYTE = Buffer.alloc(1024 * 1024);

function setUp(bytesPerSecond?: number) {
  const clock = manualClock();
  const receiver = {
    heads: [] as unknown[],
    bytes: 0,
    hasRoom: true,
    resume: (): void => undefined,
    begin(head: unknown, resume: () => void) {
      this.heads.push(head);
      this.resume = resume;
    },
    write(chunk: Buffer) {
      this.bytes += chunk.length;
      return this.hasRoom;
    },
  };
  const stream = answerStreamTo(receiver, { executedVersion: '7' }, clock, bytesPerSecond);
  let resumed = 0;
  stream.begin('text/plain', () => (resumed += 1));
  return { clock, receiver, stream, resumed: () => resumed };
}

describe('a streamed answer on its way through the host', () => {
  it('comes with what is known of its invocation, as fast as it is read', () => {
    const { receiver, stream, resumed } = setUp();
    assert.deepEqual(receiver.heads, [{ executedVersion: '7', contentType: 'text/plain' }]);
    for (let index = 0; index < 100; index++) assert.equal(stream.write(MEBIBYTE), true);
    receiver.hasRoom = false;
    assert.equal(stream.write(MEBIBYTE), false);
    receiver.resume();
    assert.equal(resumed(), 1);
  });

  it('has 6 MiB at once and then as much a second as its bandwidth is', () => {
    const { clock, receiver, stream, resumed } = setUp(2 * MEBIBYTE.length);
    for (let index = 0; index < 6; index++) assert.equal(stream.write(MEBIBYTE), true, `MiB ${index + 1}`);
    assert.equal(stream.write(MEBIBYTE), false);
    clock.advance(499);
    assert.equal(resumed(), 0);
    clock.advance(1);
    assert.equal(resumed(), 1);
    assert.equal(receiver.bytes, 7 * MEBIBYTE.length);
    // What was not used is there again, and no more than that.
    clock.advance(60_000);
    for (let index = 0; index < 6; index++)
      assert.equal(stream.write(MEBIBYTE), true, `MiB ${index + 1} more`);
    assert.equal(stream.write(MEBIBYTE), false);
  });

  it('goes on when there is bandwidth and a reader', () => {
    const { clock, receiver, stream, resumed } = setUp(MEBIBYTE.length);
    for (let index = 0; index < 6; index++) stream.write(MEBIBYTE);
    receiver.hasRoom = false;
    assert.equal(stream.write(MEBIBYTE), false);
    receiver.resume();
    assert.equal(resumed(), 0);
    clock.advance(1_000);
    assert.equal(resumed(), 1);
    receiver.hasRoom = true;
    assert.equal(stream.write(MEBIBYTE), false);
    receiver.hasRoom = false;
    assert.equal(stream.write(MEBIBYTE), false);
    clock.advance(2_000);
    assert.equal(resumed(), 1);
    receiver.resume();
    assert.equal(resumed(), 2);
  });
});
