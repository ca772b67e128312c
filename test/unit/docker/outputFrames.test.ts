import assert from 'node:assert/strict';
import fc from 'fast-check';
import { initFailure } from '../../../src/host/environments/engines/docker/containerOutput.ts';
import { OutputFrames } from '../../../src/host/environments/engines/docker/outputFrames.ts';

function frame(stream: 'stdout' | 'stderr', content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream === 'stderr' ? 2 : 1;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

describe("a container's output", () => {
  it('comes out as it went in, however the stream is cut', () => {
    const records = fc.array(
      fc.record({ stream: fc.constantFrom('stdout', 'stderr'), text: fc.string({ maxLength: 40 }) }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 64 }), (written, size) => {
        const bytes = Buffer.concat(written.map(({ stream, text }) => frame(stream, Buffer.from(text))));
        const seen = { stdout: '', stderr: '' };
        const parts: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
        const frames = new OutputFrames((chunk, stream) => parts[stream].push(chunk));
        for (let at = 0; at < bytes.length; at += size) frames.push(bytes.subarray(at, at + size));
        for (const stream of ['stdout', 'stderr'] as const) {
          seen[stream] = Buffer.concat(parts[stream]).toString();
          const expected = written.filter(record => record.stream === stream).map(({ text }) => text);
          assert.equal(seen[stream], expected.join(''));
        }
      }),
    );
  });

  it("tells the init's own failure from the function's words", () => {
    assert.deepEqual(
      initFailure(Buffer.from('[FATAL tini (7)] exec /nope failed: No such file or directory\n')),
      {
        program: '/nope',
        reason: 'No such file or directory',
      },
    );
    assert.equal(initFailure(Buffer.from('FATAL: exec /nope failed: x\n')), undefined);
  });
});
