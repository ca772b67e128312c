/** Writes that nobody could be told have failed: they are tried until they are stored, or the host ends. */
import { sleepWall, type Clock } from '../clock.ts';
import type { Commits } from './commits.ts';

/** Resolves when it is stored, and with false where the host ended before. Never rejects. */
export type Store = (write: () => void) => Promise<boolean>;

/** Wall milliseconds after which what could not be stored is tried again. */
const AGAIN_MS = 1_000;

/** @param failed hears why, once until it works again */
export function createStore(
  commits: Commits,
  clock: Clock,
  isClosed: () => boolean,
  failed: (error: unknown) => void,
): Store {
  let isFailing = false;
  return async write => {
    while (!isClosed()) {
      try {
        await commits.add(write);
        isFailing = false;
        return true;
      } catch (error) {
        if (!isFailing) failed(error);
        isFailing = true;
        await sleepWall(clock, AGAIN_MS);
      }
    }
    return false;
  };
}
