import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { needsDisplay } from '../../scripts/prepare/desktopVscode.mjs';

export interface Display {
  /** What a program needs in its environment to show on it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** The user's screen, or on a Linux without one an Xvfb that takes a free number. */
export async function startDisplay(): Promise<Display> {
  if (!needsDisplay()) return { env: {}, stop: () => Promise.resolve() };
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  const [number] = (await Promise.race([
    once(server.stdio[3] as Readable, 'data'),
    ended.then(([code]) => Promise.reject(new Error(`Xvfb ended with exit ${String(code)}`))),
  ])) as [Buffer];
  return {
    env: { DISPLAY: `:${number.toString().trim()}` },
    async stop() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}
