/** Remembers which state of a file was acted upon, so that one save told twice is one change. */
import { stat } from 'node:fs/promises';

/**
 * File systems stamp with a clock that ticks every 1 to 10 ms: a file that was looked at within this time after its last
 * write may be written again with the same stamp.
 */
const RACY_MS = 11;

export interface FileStamps {
  /**
   * Whether the file differs from when it was last asked for, with the time of its last write (epoch milliseconds;
   * absent when it is gone). A file that was never asked for counts as changed unless its last write is surely before `since`.
   */
  changed(
    file: string,
    since?: number,
  ): Promise<{
    readonly changed: boolean;
    readonly written?: number;
    /** An editor empties a file before it writes it. */
    readonly empty: boolean;
  }>;
}

export function fileStamps(now: () => number): FileStamps {
  const seen = new Map<string, { readonly stamp: string; readonly sure: boolean }>();
  return {
    async changed(file, since) {
      const status = await stat(file).catch(() => undefined);
      const written = status?.mtimeMs;
      const stamp = status === undefined ? 'gone' : `${status.mtimeMs}:${status.size}:${status.ino}`;
      const before = seen.get(file);
      seen.set(file, { stamp, sure: written === undefined || now() - written > RACY_MS });
      const old =
        before === undefined && since !== undefined && written !== undefined && written < since - RACY_MS;
      const changed = before === undefined ? !old : before.stamp !== stamp || !before.sure;
      const empty = status?.size === 0;
      return written === undefined ? { changed, empty } : { changed, written, empty };
    },
  };
}
