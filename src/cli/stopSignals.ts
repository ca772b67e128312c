/** Ctrl-C and its relatives. */

/** npm and the shell each pass the same Ctrl-C on: what comes this soon after the first is no second one. */
const SAME_MS = 500;

/**
 * Calls `stop` at the first SIGINT, SIGTERM or SIGHUP (terminal closed), `now` at a later second one. Answers a function
 * that gives the signals back.
 */
export function onStopSignal(stop: (reason: string) => void, now: () => void): () => void {
  let first: number | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    if (first === undefined) {
      first = performance.now();
      stop(signal === 'SIGINT' ? 'Ctrl-C' : signal);
    } else if (performance.now() - first > SAME_MS) now();
  };
  const signals: NodeJS.Signals[] =
    process.platform === 'win32' ? ['SIGINT', 'SIGBREAK'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
