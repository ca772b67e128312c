/**
 * Text for a pipe or terminal, a few milliseconds of it in one write: a busy host has thousands of events a second, and
 * a write for each would cost it, and whoever reads them, as much as the invocations do.
 */
export interface LineBatch {
  readonly add: (text: string) => void;
  /** Writes what waits. */
  readonly flush: () => void;
}

/** How long a line may wait for those after it. */
const WAIT_MS = 10;
/** Characters that are written at once, however short they waited. */
const MOST_CHARACTERS = 64 * 1024;

export function createLineBatch(out: (text: string) => void): LineBatch {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const text = waiting;
    waiting = '';
    if (text !== '') out(text);
  };
  return {
    add(text) {
      waiting += text;
      if (waiting.length >= MOST_CHARACTERS) flush();
      else timer ??= setTimeout(flush, WAIT_MS);
    },
    flush,
  };
}
