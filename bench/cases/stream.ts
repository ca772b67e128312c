/** Streamed answers: when the first byte comes, how fast the rest does, and what that costs the host. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startBarePipe } from '../barePipe.ts';
import { redirected, streamCalls, type PreparedCall } from '../callers.ts';
import { createFunction, residentMegabytes, withHost, type Case } from '../context.ts';
import { interleaved, median, timed } from '../measure.ts';

/** AWS's limit for one answer. */
const MEBIBYTES = 200;
const MEGABYTES = (MEBIBYTES * 1024 * 1024) / 1_000_000;

/** Writes the time, on the clock that all processes of a machine share, and ends a moment later. */
const firstByteHandler = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.write('<' + process.hrtime.bigint() + '>');
  await new Promise(resolve => setTimeout(resolve, 20));
  stream.end();
});
`;
const floodHandler = `const chunk = Buffer.alloc(64 * 1024, 'x');
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  for (let index = 0; index < ${MEBIBYTES * 16}; index++)
    if (!stream.write(chunk)) await new Promise(resolve => stream.once('drain', resolve));
  stream.end();
});
`;

export const stream: Case = {
  name: 'stream',
  what: `a streamed answer: its first byte, ${MEBIBYTES} MiB of it, and the host's memory meanwhile`,
  group: 'usual',
  run: ({ effort }) =>
    withHost({}, async host => {
      await createFunction(host, 'first', firstByteHandler);
      await createFunction(host, 'flood', floodHandler, undefined, 60);
      const pipe = await startBarePipe(MEBIBYTES);
      try {
        const calls = (name: string, count: number): PreparedCall[] => streamCalls(host.ready, name, count);
        const bare = redirected(calls('flood', 1), pipe.port)[0]!;
        const firstBytes: number[] = [];
        // The first one starts the environment.
        for (const call of calls('first', 41)) firstBytes.push(await firstByte(call));
        const [warmUp] = calls('flood', 1);
        const before = await residentMegabytes(host.pid);
        let most = before;
        const look = async (): Promise<void> => {
          most = Math.max(most, await residentMegabytes(host.pid));
        };
        const watching = setInterval(() => void look(), 20);
        await read(warmUp!);
        await read(bare);
        const seconds = await interleaved(Math.ceil(5 * effort), {
          host: () => timed(() => read(calls('flood', 1)[0]!)),
          bare: () => timed(() => read(bare)),
        });
        // A reader that stops for a while: what is on its way waits in the function's process.
        await read(calls('flood', 1)[0]!, 1_000);
        clearInterval(watching);
        const rate = (milliseconds: readonly number[]): number => MEGABYTES / (median(milliseconds) / 1_000);
        return [
          {
            name: 'streamed, first byte after the first write, p50',
            value: median(firstBytes.slice(1)),
            unit: 'ms',
            target: { of: 'value', is: 'at most', limit: 5 },
          },
          {
            name: `streamed, ${MEBIBYTES} MiB`,
            value: rate(seconds.host),
            unit: 'MB/s',
            baseline: { name: 'bare pipe of two hops', value: rate(seconds.bare) },
            target: { of: 'ratio', is: 'at least', limit: 0.5 },
          },
          {
            name: 'streamed, memory of the host on top',
            value: most - before,
            unit: 'MB',
            target: { of: 'value', is: 'at most', limit: 50 },
            note: `${before.toFixed(0)} MB before`,
          },
        ];
      } finally {
        await pipe.stop();
      }
    }),
};

/** Milliseconds between the handler's first write and its arrival here. */
async function firstByte(call: PreparedCall): Promise<number> {
  let text = '';
  let arrived: bigint | undefined;
  await read(call, 0, part => {
    text += part.toString('latin1');
    if (arrived === undefined && /<\d+>/.test(text)) arrived = process.hrtime.bigint();
  });
  const written = /<(\d+)>/.exec(text)?.[1];
  if (written === undefined || arrived === undefined) throw new Error(`No time was streamed: ${text}`);
  return Number(arrived - BigInt(written)) / 1_000_000;
}

/** Reads an answer in chunks to its end; `pause`: milliseconds in which it reads nothing at first. */
async function read({ port, bytes }: PreparedCall, pause = 0, see?: (part: Buffer) => void): Promise<void> {
  let end = '';
  let head = '';
  const socket = connect({
    host: '127.0.0.1',
    port,
    noDelay: true,
    onread: {
      buffer: Buffer.alloc(64 * 1024),
      callback(length: number, buffer: Uint8Array) {
        const part = Buffer.from(buffer.buffer, 0, length);
        if (head.length < 12) head += part.toString('latin1', 0, 12);
        end = (end + part.toString('latin1', Math.max(0, length - 5))).slice(-5);
        see?.(part);
        if (end === '0\r\n\r\n') socket.destroy();
        return true;
      },
    },
  });
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  socket.write(bytes);
  if (pause > 0) {
    socket.pause();
    await delay(pause);
    socket.resume();
  }
  await closed;
  if (!head.startsWith('HTTP/1.1 200') || end !== '0\r\n\r\n')
    throw new Error(`It was answered ${head} … ${end}`);
}
