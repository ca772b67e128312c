/**
 * Receivers that wait for messages (long polling), first come, first served. They wait in wall time, as their sockets do;
 * what they wait for becomes visible in service time.
 */
import type { Clock, ServiceTimer } from '../../clock.ts';
import type { Queue } from './queueTable.ts';

export interface Arrivals<T> {
  /**
   * Tries at once, and again whenever something may have come, until there is something, the time is over or `signal`
   * says that nobody waits any more: then it is empty.
   */
  wait(queue: Queue, ms: number, take: () => T[], signal?: AbortSignal): Promise<T[]>;
  /** Something may be there to be received: sent, deleted before another, made visible. */
  changed(queueId: number): void;
  /** Nobody waits any more. */
  close(): void;
}

interface Waiter<T> {
  readonly take: () => T[];
  readonly resolve: (found: T[]) => void;
  readonly reject: (error: unknown) => void;
}

export function createArrivals<T>(options: {
  readonly clock: Clock;
  /** Service time at which the next message can be received that can't be now. */
  readonly nextVisible: (queueId: number, now: number) => number | undefined;
}): Arrivals<T> {
  const { clock } = options;
  const waiters = new Map<number, Set<Waiter<T>>>();
  const alarms = new Map<number, { readonly timer: ServiceTimer; readonly at: number }>();
  const names = new Map<number, string>();

  function changed(queueId: number): void {
    for (const waiter of waiters.get(queueId) ?? []) {
      let found: T[];
      try {
        found = waiter.take();
      } catch (error) {
        waiter.reject(error);
        continue;
      }
      if (found.length === 0) break;
      waiter.resolve(found);
    }
    setAlarm(queueId);
  }

  /** A timer only where somebody waits for it. */
  function setAlarm(queueId: number): void {
    const now = clock.serviceNow();
    const at = waiters.has(queueId) ? options.nextVisible(queueId, now) : undefined;
    const alarm = alarms.get(queueId);
    if (alarm?.at === at) return;
    alarm?.timer.cancel();
    alarms.delete(queueId);
    if (at === undefined) return;
    const ring = (): void => {
      alarms.delete(queueId);
      changed(queueId);
    };
    const what = (): string => `a message of ${names.get(queueId) ?? 'a queue'} becomes visible`;
    alarms.set(queueId, { timer: clock.afterService(at - now, ring, what), at });
  }

  function wait(queue: Queue, ms: number, take: () => T[], signal?: AbortSignal): Promise<T[]> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        timer.cancel();
        signal?.removeEventListener('abort', giveUp);
        const all = waiters.get(queue.id);
        all?.delete(waiter);
        if (all?.size === 0) waiters.delete(queue.id);
      };
      const giveUp = (): void => {
        end();
        resolve([]);
        setAlarm(queue.id);
      };
      const waiter: Waiter<T> = {
        take,
        resolve: found => {
          end();
          resolve(found);
        },
        reject: error => {
          end();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      const timer = clock.afterWall(ms, giveUp);
      if (signal?.aborted === true) {
        giveUp();
        return;
      }
      signal?.addEventListener('abort', giveUp, { once: true });
      const all = waiters.get(queue.id) ?? new Set();
      waiters.set(queue.id, all.add(waiter));
      names.set(queue.id, queue.name);
      setAlarm(queue.id);
    });
  }

  return {
    wait: async (queue, ms, take, signal) => {
      const found = take();
      return found.length > 0 || ms <= 0 ? found : wait(queue, ms, take, signal);
    },
    changed,
    close: () => {
      for (const { timer } of alarms.values()) timer.cancel();
      alarms.clear();
      for (const all of [...waiters.values()]) for (const waiter of [...all]) waiter.resolve([]);
    },
  };
}
