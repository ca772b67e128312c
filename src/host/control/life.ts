/**
 * How long a host lives: one that a user runs in a terminal until it is stopped, a detached one while a client holds its
 * event stream and for 10 s after the last one (DESIGN.md, Processes).
 */
import type { Clock, Timer } from '../clock.ts';

const LINGER_MS = 10_000;
/** A detached host that nobody ever came to ends too: whoever started it has died. */
const FIRST_CLIENT_MS = 30_000;

export interface Life {
  /** Clients can come from now on. */
  ready(): void;
  clientsChanged(count: number): void;
  close(): void;
}

export function createLife(clock: Clock, foreground: boolean, end: (reason: string) => void): Life {
  let timer: Timer | undefined;
  let clients = 0;

  function endAfter(ms: number): void {
    timer?.cancel();
    timer = clock.afterWall(ms, () => end('no client is left'));
  }

  return {
    ready() {
      if (!foreground && clients === 0) endAfter(FIRST_CLIENT_MS);
    },
    clientsChanged(count) {
      clients = count;
      if (foreground) return;
      if (count === 0) endAfter(LINGER_MS);
      else timer?.cancel();
    },
    close: () => timer?.cancel(),
  };
}
