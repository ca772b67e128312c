/**
 * The baseline of every invocation (DESIGN.md, "The inner hop"): bare `node:http` doing the same two hops. A front
 * process takes `POST`s; worker processes hold a `GET /next` open on it, get the body, and `POST` their answer. No
 * signature, no history, no limits, no logs.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';

export interface BarePair {
  readonly port: number;
  stop(): Promise<void>;
}

/** Resolves when all workers wait for work. */
export async function startBarePair(workers: number): Promise<BarePair> {
  const front = fork('bareFront.ts', [String(workers)]);
  const [port] = (await once(front, 'message')) as [number];
  const waiting = once(front, 'message');
  const processes = [front];
  for (let index = 0; index < workers; index++) processes.push(fork('bareWorker.ts', [String(port)]));
  await waiting;
  return {
    port,
    async stop() {
      await Promise.all(
        processes.map(async child => {
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
