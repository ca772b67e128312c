/** Runs this same command line on a newer Node where this one is too old for the host. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { findNode, missingNode } from '../client/nodeBinary.ts';
import { CommandError } from './command.ts';

/** Set for the second process, so that there never is a third. */
const MARK = 'LAMPLIGHT_STARTED_AGAIN';

/** Resolves with the other process's exit code. It ends with us, even if we are killed: it holds a channel to us. */
export async function startAgain(): Promise<number> {
  const script = process.argv[1] ?? '';
  const node = process.env[MARK] === undefined ? await findNode(path.dirname(script)) : undefined;
  if (node === undefined) throw new CommandError(missingNode());
  const child = spawn(node.command, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [MARK]: '1' },
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const one of signals) process.removeAllListeners(one);
      if (signal === null) resolve(code ?? 1);
      else process.kill(process.pid, signal);
    });
  });
}

/** Calls `ended` when the process that holds a channel to us is gone: the one above, or scripts/start.mjs. */
export function onStarterGone(ended: () => void): void {
  // Handlers and tools that we start are not started by it.
  Reflect.deleteProperty(process.env, MARK);
  if (process.channel === undefined) return;
  process.once('disconnect', ended);
  // The channel alone must not keep us alive.
  process.channel.unref();
}
