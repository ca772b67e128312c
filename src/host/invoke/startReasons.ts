/** Why events find no idle environment: what a timeline says of a cold start. */
import type { StartReason } from '../../protocol/model.ts';
import { keyOf, type PoolKey } from './poolKey.ts';

/** An environment that is there. */
interface Present {
  /** As {@link keyOf} makes it. */
  readonly key: string;
  readonly generation: number;
  readonly idle: boolean;
  readonly environment: { readonly ended: boolean };
}

export class StartReasons {
  /** By pool, with how often it had been drained when its last environment was started. */
  readonly #generations = new Map<string, number>();
  /** By pool, how many will be there in a moment. */
  readonly #starting = new Map<string, number>();

  /**
   * Call where one is about to be started.
   * @param generation how often the version has been drained
   * @param present all environments of this machine
   * @param isAhead no event waits for it
   * @returns the reason; call `created` when the environment is there, or is not going to be
   */
  begin(
    pool: PoolKey,
    generation: number,
    present: Iterable<Present>,
    isAhead: boolean,
  ): { readonly reason: StartReason; readonly created: () => void } {
    const key = keyOf(pool);
    const before = this.#generations.get(key);
    const starting = this.#starting.get(key) ?? 0;
    this.#generations.set(key, generation);
    this.#starting.set(key, starting + 1);
    let all = starting;
    for (const one of present)
      if (one.key === key && one.generation === generation && !one.idle && !one.environment.ended) all++;
    return {
      reason: { kind: kindOf(), busy: all },
      created: () => {
        const left = (this.#starting.get(key) ?? 0) - 1;
        if (left > 0) this.#starting.set(key, left);
        else this.#starting.delete(key);
      },
    };

    function kindOf(): StartReason['kind'] {
      if (pool.debugId !== undefined) return 'debug';
      if (isAhead) return 'provisioned';
      if (all > 0) return 'busy';
      if (before === undefined) return 'first';
      return before === generation ? 'ended' : 'changed';
    }
  }
}
