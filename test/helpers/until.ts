import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** Milliseconds after which it gives up; 10 s when absent. */
  readonly ms?: number;
  /** Milliseconds between two looks; 20 when absent. For what is dear to look at. */
  readonly every?: number;
  /** Completes "Waited 10 s for …". */
  readonly what: string;
}

/**
 * The first truthy value that `probe` gives, asked every 20 ms or as said: for conditions outside this process that nobody
 * announces. Rejects when the time is over, with what was waited for and the last thing that the probe threw.
 */
export async function until<T>(
  probe: () => T | Promise<T>,
  { ms = 10_000, every = 20, what }: UntilOptions,
): Promise<Exclude<T, false | undefined | null>> {
  const end = performance.now() + ms;
  let failure: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== false && value !== undefined && value !== null) {
        return value as Exclude<T, false | undefined | null>;
      }
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (performance.now() >= end) {
      const reason = failure instanceof Error ? ` (${failure.message.split('\n', 1)[0]!})` : '';
      throw new Error(`Waited ${ms / 1000} s for ${what}${reason}`, { cause: failure });
    }
    await delay(every);
  }
}
