/** Gathers paths until there is a moment's quiet, then tells them together. */

export interface ChangeBatch {
  readonly add: (path: string) => void;
  /** Forgets what was gathered, and tells nothing more. */
  dispose(): void;
}

/** A save is several events (truncate, write, rename) within a few milliseconds. */
export const QUIET_MS = 12;
/** A build that writes on and on must not keep a change from being seen. */
const LONGEST_MS = 120;

export function changeBatch(tell: (paths: readonly string[]) => void, quietMs = QUIET_MS): ChangeBatch {
  let paths = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let first = 0;
  let disposed = false;
  const flush = (): void => {
    timer = undefined;
    const gathered = [...paths];
    paths = new Set();
    tell(gathered);
  };
  return {
    add(path) {
      if (disposed) return;
      const now = performance.now();
      if (paths.size === 0) first = now;
      paths.add(path);
      clearTimeout(timer);
      timer = setTimeout(flush, Math.max(0, Math.min(quietMs, first + LONGEST_MS - now)));
    },
    dispose() {
      disposed = true;
      clearTimeout(timer);
    },
  };
}
