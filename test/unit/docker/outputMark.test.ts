import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MarkedStream } from '../../../src/host/environments/engines/docker/outputMark.ts';

describe("a mark in a container's output", () => {
  let folder: string;
  let pipe: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lamplight-mark-'));
    // A file takes what is written as a pipe does.
    pipe = path.join(folder, 'pipe');
    await writeFile(pipe, '');
  });
  afterEach(() => rm(folder, { recursive: true }));

  for (const size of [1, 5, 1000]) {
    it(`arrives after all that was written before it, and is not seen, ${size} bytes at a time`, async () => {
      let written = '';
      const stream = new MarkedStream(chunk => (written += chunk.toString()));
      const { arrived } = await stream.mark(pipe);
      const mark = await readFile(pipe);
      let seen: string | undefined;
      void arrived.then(() => (seen = written));
      // It begins like a mark, and is none.
      const before = Buffer.concat([Buffer.from('one\n\0lamplight 12'), Buffer.from('\0half a line')]);
      const bytes = Buffer.concat([before, mark, Buffer.from('after\n')]);
      for (let at = 0; at < bytes.length; at += size) {
        stream.push(bytes.subarray(at, at + size));
        await Promise.resolve();
      }
      await arrived;
      assert.ok(seen?.startsWith(before.toString()));
      assert.equal(written, `${before.toString()}after\n`);
    });
  }

  it('is told apart from the next one', async () => {
    const stream = new MarkedStream(() => undefined);
    const first = await stream.mark(pipe);
    const mark = await readFile(pipe);
    const second = await stream.mark(pipe);
    let secondArrived = false;
    void second.arrived.then(() => (secondArrived = true));
    stream.push(mark);
    await first.arrived;
    assert.equal(secondArrived, false);
    stream.push(mark);
    await second.arrived;
  });

  it('gives up at the end of the output and loses none of it', async () => {
    let written = '';
    const stream = new MarkedStream(chunk => (written += chunk.toString('latin1')));
    const { arrived } = await stream.mark(pipe);
    const mark = await readFile(pipe);
    stream.push(mark.subarray(0, 9));
    stream.end();
    await arrived;
    assert.equal(written, mark.toString('latin1', 0, 9));
  });

  it('is refused where there is no pipe', async () => {
    const stream = new MarkedStream(() => undefined);
    await assert.rejects(stream.mark(path.join(folder, 'gone')), { code: 'ENOENT' });
  });
});
