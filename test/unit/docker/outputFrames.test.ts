import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LaunchWatch } from '../../../src/host/environments/engines/docker/containerOutput.ts';
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

  const cut = (text: string, size: number): string[] => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  for (const size of [1, 7, 1000]) {
    it(`tells the init's own failure from the function's words, ${size} bytes at a time`, () => {
      let written = '';
      const watch = new LaunchWatch(chunk => (written += chunk.toString()));
      for (const part of cut('[FATAL tini (7)] exec /nope failed: No such file or directory\n', size)) {
        watch.push(Buffer.from(part), 'stderr');
      }
      watch.end();
      assert.deepEqual(watch.failure, { program: '/nope', reason: 'No such file or directory' });
      assert.equal(written, '');
    });

    it(`passes everything else on, ${size} bytes at a time`, () => {
      for (const text of ['[FATAL tini (7)] exec', '[FATAL] no\nmore', 'x', '[FATAL tini (1)] other\n', '']) {
        let written = '';
        const watch = new LaunchWatch(chunk => (written += chunk.toString()));
        for (const part of cut(text, size)) watch.push(Buffer.from(part), 'stderr');
        watch.end();
        assert.equal(watch.failure, undefined);
        assert.equal(written, text);
      }
    });
  }
});
