import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { DockerContainer } from '../../../src/host/environments/engines/docker/dockerClient.ts';
import { attachOutput } from '../../../src/host/environments/engines/docker/containerOutput.ts';
import { manualClock } from '../../helpers/manualClock.ts';

describe('output of a container', () => {
  it('is waited for no longer than it may take, where something in it prints without end', async () => {
    const clock = manualClock();
    const stream = new PassThrough();
    const container = { attach: () => Promise.resolve(stream) } as unknown as DockerContainer;
    let bytes = 0;
    const output = await attachOutput(container, {
      clock,
      output: chunk => (bytes += chunk.length),
      // The engine's machine is another one: nothing can mark the end of what was written before an answer.
      pid: Promise.resolve(undefined),
    });
    const drained = new AbortController();
    void output.drain().then(() => drained.abort());
    const line = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 2]), Buffer.from('x\n')]);
    let ms = 0;
    for (; ms < 10_000 && !drained.signal.aborted; ms += 5) {
      stream.write(line);
      await new Promise(setImmediate);
      clock.advance(5);
      await new Promise(setImmediate);
    }
    assert.ok(bytes > 100);
    assert.ok(ms < 4000, `waited ${ms} ms`);
    stream.destroy();
    await output.end;
  });
});
