/** Waits for something to happen in a folder. */
import { watch } from 'node:fs';

/** File systems that send no events (network mounts) are looked at this often, in milliseconds. */
const FALLBACK_MS = 500;

/**
 * Calls `onChange` after anything in the folder (not below it) changed, and now and then without reason, for file
 * systems that don't tell. The watch does not keep the process alive.
 */
export function watchFolder(folder: string, onChange: () => void): { close(): void } {
  const timer = setInterval(onChange, FALLBACK_MS).unref();
  try {
    const watcher = watch(folder, { persistent: false }, onChange);
    // The folder was removed or the system has no watches left: the timer goes on.
    watcher.on('error', () => watcher.close());
    return {
      close: () => {
        clearInterval(timer);
        watcher.close();
      },
    };
  } catch {
    return { close: () => clearInterval(timer) };
  }
}

/**
 * Resolves with the first value other than undefined that `look` gives; it is asked at once and after each change in
 * the folder, never twice at the same time. Rejects with what `look` throws and with the signal's reason.
 */
export async function untilSeen<T>(
  folder: string,
  look: () => Promise<T | undefined>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  let wake: () => void = () => undefined;
  let changed = true;
  const notify = (): void => {
    changed = true;
    wake();
  };
  const watcher = watchFolder(folder, notify);
  signal.addEventListener('abort', notify);
  // The timers of the watch don't keep the process alive; whoever waits here means to.
  const keepAlive = setInterval(() => undefined, 60_000);
  try {
    for (;;) {
      signal.throwIfAborted();
      if (changed) {
        changed = false;
        const found = await look();
        if (found !== undefined) return found;
      } else {
        await new Promise<void>(resolve => (wake = resolve));
      }
    }
  } finally {
    clearInterval(keepAlive);
    signal.removeEventListener('abort', notify);
    watcher.close();
  }
}
