/**
 * Runs work by name: at most two at once of a lane, one at a time of a name, once more where it was asked for meanwhile.
 */
export interface DeployQueue {
  /** Asks for a run that begins after now. `first`: before all that only waits. */
  request(name: string, first?: boolean): void;
  /** Whether another run was asked for while this one goes on: what it makes is out of date already. */
  isStale(name: string): boolean;
  /** Drops what waits for `name`; a run that goes on ends by itself. */
  drop(name: string): void;
  /** Resolves when none of the names (all of them unless told) runs or waits. */
  settled(names?: readonly string[]): Promise<void>;
}

const AT_ONCE = 2;

/**
 * @param run must not reject
 * @param laneOf work that takes minutes has a lane of its own, so that what takes milliseconds doesn't wait for it
 */
export function deployQueue(
  run: (name: string) => Promise<void>,
  laneOf: (name: string) => string = () => '',
): DeployQueue {
  let waiting: string[] = [];
  const running = new Map<string, Promise<void>>();
  const lanes = new Map<string, number>();
  const inLane = (lane: string): number => lanes.get(lane) ?? 0;

  function next(): void {
    for (;;) {
      const name = waiting.find(candidate => !running.has(candidate) && inLane(laneOf(candidate)) < AT_ONCE);
      if (name === undefined) return;
      waiting = waiting.filter(other => other !== name);
      const lane = laneOf(name);
      lanes.set(lane, inLane(lane) + 1);
      const work = run(name).finally(() => {
        lanes.set(lane, inLane(lane) - 1);
        running.delete(name);
        next();
      });
      running.set(name, work);
    }
  }

  return {
    request(name, first = false) {
      waiting = waiting.filter(other => other !== name);
      if (first) waiting.unshift(name);
      else waiting.push(name);
      next();
    },
    isStale: name => waiting.includes(name),
    drop(name) {
      waiting = waiting.filter(other => other !== name);
    },
    async settled(names) {
      const concerns = (name: string): boolean => names?.includes(name) ?? true;
      for (;;) {
        const work = [...running].filter(([name]) => concerns(name)).map(([, promise]) => promise);
        if (work.length === 0 && !waiting.some(concerns)) return;
        // What waits begins when something that runs has ended.
        await Promise.race(work.length > 0 ? work : running.values());
      }
    },
  };
}
