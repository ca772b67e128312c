/**
 * How many events of each function have not come to their end, for clients that follow the host: told when it, or anything
 * about them, has changed, a few times a second at most. Whoever shows the events themselves asks for them then.
 */
import type { PendingCount } from '../../../protocol/asynchronous.ts';
import type { Clock, Timer } from '../../clock.ts';

export interface PendingCounts {
  /** So many more, or fewer; 0 where one has changed. */
  change(functionName: string, by: number): void;
  /** Of functions that have any. */
  list(): readonly PendingCount[];
  close(): void;
}

/** Milliseconds of wall time between two tellings. */
const TELL_MS = 250;

export function createPendingCounts(
  clock: Pick<Clock, 'afterWall'>,
  stored: readonly { readonly functionName: string; readonly count: number }[],
  tell: (count: PendingCount) => void,
): PendingCounts {
  const counts = new Map(stored.map(({ functionName, count }) => [functionName, count]));
  const changed = new Set<string>();
  let timer: Timer | undefined;

  function tellChanged(): void {
    timer = undefined;
    for (const functionName of changed) tell({ functionName, count: counts.get(functionName) ?? 0 });
    changed.clear();
  }

  return {
    change: (functionName, by) => {
      const count = (counts.get(functionName) ?? 0) + by;
      if (count > 0) counts.set(functionName, count);
      else counts.delete(functionName);
      changed.add(functionName);
      timer ??= clock.afterWall(TELL_MS, tellChanged);
    },
    list: () => [...counts].map(([functionName, count]) => ({ functionName, count })),
    close: () => timer?.cancel(),
  };
}
