/** Tells the host that an environment stands in its debugger, or goes on. */
export type TellPaused = (debugId: string, environmentId: string, paused: boolean) => Promise<void>;

/**
 * Which environments stand still. js-debug has a session for each thread of a process: an environment stands while one
 * of them does. The host is told of changes only, and in their order.
 */
export class Pauses {
  readonly #tell: TellPaused;
  readonly #stopped = new Map<string, Set<string>>();
  #queue: Promise<void> = Promise.resolve();

  constructor(tell: TellPaused) {
    this.#tell = tell;
  }

  set(environment: { debugId: string; environmentId: string }, sessionId: string, stopped: boolean): void {
    const { debugId, environmentId } = environment;
    const sessions = this.#stopped.get(environmentId) ?? new Set<string>();
    const before = sessions.size > 0;
    if (stopped) sessions.add(sessionId);
    else sessions.delete(sessionId);
    const now = sessions.size > 0;
    if (now) this.#stopped.set(environmentId, sessions);
    else this.#stopped.delete(environmentId);
    if (before !== now)
      this.#queue = this.#queue.then(() => this.#tell(debugId, environmentId, now)).catch(() => undefined);
  }

  /** Resolves when the host has been told of everything so far. */
  settled(): Promise<void> {
    return this.#queue;
  }
}
