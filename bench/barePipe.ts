/**
 * The baseline of a streamed answer: bare `node:http` doing the same two hops. A front process takes a `POST`, a worker
 * process that holds a `GET /next` open gets it, and streams its answer as a `POST` that the front pipes to its client.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';

export interface BarePipe {
  readonly port: number;
  stop(): Promise<void>;
}

/** Every answer has `mebibytes` MiB. Resolves when the worker waits for work. */
export async function startBarePipe(mebibytes: number): Promise<BarePipe> {
  const front = fork('barePipeFront.ts', []);
  const [port] = (await once(front, 'message')) as [number];
  const waiting = once(front, 'message');
  const worker = fork('barePipeWorker.ts', [String(port), String(mebibytes)]);
  await waiting;
  return {
    port,
    async stop() {
      await Promise.all(
        [front, worker].map(async child => {
          const ended = once(child, 'exit');
          child.kill('SIGKILL');
          await ended;
        }),
      );
    },
  };
}

function fork(file: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [path.join(import.meta.dirname, file), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}
