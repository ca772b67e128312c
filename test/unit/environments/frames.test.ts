import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeFrame, FrameDecoder, type Frame } from '../../../src/host/environments/runtimeApi/frames.ts';

function decode(bytes: Buffer, cuts: readonly number[], maxBody = 1000): Frame[] {
  const frames: Frame[] = [];
  const decoder = new FrameDecoder(maxBody, frame => frames.push(frame));
  let start = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const end = Math.min(Math.max(cut, start), bytes.length);
    decoder.push(bytes.subarray(start, end));
    start = end;
  }
  decoder.push(bytes.subarray(start));
  return frames;
}

describe('frames', () => {
  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            type: fc.integer({ min: 1, max: 255 }),
            header: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
            body: fc.uint8Array({ maxLength: 2000 }),
          }),
        ),
        fc.array(fc.nat(5000)),
        (sent, cuts) => {
          const bytes = Buffer.concat(
            sent.map(({ type, header, body }) => encodeFrame(type, { ...header }, Buffer.from(body))),
          );
          const got = decode(bytes, cuts);
          assert.equal(got.length, sent.length);
          for (const [index, { type, header, body }] of sent.entries()) {
            assert.equal(got[index]!.type, type);
            assert.deepEqual(got[index]!.header, JSON.parse(JSON.stringify({ ...header })));
            // A body over the limit is read past.
            if (body.length > 1000) assert.equal(got[index]!.body, undefined);
            else assert.deepEqual(got[index]!.body, Buffer.from(body));
          }
        },
      ),
    );
  });

  it('that are none are refused at once', () => {
    assert.throws(() => decode(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), []), /Not a frame/);
    assert.throws(
      () => decode(Buffer.concat([encodeFrame(1), Buffer.from([0, 0, 0, 1, 1, 0, 0, 0, 9])]), []),
      /Not a frame/,
    );
  });
});
